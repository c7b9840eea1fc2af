"""One request and its whole answer, from a real engine and from servers that are none."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from localmind_app.core.errors import EngineError, EngineUnreachable, Invalid, ModelMissing
from localmind_app.engine.client import EngineClient
from localmind_app.engine.exchange import ask, exchange

pytestmark = pytest.mark.anyio
CHAT = {"model": "script", "messages": [{"role": "user", "content": "x"}], "max_tokens": 3, "temperature": 0}


async def test_the_answer_as_the_api_shows_it(client: EngineClient) -> None:
    status, body = await exchange(client, "/v1/chat/completions", CHAT)
    assert (status, body["object"], body["usage"]["completion_tokens"]) == (200, "chat.completion", 3)
    assert await ask(client, "/v1/tokenize", {"model": "script", "prompt": "abc"}) == {
        "count": 4, "n_ctx": 2048, "tokens": [1, *(5 + byte for byte in b"abc")]
    }  # fmt: skip


async def test_an_error_keeps_its_status_or_its_kind(client: EngineClient) -> None:
    status, body = await exchange(client, "/v1/chat/completions", {**CHAT, "model": "nobody"})
    assert status == 404 and "nobody" in body["error"]["message"]
    with pytest.raises(ModelMissing, match="nobody"):
        await ask(client, "/v1/chat/completions", {**CHAT, "model": "nobody"})
    with pytest.raises(Invalid, match="temperature"):
        await ask(client, "/v1/chat/completions", {**CHAT, "temperature": 10**400})


@contextmanager
def answering(data: bytes) -> Iterator[str]:
    """The address of a server that says `data` to one who asks, whatever was asked."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(data)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(10)


def page(body: bytes, said: int | None = None) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body) if said is None else said}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize("body", [b"", b"<html>Sign in</html>", b"[]", b"null", b'"text"', b"\xff\xfe"])
async def test_what_is_no_object_is_not_an_answer(body: bytes) -> None:
    with answering(page(body)) as url:
        client = EngineClient.remote(url)
        with pytest.raises(EngineError, match="not JSON"):
            await exchange(client, "/v1/chat/completions", CHAT)
        await client.close()


async def test_an_answer_that_breaks_off(client: EngineClient) -> None:
    with answering(page(b'{"object": "chat', 5000)) as url:
        other = EngineClient.remote(url)
        with pytest.raises(EngineUnreachable, match="in the middle of the answer"):
            await exchange(other, "/v1/chat/completions", CHAT)
        await other.close()
