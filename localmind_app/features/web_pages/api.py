"""HTTP routes of the web: its switches, searching, reading a page, the list of a site's pages."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from localmind_app.core.errors import Invalid
from localmind_app.features.body import answer, number, read_object, text
from localmind_app.features.services import services

from .switches import Settings

_FIELDS: dict[str, type] = {"search": bool, "pages": bool, "engine": str, "searxng": str}


async def settings(request: Request) -> Response:
    """GET and POST /api/web-pages/settings {search?, pages?, engine?, searxng?}: the switches, set by the owner."""
    web, actor = services().web_pages, request.state.actor
    if request.method != "POST":
        return answer(asdict(await web.settings(actor)))
    body = await read_object(request)
    for name, value in body.items():
        if name not in _FIELDS or not isinstance(value, _FIELDS[name]):
            raise Invalid("{field} is not a setting, or cannot have this value.", field=name)
    changed: Settings = await web.change(actor, **body)
    return answer(asdict(changed))


async def search(request: Request) -> Response:
    """POST /api/web-pages/search {query, count?}: pages that fit."""
    body = await read_object(request)
    query, count = text(body, "query"), number(body.get("count"), "count", 8)
    found = await services().web_pages.search(request.state.actor, query, count)
    return answer({"results": [asdict(one) for one in found]})


async def read(request: Request) -> Response:
    """POST /api/web-pages/read {url}: what a page is, and its text."""
    body = await read_object(request)
    page, document = await services().web_pages.read(request.state.actor, text(body, "url"))
    names = ("url", "final_url", "media_type", "title", "date", "site", "canonical")
    blocks = [{"kind": block.kind, "text": block.text, "level": block.level} for block in document.blocks]
    warnings = [warning.text for warning in document.warnings]
    return answer({**{name: getattr(page, name) for name in names}, "blocks": blocks, "warnings": warnings})


async def sitemap(request: Request) -> Response:
    """POST /api/web-pages/sitemap {url, limit?}: the addresses of a site's own pages."""
    body = await read_object(request)
    url, limit = text(body, "url"), number(body.get("limit"), "limit", 500)
    found = await services().web_pages.sitemap(request.state.actor, url, limit)
    return answer({"urls": found})


routes = [
    Route("/api/web-pages/settings", settings, methods=["GET", "POST"]),
    Route("/api/web-pages/search", search, methods=["POST"]),
    Route("/api/web-pages/read", read, methods=["POST"]),
    Route("/api/web-pages/sitemap", sitemap, methods=["POST"]),
]
