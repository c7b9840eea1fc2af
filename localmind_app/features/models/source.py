"""One address a file can be fetched from, and what its server says and does.

What a server says is a claim. Here it is held against itself: a range must be the one that was asked for, of the same
content as before (RFC 9110: ranges, validators, conditional requests), and not longer or shorter than it says.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

import httpx

from localmind_app.core.errors import LocalMindError, NotAllowed, NotFound, SourceError, UserError

from .carrier import Carrier, Reply
from .hub import refused, unreachable

PURPOSE = "download a model"
MOST_TRIES = 6  # in a row that brought nothing
LONGEST_WAIT = 60.0
_STEP = 0.2
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")

T = TypeVar("T")


class Changed(LocalMindError):
    """The content is not the one that was begun."""


class Broken(LocalMindError):
    """Worth another try. `wait` is how long the server wants us to wait, in seconds."""

    def __init__(self, reason: UserError, wait: float = 0.0) -> None:
        self.reason, self.wait = reason, wait
        super().__init__(reason.text)


@dataclass(frozen=True)
class Head:
    """What a source says of a file. `size` is known where it takes ranges; `tag` is its strong ETag; `sha256` is what
    the hub says of the content in the redirect to it."""

    ranges: bool
    size: int | None
    tag: str | None
    sha256: str | None


class Source:
    """A file at an address."""

    def __init__(self, carrier: Carrier, url: str) -> None:
        self._carrier, self.url = carrier, url
        self.host = httpx.URL(url).host

    async def head(self) -> Head:
        """Ask for the first byte: shows whether ranges work and how long the file is said to be. Raises Broken."""
        async with self._get({"Range": "bytes=0-0"}) as reply:
            headers = reply.response.headers
            tag = headers.get("etag", "")
            linked = reply.linked.get("x-linked-etag", "").strip('"')
            found = _RANGE.fullmatch(headers.get("content-range", ""))
            ranges = reply.response.status_code == 206 and found is not None and found[1] == found[2] == "0"
            return Head(
                ranges,
                int(found[3]) if ranges and found else None,
                tag if tag.startswith('"') else None,
                linked if re.fullmatch(r"[0-9a-f]{64}", linked) else None,
            )

    async def range(self, start: int, end: int, head: Head) -> AsyncGenerator[bytes, None]:
        """The bytes from `start` up to `end`, exclusive. Raises Changed and Broken."""
        wanted = {"Range": f"bytes={start}-{end - 1}"} | ({"If-Range": head.tag} if head.tag else {})
        async with self._get(wanted) as reply:
            headers = reply.response.headers
            found = _RANGE.fullmatch(headers.get("content-range", ""))
            if reply.response.status_code != 206 or not found or (int(found[1]), int(found[3])) != (start, head.size):
                raise Changed
            if head.tag and headers.get("etag", head.tag) != head.tag:
                raise Changed
            async for chunk in reply.chunks():
                start += len(chunk)
                if start > end:
                    raise Changed  # more than was asked for: where it belongs is anybody's guess
                yield chunk
            if start < end:
                raise Broken(self._cut_off())

    async def whole(self) -> AsyncGenerator[bytes, None]:
        """All of it, from a server without ranges. Raises Broken."""
        async with self._get({}) as reply:
            if reply.response.status_code != 200:
                raise Broken(self._odd(reply.response.status_code))
            async for chunk in reply.chunks():
                yield chunk

    @asynccontextmanager
    async def _get(self, headers: dict[str, str]) -> AsyncIterator[Reply]:
        try:
            async with self._carrier.get(self.url, PURPOSE, headers) as reply:
                self._check(reply)
                yield reply
        except httpx.TransportError as error:
            raise Broken(unreachable(self.url, error)) from error

    def _check(self, reply: Reply) -> None:
        response, status = reply.response, reply.response.status_code
        if status in (200, 206, 416):
            return
        if status in (401, 403) and reply.at_hub:
            raise refused(status, with_token=reply.with_token)
        if status in (401, 403):
            raise NotAllowed("{host} does not give this file to everybody. Its makers may want a sign-in there.",
                             host=self.host)  # fmt: skip
        if status in (404, 410):
            raise NotFound("{host} does not have this file any more.", host=self.host)
        if status == 429 or status >= 500:
            wait = response.headers.get("retry-after", "")
            raise Broken(self._odd(status), float(wait) if wait.isdecimal() else 0.0)
        raise self._odd(status)

    def _odd(self, status: int) -> SourceError:
        return SourceError("{host} answered with error {status}. What was downloaded is kept; try again later.",
                           host=self.host, status=status)  # fmt: skip

    def _cut_off(self) -> SourceError:
        return SourceError("{host} ends the connection too early again and again. What was downloaded is kept; "
                           "try again later.", host=self.host)  # fmt: skip


async def patiently(once: Callable[[], Awaitable[T]], heard: Callable[[], None], first_wait: float) -> T:
    """Do it until it is not `Broken`, with growing pauses; at last raises the reason. `heard` is called while waiting
    and may raise."""
    wait = first_wait
    for attempt in range(1, MOST_TRIES + 1):
        try:
            return await once()
        except Broken as broken:
            if attempt == MOST_TRIES:
                raise broken.reason from broken
            left = min(max(wait, broken.wait), LONGEST_WAIT)
        while left > 0:
            heard()
            await asyncio.sleep(min(_STEP, left))
            left -= _STEP
        wait *= 2
    raise AssertionError("the last try returns or raises")
