"""HTTP routes of the web: its switches, searching, reading a page, the list of a site's pages."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localmind_app.core.errors import Invalid
from localmind_app.features.services import services

from .switches import Settings

LONGEST_BODY = 64 * 1024
_FIELDS: dict[str, type] = {"search": bool, "pages": bool, "engine": str, "searxng": str}


def _answer(value: Any) -> Response:
    return JSONResponse(value, headers={"Cache-Control": "no-store"})


async def _body(request: Request) -> dict[str, Any]:
    try:
        told = json.loads((await request.body())[:LONGEST_BODY] or b"{}")
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Invalid("The body must be a JSON object.")
    return told


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Invalid("{field} must be a text.", field=name)
    return value


def _number(body: dict[str, Any], name: str, usual: int) -> int:
    value = body.get(name, usual)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise Invalid("{field} must be a number above 0.", field=name)
    return value


async def settings(request: Request) -> Response:
    """GET and POST /api/web-pages/settings {search?, pages?, engine?, searxng?}: the switches, set by the owner."""
    web, actor = services().web_pages, request.state.actor
    if request.method != "POST":
        return _answer(asdict(await web.settings(actor)))
    body = await _body(request)
    for name, value in body.items():
        if name not in _FIELDS or not isinstance(value, _FIELDS[name]):
            raise Invalid("{field} is not a setting, or cannot have this value.", field=name)
    changed: Settings = await web.change(actor, **body)
    return _answer(asdict(changed))


async def search(request: Request) -> Response:
    """POST /api/web-pages/search {query, count?}: pages that fit."""
    body = await _body(request)
    found = await services().web_pages.search(request.state.actor, _text(body, "query"), _number(body, "count", 8))
    return _answer({"results": [asdict(one) for one in found]})


async def read(request: Request) -> Response:
    """POST /api/web-pages/read {url}: what a page is, and its text."""
    body = await _body(request)
    page, document = await services().web_pages.read(request.state.actor, _text(body, "url"))
    names = ("url", "final_url", "media_type", "title", "date", "site", "canonical")
    blocks = [{"kind": block.kind, "text": block.text, "level": block.level} for block in document.blocks]
    warnings = [warning.text for warning in document.warnings]
    return _answer({**{name: getattr(page, name) for name in names}, "blocks": blocks, "warnings": warnings})


async def sitemap(request: Request) -> Response:
    """POST /api/web-pages/sitemap {url, limit?}: the addresses of a site's own pages."""
    body = await _body(request)
    found = await services().web_pages.sitemap(request.state.actor, _text(body, "url"), _number(body, "limit", 500))
    return _answer({"urls": found})


routes = [
    Route("/api/web-pages/settings", settings, methods=["GET", "POST"]),
    Route("/api/web-pages/search", search, methods=["POST"]),
    Route("/api/web-pages/read", read, methods=["POST"]),
    Route("/api/web-pages/sitemap", sitemap, methods=["POST"]),
]
