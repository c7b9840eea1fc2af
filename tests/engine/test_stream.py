"""Server-sent events as raw ASGI: what is sent when, and that a closed connection closes the source."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from starlette.requests import Request

from localmind_app.core.errors import ModelCrashed, ModelMissing
from localmind_app.engine import stream
from localmind_app.engine.stream import EventStream, Gone, unless_gone

pytestmark = pytest.mark.anyio
SCOPE = {"type": "http", "method": "GET", "path": "/", "headers": []}


class Listener:
    """The other end of an ASGI connection; it leaves after `stay` body messages."""

    def __init__(self, stay: int = 1000) -> None:
        self.status = 0
        self.parts: list[bytes] = []
        self._stay = stay
        self._left = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.status = message.get("status", self.status)
        self.parts.append(message.get("body", b""))
        if len(self.parts) > self._stay:
            self._left.set()

    @property
    def text(self) -> str:
        return b"".join(self.parts).decode()


class Source:
    """Counts without end, up to `fail_at`, where it raises."""

    def __init__(self, fail_at: int = -1, error: Exception | None = None, delay: float = 0.001) -> None:
        self.closed = False
        self._fail_at, self._error, self._delay = fail_at, error, delay

    async def events(self) -> AsyncGenerator[dict[str, Any], None]:
        try:
            number = 0
            while True:
                if number == self._fail_at:
                    if self._error:
                        raise self._error
                    return
                yield {"n": number}
                number += 1
                await asyncio.sleep(self._delay)
        finally:
            self.closed = True


async def serve(source: Source, listener: Listener) -> None:
    async with asyncio.timeout(5):
        await EventStream(source.events())(SCOPE, listener.receive, listener.send)


async def test_to_the_end() -> None:
    listener = Listener()
    await serve(Source(fail_at=2), listener)
    assert listener.status == 200
    assert listener.text == 'data: {"n":0}\n\ndata: {"n":1}\n\ndata: [DONE]\n\n'


async def test_an_error_before_the_first_event_is_a_plain_answer() -> None:
    listener = Listener()
    await serve(Source(fail_at=0, error=ModelMissing("No {m}.", m="x")), listener)
    assert listener.status == 404
    assert '"message":"No x."' in listener.text


async def test_an_error_in_the_middle_is_the_last_event() -> None:
    listener = Listener()
    await serve(Source(fail_at=1, error=ModelCrashed("Gone.")), listener)
    assert listener.status == 200
    assert listener.text.split("\n\n")[1].startswith('data: {"error":{"message":"Gone."')
    assert "[DONE]" not in listener.text


async def test_a_bug_in_the_source_is_raised_not_hung() -> None:
    with pytest.raises(ZeroDivisionError):
        await serve(Source(fail_at=1, error=ZeroDivisionError()), Listener())


async def test_leaving_closes_the_source() -> None:
    source, listener = Source(), Listener(stay=3)
    await serve(source, listener)
    assert source.closed
    assert len(listener.parts) < 10


async def test_silence_is_filled_with_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_QUIET_SECONDS", 0.02)
    listener = Listener()
    await serve(Source(fail_at=2, delay=0.1), listener)
    assert ": waiting\n\n" in listener.text
    assert listener.text.endswith("data: [DONE]\n\n")


async def test_work_nobody_waits_for_is_cancelled() -> None:
    listener = Listener(stay=0)
    request = Request(SCOPE, listener.receive)
    assert await unless_gone(request, asyncio.sleep(0, "done")) == "done"
    work = asyncio.create_task(asyncio.sleep(60))
    await listener.send({})
    with pytest.raises(Gone):
        await unless_gone(request, work)
    assert work.cancelled()
