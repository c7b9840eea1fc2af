"""Fetches from other machines: every request in the ledger, every redirect looked at before it is followed.

The one door through which this feature reaches the network. Whether it may be used at all is asked before: see
`hub_switch`.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

from localmind_app.core.egress import EgressLedger
from localmind_app.core.errors import SourceError

HUB = "https://huggingface.co"
MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
# Bytes as they are: what is hashed and counted must not be a compressed form of it.
_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "LocalMind"}


def configured_hub() -> tuple[str, frozenset[str]]:
    """The hub's address, and the origins that are trusted without https: `LOCALMIND_HUB`, addresses with blanks
    between them, of which the first is the hub and the others are hosts it may send us to."""
    chosen = os.environ.get("LOCALMIND_HUB", "").split() or [HUB]
    return chosen[0].rstrip("/"), frozenset(origin(address) for address in chosen)


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()


Headers = Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """The head of an answer. `linked` are the headers of the redirects before it: the hub names there the hash of
    what the redirect leads to. `at_hub` is whether the hub itself answers, `with_token` whether it was shown one."""

    response: httpx.Response
    linked: Headers
    received: list[int]
    at_hub: bool = False
    with_token: bool = False

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it comes. Raises httpx.TransportError when the connection breaks."""
        async for chunk in self.response.aiter_raw():
            self.received[0] += len(chunk)
            yield chunk


class Carrier:
    """Asks other machines. `trusted` origins may be plain http; everything else must be https and public.

    `patience` is how long, in seconds, nothing may arrive before a connection counts as broken. `hub` is the hub's
    origin; `token` is shown to that one and to nobody it sends us to.
    """

    def __init__(self, ledger: EgressLedger, trusted: frozenset[str], *, patience: float = 30.0, hub: str = "") -> None:
        self._ledger, self._trusted, self._hub = ledger, trusted, hub
        self.token: str | None = None
        # The environment may name a proxy; a trusted plain-http host is near and needs none.
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(patience, pool=None),
            headers=_HEADERS,
            trust_env=all(one.startswith("https:") for one in trusted),
            limits=httpx.Limits(max_connections=32),
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    def check(self, url: str) -> str:
        """The address, if it may be asked. Raises SourceError."""
        parts = urlsplit(url)
        if origin(url) in self._trusted:
            return url
        if parts.scheme != "https" or parts.username is not None or _is_near(parts.hostname or ""):
            raise SourceError(
                "The source sends us to {host}, which is not a public https address. Nothing was fetched from there.",
                host=(parts.netloc.rpartition("@")[2] or url)[:100],
            )
        return url

    @asynccontextmanager
    async def get(self, url: str, purpose: str, headers: Headers | None = None) -> AsyncIterator[Reply]:
        """Ask for an address and follow where it leads. Raises SourceError and httpx.TransportError."""
        linked: dict[str, str] = {}
        for _ in range(MOST_REDIRECTS + 1):
            at_hub = origin(url) == self._hub
            token = self.token if at_hub else None
            asked = {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}
            request = self._client.build_request("GET", self.check(url), headers=asked)
            entry = await self._ledger.begin(request.url.host, purpose)
            received = [0]
            response = await self._client.send(request, stream=True)
            try:
                if response.status_code not in _REDIRECTS or "location" not in response.headers:
                    yield Reply(response, linked, received, at_hub, token is not None)
                    return
                linked |= {name.lower(): value for name, value in response.headers.items()}
                url = urljoin(url, response.headers["location"])
            finally:
                await response.aclose()
                if received[0]:
                    await self._ledger.finish(entry, received[0])
        raise SourceError("{host} sends us from one address to the next without end.", host=urlsplit(url).netloc[:100])


def _is_near(host: str) -> bool:
    """Whether a host name is plainly one of this machine or of a private network."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))
