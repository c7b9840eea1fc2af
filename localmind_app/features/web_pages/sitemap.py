"""Sitemaps (https://www.sitemaps.org/protocol.html): which pages a site says it has."""

from __future__ import annotations

import asyncio
from collections import deque

from localmind_app.core.errors import NotFound, UserError

from .address import Address, follow, read
from .contained import run
from .encoding import Unpacker
from .fetch import Fetcher

PURPOSE = "read a sitemap"
MOST_FILES = 20  # of one site
MOST_PAGES = 50_000  # of one file, as the protocol has it
LARGEST = 52_000_000  # bytes unpacked, as the protocol has it
_ENDINGS = (".xml", ".xml.gz", ".txt")
_PARSE_SECONDS = 30.0


async def pages(fetcher: Fetcher, url: str, limit: int) -> list[str]:
    """The addresses in the sitemap at `url`, or of the site there; those of its own host only, in its order.

    Raises as `Fetcher.page`, and NotFound where there is no sitemap.
    """
    start = read(url)
    files = deque(await _starts(fetcher, start))
    seen, found = set(files), dict[str, None]()
    problem: UserError | None = None
    asked = 0
    while files and asked < MOST_FILES and len(found) < limit:
        asked += 1
        place = files.popleft()
        try:
            inner, listed = await _read(fetcher, place)
        except UserError as error:
            problem = problem or error
            continue
        here = read(place)
        for link in _own(here, inner):
            if link not in seen:
                seen.add(link)
                files.append(link)
        found |= dict.fromkeys(_own(here, listed))
    if found:
        return list(found)[:limit]
    raise problem or NotFound("{host} has no list of its pages (sitemap.xml).", host=start.host)


async def _starts(fetcher: Fetcher, start: Address) -> list[str]:
    """Where to look: the file itself, or what robots.txt names, or the usual place."""
    if start.path.endswith(_ENDINGS):
        return [start.url]
    named = _own(start, (await fetcher.rules(start.url)).sitemaps)
    return named[:MOST_FILES] or [f"{start.origin}/sitemap.xml"]


async def _read(fetcher: Fetcher, place: str) -> tuple[list[str], list[str]]:
    answer = await fetcher.file(place, PURPOSE)
    data = await asyncio.to_thread(_unpacked, answer.data, answer.address.host)
    told, _ = await run("sitemap", {"limit": MOST_PAGES, "host": answer.address.host}, data, seconds=_PARSE_SECONDS)
    return told["files"], told["pages"]


def _unpacked(data: bytes, host: str) -> bytes:
    """A sitemap may be a gzip file."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    unpacker = Unpacker("gzip", LARGEST, host)
    unpacker.take(data)
    return unpacker.end()


def _own(here: Address, links: list[str]) -> list[str]:
    """The links that lead to the same host, read and written as we do."""
    found = []
    for link in links:
        try:
            there = follow(here, link.strip())
        except UserError:
            continue
        if there.host == here.host:
            found.append(there.url)
    return found
