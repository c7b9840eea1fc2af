"""HTTP routes of the chat feature: snapshots, the event stream, export. Commands come as page events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from localmind_app.core.errors import Invalid
from localmind_app.features.services import services

from .sse import HEARTBEAT, Encoder, accepts_gzip, frame
from .views import Event

HEARTBEAT_SECONDS = 15.0
# How soon a stream ends after its session was ended elsewhere.
RECHECK_SECONDS = 5.0


def _number(value: str | None, default: int, highest: int) -> int:
    try:
        number = default if value is None else int(value)
    except ValueError:
        raise Invalid("This must be a whole number: {value}", value=str(value)[:20]) from None
    return max(0, min(number, highest))


async def messages(request: Request) -> Response:
    """GET /api/chats/{chat}/messages?before=&limit=: the newest part of the shown path."""
    snapshot = await services().chats.snapshot(
        request.state.actor,
        request.path_params["chat"],
        before=request.query_params.get("before"),
        limit=_number(request.query_params.get("limit"), 50, 200) or 50,
    )
    return JSONResponse(snapshot.body(), headers={"Cache-Control": "no-store"})


async def events(request: Request) -> Response:
    """GET /api/chats/{chat}/events?after=N: numbered events without end."""
    actor, chat = request.state.actor, request.path_params["chat"]
    after = _number(request.query_params.get("after"), 0, 2**53)
    source = services().chats.follow(actor, chat, after)
    # The first step checks ownership, so that a refusal is an HTTP error and not a broken stream.
    await services().chats.detail(actor, chat)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept-Encoding"}
    gzip = accepts_gzip(request.headers.get("accept-encoding", ""))
    if gzip:
        headers["Content-Encoding"] = "gzip"
    stream = _stream(source, request.state.session, Encoder(gzip=gzip))
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _stream(source: AsyncIterator[Event], session: str, encoder: Encoder) -> AsyncIterator[bytes]:
    """Frames as they come, several at a time when they wait; ends when the session does."""
    queue: asyncio.Queue[Event | None] = asyncio.Queue()

    async def pump() -> None:
        try:
            async for event in source:
                queue.put_nowait(event)
        finally:
            queue.put_nowait(None)

    task = asyncio.create_task(pump())
    checked = heard = time.monotonic()
    try:
        yield encoder.encode([HEARTBEAT])
        while True:
            # By the clock, not by silence: a busy stream must end with its session too.
            if time.monotonic() - checked >= RECHECK_SECONDS:
                checked = time.monotonic()
                if await services().accounts.actor(session) is None:
                    return
            try:
                async with asyncio.timeout(max(0.0, checked + RECHECK_SECONDS - time.monotonic())):
                    event = await queue.get()
            except TimeoutError:
                if time.monotonic() - heard >= HEARTBEAT_SECONDS:
                    heard = time.monotonic()
                    yield encoder.encode([HEARTBEAT])
                continue
            waiting = [event, *(queue.get_nowait() for _ in range(queue.qsize()))]
            heard = time.monotonic()
            yield encoder.encode(frame(one) for one in waiting if one is not None)
            if None in waiting:
                return
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def found(request: Request) -> Response:
    """GET /api/chats/{chat}/messages/{message}/found: how the passages of an answer were found."""
    params = request.path_params
    body = await services().chats.found(request.state.actor, params["chat"], params["message"])
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


async def given(request: Request) -> Response:
    """GET /api/chats/{chat}/given and /api/chats/{chat}/messages/{message}/given: what an answer was given, part by
    part, or the newest one."""
    params = request.path_params
    body = await services().chats.given(request.state.actor, params["chat"], params.get("message"))
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


async def export(request: Request) -> Response:
    """GET /api/chats/{chat}/export?form=md|json: the chat as a download."""
    name, content = await services().chats.export(
        request.state.actor, request.path_params["chat"], request.query_params.get("form", "md")
    )
    kind = "application/json" if name.endswith(".json") else "text/markdown; charset=utf-8"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)


routes = [
    Route("/api/chats/{chat}/messages", messages),
    Route("/api/chats/{chat}/messages/{message}/found", found),
    Route("/api/chats/{chat}/messages/{message}/given", given),
    Route("/api/chats/{chat}/given", given),
    Route("/api/chats/{chat}/events", events),
    Route("/api/chats/{chat}/export", export),
]
