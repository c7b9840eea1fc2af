"""A web server that answers with exactly the bytes a test wants, however wrong, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable

Writer = asyncio.StreamWriter
Handler = Callable[[Writer], Awaitable[None]]
TEXT = "text/html; charset=utf-8"
NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def answer(body: bytes | str, *headers: str, status: str = "200 OK", kind: str = TEXT) -> bytes:
    """A well-formed answer."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data)}", *headers]
    if kind:
        lines.append(f"Content-Type: {kind}")
    return "\r\n".join([*lines, "", ""]).encode() + data


def redirect(to: str, status: str = "302 Found") -> bytes:
    return answer("", f"Location: {to}", status=status)


class FakeSite:
    """`pages` are path → answer, as bytes or as something that writes; `asked` are the heads of the requests."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | Handler] = {"/robots.txt": NO_ROBOTS}
        self.asked: list[str] = []
        self.connections = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self, host: str = "127.0.0.1", port: int = 0, context: ssl.SSLContext | None = None) -> FakeSite:
        self._server = await asyncio.start_server(self._serve, host, port, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def paths(self) -> list[str]:
        """What was asked for, without robots.txt."""
        paths = [head.split(" ")[1] for head in self.asked]
        return [path for path in paths if path != "/robots.txt"]

    async def _serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.asked.append(head)
            path = head.split(" ")[1]
            page = self.pages.get(path, self.pages.get("*", answer("gone", status="404 Not Found")))
            if isinstance(page, bytes):
                writer.write(page)
                await writer.drain()
            else:
                await page(writer)
        writer.close()
