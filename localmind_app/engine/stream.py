"""HTTP responses that notice when nobody listens any more, so that no token is computed for a closed connection."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Awaitable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from localmind_app.core.errors import UserError

_MEDIA_TYPE = "text/event-stream"
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
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"}, media_type=_MEDIA_TYPE)
        del self.headers["content-length"]
        self._events = events
        self._started = False
        self._sent = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until they end or the client is gone; either way the generator is closed before this returns."""
        work = asyncio.create_task(self._send_all(scope, receive, send))
        watch = asyncio.create_task(_disconnected(receive))
        quiet = asyncio.create_task(self._break_silence(send))
        try:
            await asyncio.wait({work, watch, quiet}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (work, watch, quiet):
                task.cancel()
            results = await asyncio.gather(work, watch, quiet, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _send_all(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async for event in self._events:
                await self._write(send, _data(event))
            await self._write(send, b"data: [DONE]\n\n", last=True)
        except UserError as error:
            if self._started:
                await self._write(send, _data(error.body()), last=True)
            else:
                await error_response(error)(scope, receive, send)
        finally:
            await self._events.aclose()

    async def _break_silence(self, send: Send) -> None:
        while True:
            await asyncio.sleep(max(0.0, self._sent + _QUIET_SECONDS - time.monotonic()))
            if time.monotonic() - self._sent >= _QUIET_SECONDS:
                await self._write(send, b": waiting\n\n")

    async def _write(self, send: Send, data: bytes, *, last: bool = False) -> None:
        self._sent = time.monotonic()
        if not self._started:
            self._started = True
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": data, "more_body": not last})


def _data(event: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n\n"


def error_response(error: UserError) -> JSONResponse:
    """The one JSON shape of every error, with its status."""
    return JSONResponse(error.body(), error.status)
