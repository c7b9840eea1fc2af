"""Answers from documents: what a model is given, what is quoted without one, and the check of what was written.

Every call takes the acting user; a collection, document or passage of somebody else reads as not found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import NotFound
from localmind_app.engine.client import EngineClient
from localmind_app.features.files.service import FileService

from ..embedder import Embedder
from ..found import Found, Span
from ..parsing.document import Box, Document, from_bytes
from ..search import Search
from ..tables import ChunkRow, CollectionRow, DocumentRow, ParsedRow
from ..words import Frequencies, Weighed
from . import followup, overview, passages, prompt, quote, record, spans, support
from .offsets import Offsets
from .passages import MOST, Passage
from .pictures import Pictures
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
    """

    question: str
    collections: Sequence[str]
    before: str = ""
    documents: Sequence[str] = ()
    context: int = 0
    quote: bool = False


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


@dataclass(frozen=True)
class Place:
    """A passage in its document: what a viewer shows."""

    row: Any
    document: Document
    span: Span


class AnsweringService:
    """Answers over the collections of one database."""

    def __init__(
        self, database: Database, engine: EngineClient, search: Search, files: FileService, pictures: Pictures
    ) -> None:
        self._database, self._search, self._files, self._pictures = database, search, files, pictures
        self._embedder = Embedder(engine)
        self._frequencies = Frequencies()

    async def prepare(self, user_id: str, asked: Asked) -> Prepared:
        """Search the collections and put together what answers. Raises NotFound for a collection that is not theirs."""
        question = asked.question[:_LONGEST_QUESTION]
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
        general = overview.wanted(question)
        near = relevance(found, about or question, terms, [f"{one.heading}\n{one.text}" for one in found.hits])
        absent = near < FLOOR and not general
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
                "passages": [one.body() for one in chosen],
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

    async def passage(self, user_id: str, chunk_id: int, span: tuple[int, int] | None = None) -> dict[str, Any]:
        """A passage where it stands: page and boxes, or the text around it. `span` is a part of it in UTF-16 units.

        Raises NotFound when it is somebody else's, or its document was read anew since.
        """
        place = await self._database.read(lambda session: _place(session, user_id, chunk_id))
        row, document = place.row, place.document
        offsets = Offsets(row.text)
        found = spans.pieces(document, place.span, row.text)
        whole = spans.boxes(document, found, 0, len(row.text))
        own: list[Box] = []
        if span is not None:
            start, end = sorted(offsets.character(one) for one in span)
            span = (start, end) if start < end else None
            own = spans.boxes(document, found, start, end)
        first = (own or whole)[:1]
        before, after = spans.around(document, place.span)
        return {
            "chunk_id": row.id,
            "document": {
                "id": row.document_id,
                "name": row.name,
                "media_type": row.media_type,
                "pages": document.pages,
                "title": document.title,
                "file_id": row.file_id,
                "url": row.url,
                "collection_id": row.collection_id,
            },
            "media": "pages" if document.pages and whole and row.file_id else "text",
            "page": first[0].page if first else row.page,
            "heading": row.heading,
            "boxes": [vars(one) for one in whole],
            "quote_boxes": [vars(one) for one in own],
            "text": row.text,
            "quote": offsets.span(*span) if span else None,
            "before": before,
            "after": after,
        }

    async def page(self, user_id: str, document_id: str, page: int, width: int) -> Path:
        """A picture of a page (from 0). Raises NotFound where there is none."""

        def work(session: Session) -> tuple[str, str | None, int]:
            row = session.get(DocumentRow, document_id)
            if row is None or row.user_id != user_id or not _is_there(session, row.collection_id):
                raise NotFound("There is no document {document}.", document=document_id)
            return row.name, row.file_id, row.pages

        name, file_id, pages = await self._database.read(work)
        if file_id is None or not 0 <= page < pages:
            raise NotFound("{name} has no picture of this page.", name=name)
        view, path = await self._files.content(user_id, file_id)
        return await self._pictures.picture(view.sha256, path, page, width)


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


def _is_there(session: Session, collection_id: str) -> bool:
    found = select(CollectionRow.id).where(CollectionRow.id == collection_id, CollectionRow.deleted_at.is_(None))
    return session.scalar(found) is not None


def _place(session: Session, user_id: str, chunk_id: int) -> Place:
    row = session.execute(
        select(
            ChunkRow.id, ChunkRow.document_id, ChunkRow.collection_id, ChunkRow.heading, ChunkRow.text, ChunkRow.page,
            ChunkRow.first_block, ChunkRow.start, ChunkRow.last_block, ChunkRow.end, DocumentRow.name,
            DocumentRow.media_type, DocumentRow.file_id, DocumentRow.url, ParsedRow.data,
        )
        .join(DocumentRow, (DocumentRow.id == ChunkRow.document_id) & (DocumentRow.version == ChunkRow.version))
        .join(ParsedRow, (ParsedRow.document_id == DocumentRow.id) & (ParsedRow.version == DocumentRow.version))
        .where(ChunkRow.id == chunk_id, DocumentRow.user_id == user_id)
    ).one_or_none()  # fmt: skip
    if row is None or not _is_there(session, row.collection_id):
        raise NotFound("This passage is not there any more: its document was removed or read anew.")
    span = Span(row.first_block, row.start, row.last_block, row.end)
    return Place(row, from_bytes(row.data), span)
