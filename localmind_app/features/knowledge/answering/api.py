"""HTTP routes of sources: a passage where it stands, and pictures of pages."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from localmind_app.core.errors import Invalid
from localmind_app.features.services import services

_WIDTH = 1280


async def passage(request: Request) -> Response:
    """GET /api/knowledge/passages/{chunk}?quote=start-end&pages=1: a passage with its page and boxes, or the text
    around it. With `pages`, those of an office file are made where that takes its time."""
    chunk = _number(request.path_params["chunk"])
    quote = request.query_params.get("quote")
    span = None
    if quote is not None:
        match = re.fullmatch(r"(\d{1,9})-(\d{1,9})", quote)
        if match is None:
            raise Invalid("A quote is a span such as 10-80, not {quote}.", quote=quote[:20])
        span = (int(match[1]), int(match[2]))
    user_id = request.state.actor.user_id
    found = await services().sources.passage(user_id, chunk, span, make=_makes_pages(request))
    return JSONResponse(found, headers={"Cache-Control": "no-store"})


async def opening(request: Request) -> Response:
    """GET /api/knowledge/documents/{document}/opening?pages=1: a document at its beginning, as a passage."""
    user_id, document = request.state.actor.user_id, request.path_params["document"]
    found = await services().sources.opening(user_id, document, make=_makes_pages(request))
    return JSONResponse(found, headers={"Cache-Control": "no-store"})


async def page(request: Request) -> Response:
    """GET /api/knowledge/documents/{document}/pages/{page}?width=: a picture of a page, counted from 0."""
    width = _number(request.query_params.get("width", str(_WIDTH)))
    path = await services().sources.page(
        request.state.actor.user_id, request.path_params["document"], _number(request.path_params["page"]), width
    )
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type="image/png", headers=headers)


def _makes_pages(request: Request) -> bool:
    return request.query_params.get("pages") == "1"


def _number(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,16}", value):
        raise Invalid("This must be a whole number: {value}", value=value[:20])
    return int(value)


routes = [
    Route("/api/knowledge/passages/{chunk}", passage),
    Route("/api/knowledge/documents/{document}/opening", opening),
    Route("/api/knowledge/documents/{document}/pages/{page}", page),
]
