"""HTTP over Unix sockets, above all what a cancelled read leaves behind."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpcore
import httpx
import pytest

from localmind_app.engine.unix_network import UnixNetwork, UnixTransport

pytestmark = pytest.mark.anyio
LIMITS = httpx.Limits()


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "door")


@pytest.fixture
def door(path: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        yield listening


@pytest.fixture
async def complaints() -> AsyncIterator[list[dict[str, Any]]]:
    """What the event loop would have logged."""
    loop, found = asyncio.get_running_loop(), list[dict[str, Any]]()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: found.append(context))
    yield found
    loop.set_exception_handler(before)


@pytest.mark.parametrize("turns", range(4))
async def test_a_read_cancelled_as_text_arrives_leaves_nothing_in_the_log(
    path: str, door: socket.socket, complaints: list[dict[str, Any]], turns: int
) -> None:
    stream = await UnixNetwork().connect_unix_socket(path)
    with door.accept()[0] as server:
        reading = asyncio.create_task(stream.read(100))
        await asyncio.sleep(0.01)
        server.send(b"text")
        for _ in range(turns):
            await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(reading.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await reading
        await stream.aclose()
        await asyncio.sleep(0.01)
        assert complaints == [] and server.recv(1) == b""


async def test_connections_are_used_again_until_the_server_closes_them(path: str) -> None:
    answered = list[int]()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answered.append(0)
        while head := await _head(reader):
            answered[-1] += 1
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            if b"/last" in head:
                break
        writer.close()

    server = await asyncio.start_unix_server(answer, path)
    async with httpx.AsyncClient(transport=UnixTransport(path, 1, LIMITS), base_url="http://engine") as client:
        for target in ("/", "/", "/last"):
            assert (await client.get(target)).text == "ok"
        await asyncio.sleep(0.05)
        assert (await client.get("/")).text == "ok"
    server.close()
    assert answered == [3, 1]


async def _head(reader: asyncio.StreamReader) -> bytes:
    with contextlib.suppress(asyncio.IncompleteReadError):
        return await reader.readuntil(b"\r\n\r\n")
    return b""


async def test_nobody_there_and_silence_are_told_apart(path: str) -> None:
    async with httpx.AsyncClient(transport=UnixTransport(path, 1, LIMITS), base_url="http://engine") as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("/")
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path)
            listening.listen()
            with pytest.raises(httpx.ReadTimeout):
                await client.get("/", timeout=0.2)
            accepted = asyncio.get_running_loop().run_in_executor(None, listening.accept)
            asking = asyncio.create_task(client.get("/"))
            (await accepted)[0].close()  # of the one that timed out
            (await asyncio.get_running_loop().run_in_executor(None, listening.accept))[0].close()
            with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
                await asking


async def test_it_knows_no_hosts_and_no_certificates(path: str, door: socket.socket) -> None:
    with pytest.raises(httpcore.UnsupportedProtocol):
        await UnixNetwork().connect_tcp("localhost", 80)
    async with httpx.AsyncClient(transport=UnixTransport(path, 0, LIMITS)) as client:
        with pytest.raises(httpx.UnsupportedProtocol):
            await client.get("https://engine/")
