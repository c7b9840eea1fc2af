"""Answers from documents: what a model is given, what is quoted without one, and the check of what was written.

Every call takes the acting user; a collection, document or passage of somebody else reads as not found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.engine.client import EngineClient

from ..embedder import Embedder
from ..found import Found
from ..search import Search
from ..words import Frequencies, Weighed
from . import followup, links, orders, overview, passages, prompt, quote, record, support
from .judge import Judge
from .passages import MOST, Passage
from .relevance import FLOOR, relevance
from .weights import weigh

SMALLEST_BUDGET = 600  # tokens for passages, however small the context is
LARGEST_BUDGET = 2400
WHOLE_BUDGET = 4000  # tokens of documents that are read whole: more takes a processor without a GPU minutes
_SHARE, _WHOLE_SHARE = 0.4, 0.5  # of the model's context
_LONGEST_QUESTION = 2000


@dataclass(frozen=True)
class Asked:
    """A question to documents. `before` is the question before it, `documents` those that were sent along with it.

    `context` is how many tokens the model reads, 0 where that is not known; `quote` asks for no model at all.
    `named` says that the question itself names what it is about, by its address: a model then judges whether it fits.
    """

    question: str
    collections: Sequence[str]
    before: str = ""
    documents: Sequence[str] = ()
    context: int = 0
    quote: bool = False
    named: bool = False


@dataclass(frozen=True)
class Prepared:
    """What an answer is made of. `sources` and `found` are to be kept on the message (see `record` and `passages`).

    `block` takes the question's place in the request; in quote mode `pieces` are the answer itself.
    """

    sources: dict[str, Any]
    found: dict[str, Any]
    passages: tuple[Passage, ...] = ()
    block: str = ""
    pieces: tuple[str, ...] = ()


class AnsweringService:
    """Answers over the collections of one database."""

    def __init__(self, database: Database, engine: EngineClient, search: Search, judge: Judge | None = None) -> None:
        self._database, self._search = database, search
        self.judge = judge or Judge(engine)
        self._embedder = Embedder(engine)
        self._frequencies = Frequencies()

    async def prepare(self, user_id: str, asked: Asked) -> Prepared:
        """Search the collections and put together what answers. Raises NotFound for a collection that is not theirs."""
        written = asked.question[:_LONGEST_QUESTION]
        question = links.without(written) or written  # the letters of an address are no words to search for
        about = followup.rewritten(question, asked.before)
        found = await self._search.search(
            user_id,
            about or question,
            list(asked.collections),
            limit=MOST,
            rewritten=(question,) if about else (),
            merge=False,
        )
        terms = await self._database.read(lambda session: weigh(session, about or question, self._frequencies))
        general = overview.wanted(question) or bool(links.found(written) and not links.without(written))
        near = relevance(found, about or question, terms, [f"{one.heading}\n{one.text}" for one in found.hits])
        absent = near < FLOOR and not general and (asked.quote or not asked.named)
        chosen, whole = await self._database.read(lambda session: _passages(session, asked, found, general=general))
        pieces: list[str] = []
        exact: list[list[int]] = []
        if asked.quote:
            quotes = [] if absent else await self._quotes(about or question, terms, chosen, found, general=general)
            absent = not quotes
            chosen, quotes = quote.renumbered(chosen, quotes)
            pieces = quote.written(quotes, chosen) or [quote.NOTHING]
            exact = quote.spans(quotes, chosen)

        def body(session: Session) -> dict[str, Any]:
            collections = record.names(session, asked.collections)
            return record.body(
                session, found, collections, chosen, query=question, relevance=near, absent=absent, whole=whole
            )

        return Prepared(
            sources={
                "mode": "quote" if asked.quote else "model",
                "absent": absent,
                "whole": whole,
                "passages": [{**one.body(), "orders": orders.gives(one.text)} for one in chosen],
                "failed": [],
                **({"quotes": exact} if asked.quote else {}),
            },
            found=await self._database.read(body),
            passages=tuple(chosen),
            block="" if asked.quote else prompt.block(chosen, asked.question, absent=absent, whole=whole),
            pieces=tuple(pieces),
        )

    async def _quotes(
        self, question: str, terms: Sequence[Weighed], chosen: Sequence[Passage], found: Found, *, general: bool
    ) -> list[quote.Quoted]:
        if general:
            return quote.beginnings(chosen)
        best = [one.chunk_id for one in found.hits]
        return await quote.choose(question, terms, chosen, best, self._embedder.embed)

    async def check(self, sources: dict[str, Any], answer: str) -> dict[str, Any]:
        """`sources` of a finished answer with its markers read and its sentences compared with the passages."""
        read = passages.restored(sources["passages"])
        checked = await support.check(answer, read, self._embedder.embed)
        made = checked.body()
        if sources["mode"] == "quote":
            # What stands word for word in its source needs no check, and its place is known.
            cited = [one for marker in made["markers"] for one in marker["cited"]]
            for one, (n, start, end) in zip(cited, sources["quotes"], strict=False):
                one["quote"] = [start, end] if one["n"] == n else one["quote"]
            made["support"] = [{**one, "score": 1.0, "supported": True} for one in made["support"]]
        best: dict[int, list[int]] = {}
        for marker in made["markers"]:
            for one in marker["cited"]:
                if one["quote"]:
                    best.setdefault(one["n"], one["quote"])
        numbers = {one["n"] for marker in made["markers"] for one in marker["cited"]}
        kept = [{**one, "quote": best.get(one["n"]), "cited": one["n"] in numbers} for one in sources["passages"]]
        return {**sources, "passages": kept, **made}


def _passages(session: Session, asked: Asked, found: Found, *, general: bool) -> tuple[list[Passage], bool]:
    """The passages an answer gets, and whether they are all there is."""
    size = asked.context or 4096
    total = passages.total_tokens(session, asked.collections)
    budget = min(max(int(size * _SHARE), SMALLEST_BUDGET), LARGEST_BUDGET)
    most = min(WHOLE_BUDGET, int(size * _WHOLE_SHARE))
    if 0 < total <= most and not asked.quote:
        return passages.every(session, asked.collections, [one.document_id for one in found.hits]), True
    if general:
        spread = passages.spread(session, asked.collections, asked.documents, budget)
        return spread, total <= budget
    return passages.chosen(session, found, budget), False
