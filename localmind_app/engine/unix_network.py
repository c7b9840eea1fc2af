"""HTTP over Unix sockets on asyncio's own transports.

httpx would take anyio's Unix streams, which wait with a bare future on the socket: cancelled in the very moment in
which text arrives, as a stopped answer is, they leave an InvalidStateError in the event loop's log.
"""

from __future__ import annotations

import asyncio
import select
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx


class UnixTransport(httpx.AsyncHTTPTransport):
    """httpx's transport, to the socket at `path`."""

    def __init__(self, path: str, retries: int, limits: httpx.Limits) -> None:
        super().__init__(limits=limits)
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            retries=retries,
            uds=path,
            network_backend=UnixNetwork(),
        )


class UnixNetwork(httpcore.AsyncNetworkBackend):
    """Connects to Unix sockets, and to nothing else."""

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109  # the interface's own
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A stream to the socket at `path`. Raises ConnectError and ConnectTimeout."""
        try:
            async with asyncio.timeout(timeout):
                reader, writer = await asyncio.open_unix_connection(path)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        return UnixStream(reader, writer)

    async def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        """Never: this network has no hosts."""
        raise httpcore.UnsupportedProtocol("no TCP")

    async def sleep(self, seconds: float) -> None:
        """Wait between two tries to connect."""
        await asyncio.sleep(seconds)


class UnixStream(httpcore.AsyncNetworkStream):
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """What has arrived, `max_bytes` at most; nothing at its end. Raises ReadError and ReadTimeout."""
        try:
            async with asyncio.timeout(timeout):
                return await self._reader.read(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Send it all. Raises WriteError and WriteTimeout."""
        try:
            async with asyncio.timeout(timeout):
                self._writer.write(buffer)
                await self._writer.drain()
        except TimeoutError as error:
            raise httpcore.WriteTimeout from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        """Close; what the other side still sends is lost."""
        self._writer.transport.abort()
        await asyncio.sleep(0)  # the socket itself closes in the loop's next turn

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """Never: nobody listens between two processes of one machine."""
        await self.aclose()
        raise httpcore.UnsupportedProtocol("no TLS over Unix sockets")

    def get_extra_info(self, info: str) -> Any:
        """is_readable: whether an idle connection was closed, or something unasked-for arrived."""
        if info != "is_readable":
            return None
        if self._reader.at_eof() or self._reader.exception() is not None or self._writer.transport.is_closing():
            return True
        poll = select.poll()  # select() ends at descriptor 1023
        poll.register(self._writer.get_extra_info("socket"), select.POLLIN)
        return bool(poll.poll(0))
