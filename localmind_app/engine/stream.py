"""HTTP responses that notice when nobody listens any more, so that no token is computed for a closed connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from localmind_app.core.errors import UserError

_QUIET_SECONDS = 10.0  # after this long without data a comment keeps proxies and timeouts content


class Gone(Exception):
    """The client closed the connection."""


async def unless_gone(request: Request, work: Awaitable[Any]) -> Any:
    """The result of `work`, which is cancelled when the client goes. Raises Gone, and what `work` raises."""
    task = asyncio.ensure_future(work)
    watch = asyncio.create_task(_disconnected(request.receive))
    try:
        await asyncio.wait({task, watch}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Gone
        return task.result()
    finally:
        for each in (task, watch):
            each.cancel()
        await asyncio.gather(task, watch, return_exceptions=True)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class EventStream(Response):
    """Server-sent events `data: {...}`, ending with `data: [DONE]`.

    An error before the first event is an ordinary JSON error with its status; one after it is the last event.
    """

    def __init__(self, events: AsyncGenerator[dict[str, Any], None]) -> None:
        super().__init__()
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until they end or the client is gone; either way the generator is closed before this returns."""
        queue: asyncio.Queue[bytes | UserError | None] = asyncio.Queue(maxsize=64)
        source = asyncio.create_task(self._read(queue))
        watch = asyncio.create_task(_disconnected(receive))
        pump = asyncio.create_task(self._pump(queue, scope, receive, send))
        try:
            done, _ = await asyncio.wait({pump, watch, source}, return_when=asyncio.FIRST_COMPLETED)
            if done == {source} and source.exception() is None:  # all is read, now it must be sent
                await asyncio.wait({pump, watch}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (source, watch, pump):
                task.cancel()
            results = await asyncio.gather(source, pump, watch, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _read(self, queue: asyncio.Queue[bytes | UserError | None]) -> None:
        try:
            async for event in self._events:
                await queue.put(_data(event))
            await queue.put(None)
        except UserError as error:
            await queue.put(error)
        finally:
            await self._events.aclose()

    async def _pump(
        self, queue: asyncio.Queue[bytes | UserError | None], scope: Scope, receive: Receive, send: Send
    ) -> None:
        started = False
        while True:
            try:
                item = await asyncio.wait_for(queue.get(), _QUIET_SECONDS)
            except TimeoutError:
                item = b": waiting\n\n"
            if isinstance(item, UserError) and not started:
                await error_response(item)(scope, receive, send)
                return
            if not started:
                await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
                started = True
            if isinstance(item, bytes):
                await send({"type": "http.response.body", "body": item, "more_body": True})
                continue
            last = _data(item.body()) if item is not None else b"data: [DONE]\n\n"
            await send({"type": "http.response.body", "body": last, "more_body": False})
            return


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


def _data(event: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n\n"


def error_response(error: UserError) -> JSONResponse:
    """The one JSON shape of every error, with its status."""
    return JSONResponse(error.body(), error.status)
