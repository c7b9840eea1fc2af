"""The web for the rest of the house: search, read a page, list a site's pages. Off until the owner switches it on."""

from __future__ import annotations

import dataclasses
from typing import Any

from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.egress import EgressLedger
from localmind_app.core.errors import Invalid, NotAllowed
from localmind_app.core.home import Home
from localmind_app.features.accounts.service import Actor
from localmind_app.features.knowledge.parsing.document import Document
from localmind_app.features.knowledge.parsing.run import close as close_parsers

from . import sitemap, switches
from .address import Address, read
from .fetch import Fetcher, Limits, Page
from .reader import document
from .resolving import Policy
from .search import MOST_RESULTS, Engine, PublicEngines, Result, Searxng, checked_query, searxng_address
from .switches import Settings

MOST_LISTED = 5000
_SEARCH_LIMITS = Limits(bytes=4_000_000, seconds=20.0, silence=15.0, redirects=2)


class WebPages:
    """The web behind its switches. `fetcher` and `engines` are the real ones unless others are given."""

    def __init__(
        self, home: Home, database: Database, *, fetcher: Fetcher | None = None, engines: Engine | None = None
    ) -> None:
        self._home, self._database, self._ledger = home, database, EgressLedger(database)
        self._fetcher = fetcher or Fetcher(self._ledger)
        self._engines = engines or PublicEngines(self._ledger)

    async def close(self) -> None:
        """End the processes that read what is no HTML."""
        await close_parsers()

    # The switches

    async def settings(self, actor: Actor) -> Settings:
        """What the owner has set. Where a SearXNG is, only the owner learns."""
        kept = await self._database.read(switches.read)
        return kept if actor.role == "owner" else dataclasses.replace(kept, searxng="")

    async def change(self, actor: Actor, **wanted: Any) -> Settings:
        """Change some of the settings (see `switches.Settings`).

        Raises NotAllowed, and Invalid; nothing is changed then.
        """
        if actor.role != "owner":
            raise NotAllowed("Only the owner of this LocalMind may let it use the web.")

        def work(session: Session) -> Settings:
            settings = _checked(dataclasses.replace(switches.read(session), **wanted))
            switches.write(session, settings)
            return settings

        return await self._database.write(work)

    # The web

    async def search(self, actor: Actor, query: str, count: int = 8, *, reason: str = "") -> list[Result]:
        """Pages that fit a query, best first. `reason` is what made somebody ask, for the ledger (``chat:<id>``).

        Raises NotAllowed while it is off, Invalid, SourceError.
        """
        settings = await self._database.read(switches.read)
        if not settings.search:
            raise switches.search_refusal()
        words, count = checked_query(query), max(1, min(count, MOST_RESULTS))
        if settings.engine == "public":
            return await self._engines.search(words, count, reason)
        near = Policy(frozenset({read(settings.searxng).origin}))
        fetcher = Fetcher(self._ledger, policy=near, limits=_SEARCH_LIMITS)
        return await Searxng(fetcher, settings.searxng).search(words, count, reason)

    async def read(self, actor: Actor, url: str, *, reason: str = "") -> tuple[Page, Document]:
        """The page at an address, and its text as a document. `reason` is for the ledger, as in `search`.

        Raises NotAllowed while it is off and for addresses that are not public, Invalid, NotFound, TooLarge,
        SourceError, Unreadable; nothing is kept then.
        """
        await self._check_pages()
        return await document(await self._fetcher.page(url, reason), self._home.cache)

    async def sitemap(self, actor: Actor, url: str, limit: int = 500) -> list[str]:
        """The addresses of a site's own pages, as its sitemap has them. Raises as `read`."""
        await self._check_pages()
        return await sitemap.pages(self._fetcher, url, max(1, min(limit, MOST_LISTED)))

    async def check_page(self, url: str) -> str:
        """An address as it is kept, of a page that is to be read later. Raises NotAllowed while it is off, Invalid."""
        await self._check_pages()
        return read(url).url

    async def _check_pages(self) -> None:
        if not (await self._database.read(switches.read)).pages:
            raise switches.pages_refusal()


def _checked(settings: Settings) -> Settings:
    if settings.engine not in ("public", "searxng"):
        raise Invalid("{field} is not a setting, or cannot have this value.", field="engine")
    address = searxng_address(settings.searxng) if settings.searxng.strip() else ""
    if settings.engine == "searxng" and not address:
        raise Invalid("Enter the address of the SearXNG, such as http://192.168.1.20:8888.")
    if address:
        place: Address = read(address)
        Policy(frozenset({place.origin})).check(place)
    return dataclasses.replace(settings, searxng=address)
