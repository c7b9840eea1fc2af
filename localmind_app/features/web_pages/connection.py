"""One request over one connection, to an IP address that was checked: Host, SNI and certificate stay the name's.

httpcore alone, without httpx: it knows no redirects, cookies, credentials, proxies of the environment or .netrc,
so none can slip in.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpcore

from .address import Address, IpAddress

CONNECT_SECONDS = 8.0


class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to the given IP addresses in their order, whatever name is asked for."""

    def __init__(self, numbers: Sequence[IpAddress]) -> None:
        self._numbers, self._inner = numbers, httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # the interface's own
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A stream to the first address that answers. Raises the last one's error."""
        problem: Exception = httpcore.ConnectError("no address")
        for number in self._numbers:
            try:
                return await self._inner.connect_tcp(str(number), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem

    async def connect_unix_socket(self, path: str, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        """Never: pages are not read from sockets of this machine."""
        raise httpcore.UnsupportedProtocol("no Unix sockets")

    async def sleep(self, seconds: float) -> None:
        """Wait, for the protocol's own use."""
        await self._inner.sleep(seconds)


@asynccontextmanager
async def ask(
    address: Address,
    numbers: Sequence[IpAddress],
    context: ssl.SSLContext,
    headers: Sequence[tuple[str, str]],
    patience: float,
) -> AsyncIterator[httpcore.Response]:
    """GET an address from one of its checked `numbers`; the head of the answer, whose body is read as it comes.

    `patience` is how long, in seconds, nothing may arrive. Raises httpcore's errors. The connection is closed after.
    """
    url = httpcore.URL(
        scheme=address.scheme.encode(),
        host=address.host.encode(),
        port=address.port,
        target=address.target.encode(),
    )
    connection = httpcore.AsyncHTTPConnection(
        origin=url.origin, ssl_context=context, http2=False, network_backend=CheckedNetwork(numbers)
    )
    timeouts = {"connect": CONNECT_SECONDS, "read": patience, "write": patience, "pool": patience}
    request = httpcore.Request(
        "GET",
        url,
        headers=[("Host", address.authority), *headers, ("Connection", "close")],
        extensions={"timeout": timeouts},
    )
    try:
        response = await connection.handle_async_request(request)
        try:
            yield response
        finally:
            await response.aclose()
    finally:
        await connection.aclose()
