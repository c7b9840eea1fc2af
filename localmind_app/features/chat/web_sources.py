"""The web as a source of one answer: pages that the message links to, and pages that a search found.

Pages become documents of the chat's own collection and are read by the worker, as files are. Whatever fails is told
with its reason, and the answer comes without it; whoever stops the answer stops the reading with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from localmind_app.core.database import Database
from localmind_app.core.errors import SourceError, UserError
from localmind_app.features.accounts.service import Actor
from localmind_app.features.knowledge.answering import followup, links
from localmind_app.features.knowledge.sentences import sentences
from localmind_app.features.knowledge.views import DocumentView
from localmind_app.features.web_pages.address import read
from localmind_app.features.web_pages.search import Result

from . import reading
from .reading import State, Tell

ASKED_FOR = 8  # results of a search
WANTED = 4  # pages that are read; where one fails, the next result takes its place
ENOUGH, ENOUGH_SECONDS = 2, 12.0  # so many pages are answer enough after so long
SEARCH_SECONDS = 60.0  # and whatever is read by then
LONGEST_QUERY = 200  # characters: a question goes out, not the text that stands around it


class Pages(Protocol):
    """The part of `knowledge.service` that is needed here."""

    async def attach_page(self, user_id: str, chat_id: str, url: str) -> DocumentView: ...

    async def cancel(self, user_id: str, document_id: str) -> DocumentView: ...


class Engine(Protocol):
    """The part of `web_pages.service` that is needed here."""

    async def search(self, actor: Actor, query: str, count: int = ..., *, reason: str = ...) -> list[Result]: ...


@dataclass(frozen=True)
class Linked:
    """The documents of a message's links that were read, and what could not be, as {name, error}."""

    documents: list[str]
    failed: list[dict[str, Any]]


@dataclass(frozen=True)
class Searched:
    """What a search came to: the documents that were read, and `body`, which the answer keeps.

    `body` is {query, pages: [{url, title, document_id, error}], error}.
    """

    documents: list[str]
    body: dict[str, Any]


@dataclass
class _Hunt:
    """The pages of one search: results not tried yet, and those that were, in the order of the engine."""

    left: deque[Result]
    tried: dict[str, Result] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    refused: dict[str, dict[str, Any]] = field(default_factory=dict)


class WebSources:
    """Reads for answers of any chat."""

    def __init__(self, database: Database, pages: Pages, engine: Engine) -> None:
        self._database, self._pages, self._engine = database, pages, engine

    async def linked(self, user_id: str, chat_id: str, urls: Sequence[str], tell: Tell) -> Linked:
        """Read the pages that a message links to."""
        names: dict[str, str] = {}
        failed: list[dict[str, Any]] = []
        async with self._given_up(user_id) as under_way:
            for url in dict.fromkeys(urls):
                try:
                    document = (await self._pages.attach_page(user_id, chat_id, url)).id
                except UserError as error:
                    failed.append({"name": url, "error": error.body()["error"]})
                else:
                    names[document] = url
                    under_way.append(document)
            states = await reading.settled(self._database, list(names), tell)
            under_way[:] = [one.id for one in states if not one.settled]
        return Linked([one.id for one in states if one.ready], failed + reading.failed(states, names))

    async def searched(self, user_id: str, chat_id: str, question: str, before: str, tell: Tell) -> Searched:
        """Search the web for a question that follows on `before`, and read the best pages."""
        words = query(question, before)
        body: dict[str, Any] = {"query": words, "pages": [], "error": None}
        tell({"stage": "web-search", "query": words})
        try:
            actor = Actor(user_id, "", "member")
            found = await self._engine.search(actor, words, ASKED_FOR, reason=f"chat:{chat_id}")
        except UserError as error:
            return Searched([], body | {"error": error.body()["error"]})
        hunt = _Hunt(deque(found))
        async with self._given_up(user_id) as under_way:
            states = await self._hunt(user_id, chat_id, hunt, under_way, tell)
            under_way[:] = [one.id for one in states.values() if not one.settled]
        pages = [_page(one, states.get(hunt.documents.get(url, "")), hunt.refused) for url, one in hunt.tried.items()]
        return Searched([one.id for one in states.values() if one.ready], body | {"pages": pages})

    async def _hunt(
        self, user_id: str, chat_id: str, hunt: _Hunt, under_way: list[str], tell: Tell
    ) -> dict[str, State]:
        """Read pages until enough of them are; their states by id."""
        began = time.monotonic()
        states: dict[str, State] = {}
        while True:
            coming = [one for one in states.values() if one.ready or not one.settled]
            for _ in range(min(WANTED - len(coming), len(hunt.left))):
                await self._begin(user_id, chat_id, hunt, under_way)
            states = await self._states(list(hunt.documents.values()))
            ready = sum(one.ready for one in states.values())
            waiting = [one for one in states.values() if not one.settled]
            tell({"stage": "web-reading", "read": ready, "of": ready + len(waiting)})
            spent = time.monotonic() - began
            late = spent > SEARCH_SECONDS or (ready >= ENOUGH and spent > ENOUGH_SECONDS)
            if late or ready >= WANTED or not (waiting or hunt.left):
                return states
            await asyncio.sleep(reading.POLL_SECONDS)

    async def _states(self, ids: Sequence[str]) -> dict[str, State]:
        return {one.id: one for one in await self._database.read(lambda session: reading.states(session, ids))}

    async def _begin(self, user_id: str, chat_id: str, hunt: _Hunt, under_way: list[str]) -> None:
        result = hunt.left.popleft()
        hunt.tried[result.url] = result
        try:
            document = (await self._pages.attach_page(user_id, chat_id, result.url)).id
        except UserError as error:
            hunt.refused[result.url] = error.body()["error"]
        else:
            hunt.documents[result.url] = document
            under_way.append(document)

    @asynccontextmanager
    async def _given_up(self, user_id: str) -> AsyncIterator[list[str]]:
        """Documents that nobody waits for any more at the end, also when the answer is stopped, are not read on."""
        under_way: list[str] = []
        try:
            yield under_way
        finally:
            for document in under_way:
                with contextlib.suppress(UserError):  # it was removed meanwhile
                    await self._pages.cancel(user_id, document)


def query(question: str, before: str = "") -> str:
    """What a search engine is asked for a question: without addresses, with what a follow-up leans on, and short."""
    own = _short(links.without(question) or question)
    return _short(followup.rewritten(own, links.without(before)) or own)


def _short(text: str) -> str:
    """The text in one line; of a long one the questions in it, or else its beginning, cut between words."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_QUERY:
        return line
    asked = " ".join(line[start:end] for start, end in sentences(line) if line[start:end].rstrip().endswith("?"))
    line = asked or line
    return line if len(line) <= LONGEST_QUERY else line[:LONGEST_QUERY].rsplit(" ", 1)[0]


def _page(found: Result, state: State | None, refused: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A page as the answer keeps it: read, or not with the reason."""
    ready = state is not None and state.ready
    error = refused.get(found.url) or (state.reason if state and not ready else None)
    if not ready and error is None:
        late = "{host} took too long to answer, so nothing was read. Try again later."
        error = SourceError(late, host=read(found.url).host).body()["error"]
    title = state.title if state and state.title else found.title
    document = state.id if state and ready else None
    return {"url": found.url, "title": title, "document_id": document, "error": None if ready else error}
