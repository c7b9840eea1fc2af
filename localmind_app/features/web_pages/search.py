"""Searching the web: public engines through ddgs, or a SearXNG by its address; one kind of result for both."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from localmind_app.core.egress import EgressLedger
from localmind_app.core.errors import Invalid, SourceError, UserError
from localmind_app.features.knowledge.parsing.encoding import drop_controls

from .address import read
from .contained import run
from .fetch import Fetcher
from .resolving import Policy

log = logging.getLogger(__name__)
MOST_RESULTS = 30
LONGEST_QUERY = 400
PURPOSE = "search the web"
# The public engines in the order in which they are asked, and the host of each.
HOSTS = {"duckduckgo": "html.duckduckgo.com", "brave": "search.brave.com", "mojeek": "www.mojeek.com"}
_CHILD_SECONDS = 40.0


@dataclass(frozen=True)
class Result:
    """A page that was found: plain text of at most 300 and 600 characters, and who found it."""

    title: str
    url: str
    snippet: str
    engine: str


class Engine(Protocol):
    """Something that can be asked."""

    async def search(self, query: str, count: int, reason: str = "") -> list[Result]:
        """Pages that fit, best first. `reason` is what made somebody ask, for the ledger. Raises SourceError."""
        ...


class PublicEngines:
    """The public search engines: the first one that answers. `addresses` are other places to ask them at."""

    def __init__(self, ledger: EgressLedger, addresses: Mapping[str, str] | None = None) -> None:
        self._ledger, self._addresses = ledger, addresses or {}

    async def search(self, query: str, count: int, reason: str = "") -> list[Result]:
        """Pages that fit, best first; empty when no engine knows one. Raises SourceError when none answers."""
        silent = 0
        for engine, host in HOSTS.items():
            entry = await self._ledger.begin(host, PURPOSE, len(query.encode()), reason)
            address = self._addresses.get(engine, "")
            request = {"engine": engine, "query": query, "count": count, "address": address, "host": host}
            try:
                found, _ = await run("search", request, seconds=_CHILD_SECONDS)
            except SourceError as error:
                log.warning("%s", error.text)
                silent += 1
                continue
            await self._ledger.finish(entry, int(found["received"]))
            if results := accepted(found["results"], engine, count):
                return results
        if silent == len(HOSTS):
            raise SourceError(
                "None of the search engines answered ({hosts}). Nothing was found; try again later, or enter a SearXNG "
                "of your own in the settings.",
                hosts=", ".join(HOSTS.values()),
            )
        return []


class Searxng:
    """A SearXNG server, by its address.

    Source: https://docs.searxng.org/dev/search_api.html. `fetcher` must be allowed to ask it.
    """

    def __init__(self, fetcher: Fetcher, base: str) -> None:
        self._fetcher, self._base = fetcher, base

    async def search(self, query: str, count: int, reason: str = "") -> list[Result]:
        """Pages that fit, best first. Raises SourceError."""
        asked = urlencode({"q": query, "format": "json", "safesearch": "1"})
        answer = await self._fetcher.api(f"{self._base}/search?{asked}", PURPOSE, "application/json", reason)
        if answer.status == 403:
            raise SourceError(
                "The SearXNG on {host} does not give its results to programs. "
                "Add json to search.formats in its settings.yml.",
                host=answer.address.host,
            )
        try:
            told = json.loads(answer.data) if answer.status == 200 else None
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict) or not isinstance(told.get("results"), list):
            raise SourceError(
                "{host} answered ({status}), but not as SearXNG does. Check its address in the settings.",
                host=answer.address.host,
                status=answer.status,
            )
        return accepted(told["results"], "searxng", count)


def searxng_address(written: str) -> str:
    """The address of a SearXNG as it is kept: without /search and slashes at the end. Raises Invalid."""
    address = read(written)
    if "?" in address.target:
        raise Invalid("The address must not contain ? or #.")
    return address.url.rstrip("/").removesuffix("/search").rstrip("/")


def accepted(found: Iterable[Any], engine: str, count: int) -> list[Result]:
    """The results that lead to public web pages, each once. What an engine says is untrusted."""
    results: dict[str, Result] = {}
    for one in found:
        fields = one if isinstance(one, dict) else {}
        try:
            address = read(str(fields.get("url") or ""))
            Policy().check(address)
        except UserError:
            continue
        title = _plain(fields.get("title"), 300) or address.host
        snippet = _plain(fields.get("snippet") or fields.get("content"), 600)
        results.setdefault(address.url, Result(title, address.url, snippet, engine))
        if len(results) >= count:
            break
    return list(results.values())


def checked_query(query: str) -> str:
    """What is asked, in one line. Raises Invalid."""
    words = " ".join(drop_controls(query).split())
    if not words:
        raise Invalid("Say what to search for.")
    if len(words) > LONGEST_QUERY:
        raise Invalid("The search has more than {limit} characters. Shorten it.", limit=LONGEST_QUERY)
    return words


def _plain(value: Any, longest: int) -> str:
    return " ".join(drop_controls(value).split())[:longest] if isinstance(value, str) else ""
