"""View model of searching: a question, the passages for it, and how they were found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from localmind_app.core.errors import UserError
from localmind_app.features.accounts.acting import acting
from localmind_app.features.knowledge import finding
from localmind_app.features.knowledge.found import Found, Hit
from localmind_app.features.notice import failed, tell
from localmind_app.features.services import services

from .collections import address
from .passages import Part, excerpt

LONGEST = 500  # characters of a question that go into the address
PASSAGES = 10


@dataclass
class HitRow:
    """A passage that was found. `page` counts from 1, 0: none. `by_meaning` and `by_words` are ranks, 0: not there.

    `source` is what the viewer of sources is told of it.
    """

    rank: int
    source: dict[str, Any]
    name: str
    heading: str
    page: int
    parts: list[Part]
    by_meaning: int
    by_words: int


class SearchState(rx.State):
    """The newest search. `question` is "" while none was asked; `found` says how, as answers tell it.

    `absent`: what was found has nothing to do with the question, and is shown to who wants it all the same.
    """

    question: str = ""
    collection: str = ""
    searching: bool = False
    absent: bool = False
    hits: list[HitRow] = []
    notes: list[dict[str, Any]] = []
    found: dict[str, Any] = {}
    _number: int = 0

    @rx.event
    def ask(self, form: dict[str, Any]) -> Any:
        """Search; the question goes into the address, so that reloading and Back lead to it."""
        question = str(form.get("question") or "").strip()[:LONGEST]
        return rx.redirect(address(str(form.get("collection") or "")[:100], question))

    @rx.event(background=True)
    async def run(self, collection: str, question: str) -> None:
        """Find the passages for the question in the address; nothing without one."""
        question = question.strip()[:LONGEST]
        async with self:
            self._number += 1
            number = self._number
            if question == "" or (question, collection) != (self.question, self.collection):
                self.hits, self.notes, self.found, self.absent = [], [], {}, False
            self.question, self.collection, self.searching = question, collection, question != ""
        if question == "":
            return
        found, way, problem = await _search(collection, question)
        async with self:
            if number != self._number:
                return  # another question was asked meanwhile
            self.searching, self.found = False, way
            self.absent = bool(way.get("absent"))
            self.hits = [_row(rank, hit, found) for rank, hit in enumerate(found.hits, 1)] if found else []
            self.notes = way.get("notes", [])
            if problem is not None:
                await tell(self, failed(problem))

    @rx.event
    def show_all_the_same(self) -> None:
        """Show the nearest passages, though they have nothing to do with the question."""
        self.absent = False


async def _search(collection: str, question: str) -> tuple[Found | None, dict[str, Any], UserError | None]:
    actor, here = acting(), services()
    try:
        ids = [collection] if collection else [one.id for one in await here.knowledge.collections(actor.user_id)]
        made = await finding.find(here.database, here.search, actor.user_id, question, ids, PASSAGES)
    except UserError as error:
        return None, {}, error
    return made.found, await finding.explain(here.database, made, ids), None


def _row(rank: int, hit: Hit, found: Found) -> HitRow:
    return HitRow(
        rank=rank,
        source={"chunk_id": hit.chunk_id, "name": hit.document_name, "text": hit.text, "page": hit.page},
        name=hit.document_name,
        heading=hit.heading,
        page=0 if hit.page is None else hit.page + 1,
        parts=excerpt(hit.text, found.terms),
        by_meaning=hit.ranks.get("dense") or 0,
        by_words=hit.ranks.get("words") or 0,
    )
