"""HTTP handlers of responses; `web.openai.routes` gives them their addresses, scopes and limits."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from localmind_app.engine.stream import unless_gone
from localmind_app.features.accounts.rates import Passage
from localmind_app.features.services import services

from .items import Json
from .wanted import Wanted

_ALIVE = b": waiting\n\n"


async def create(request: Request) -> Response:
    """POST /v1/responses."""
    wanted = Wanted.read(request.state.body)
    responses, actor, passage = services().responses, request.state.actor, request.state.passage
    if not wanted.stream:
        response = await unless_gone(request, responses.create(actor, wanted))
        _book(passage, response)
        return JSONResponse(response)
    events = responses.events(actor, wanted)
    # The first step asks the engine, so that a refusal is an HTTP error and not a broken stream.
    first = await unless_gone(request, anext(events))
    stream = _stream(first, events, passage)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _stream(
    first: Json | None, events: AsyncGenerator[Json | None, None], passage: Passage
) -> AsyncIterator[bytes]:
    written, booked = 0, False
    try:
        async with aclosing(events):
            yield _frame(first)
            async for event in events:
                yield _frame(event)
                kind = "" if event is None else event["type"]
                written += kind == "response.output_text.delta"
                if event is not None and "response" in event:
                    booked = _book(passage, event["response"])
    finally:
        if not booked:  # left early, or broken off; each piece was about one token
            passage.spend(written)


def _frame(event: Json | None) -> bytes:
    if event is None:
        return _ALIVE
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return f"event: {event['type']}\ndata: {text}\n\n".encode("utf-8", "replace")


def _book(passage: Passage, response: Json) -> bool:
    if response.get("usage"):
        passage.spend(response["usage"]["total_tokens"])
    return bool(response.get("usage"))


async def get(request: Request) -> Response:
    """GET /v1/responses/{response}."""
    return JSONResponse(await services().responses.get(request.state.actor, request.path_params["response"]))


async def input_items(request: Request) -> Response:
    """GET /v1/responses/{response}/input_items."""
    items = await services().responses.input_items(request.state.actor, request.path_params["response"])
    if request.query_params.get("order", "desc") == "desc":
        items = items[::-1]
    ends = {"first_id": items[0]["id"], "last_id": items[-1]["id"]}
    return JSONResponse({"object": "list", "data": items, **ends, "has_more": False})


async def delete(request: Request) -> Response:
    """DELETE /v1/responses/{response}."""
    name = request.path_params["response"]
    await services().responses.delete(request.state.actor, name)
    return JSONResponse({"id": name, "object": "response", "deleted": True})
