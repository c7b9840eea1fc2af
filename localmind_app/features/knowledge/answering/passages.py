"""The numbered passages an answer is made of: those found, or every one of documents that are short enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..found import Found
from ..tables import ChunkRow, DocumentRow

MOST = 8  # passages found that an answer gets


@dataclass(frozen=True)
class Passage:
    """A chunk that an answer may cite as [n]. `page` counts from 0, `tokens` are the embedder's.

    `url` is a web page's address, whose `name` is its title.
    """

    n: int
    chunk_id: int
    document_id: str
    name: str
    media_type: str
    heading: str
    page: int | None
    text: str
    tokens: int
    ordinal: int = 0
    url: str | None = None

    def body(self) -> dict[str, Any]:
        """What a message keeps of it."""
        return {
            "n": self.n,
            "chunk_id": self.chunk_id,
            "document_id": self.document_id,
            "name": self.name,
            "media_type": self.media_type,
            "heading": self.heading,
            "page": self.page,
            "text": self.text,
            **({"url": self.url} if self.url else {}),
            "quote": None,
            "cited": False,
        }


def restored(bodies: Sequence[dict[str, Any]]) -> list[Passage]:
    """The passages a message kept."""
    return [
        Passage(
            n=one["n"],
            chunk_id=one["chunk_id"],
            document_id=one["document_id"],
            name=one["name"],
            media_type=one["media_type"],
            heading=one["heading"],
            page=one["page"],
            text=one["text"],
            tokens=0,
            url=one.get("url"),
        )
        for one in bodies
    ]


def total_tokens(session: Session, collection_ids: Sequence[str]) -> int:
    """How many tokens all documents that searches find have together."""
    total = select(func.coalesce(func.sum(DocumentRow.tokens), 0)).where(
        DocumentRow.collection_id.in_(collection_ids), DocumentRow.version > 0
    )
    return int(session.execute(total).scalar_one())


def every(session: Session, collection_ids: Sequence[str], first: Sequence[str] = ()) -> list[Passage]:
    """Every chunk of the collections in reading order; the documents in `first` come first."""
    rows = session.execute(
        _COLUMNS.where(ChunkRow.collection_id.in_(collection_ids)).order_by(DocumentRow.id, ChunkRow.ordinal)
    )
    place = {document: number for number, document in enumerate(dict.fromkeys(first))}
    found = sorted(rows, key=lambda row: place.get(row.document_id, len(place)))
    return [_passage(number, row) for number, row in enumerate(found, 1)]


def chosen(session: Session, found: Found, budget: int) -> list[Passage]:
    """The passages found that fit into `budget` tokens, at least one, numbered in reading order.

    Documents come in the order of their best passage.
    """
    best = found.hits[:MOST]
    rows = {row.id: row for row in session.execute(_COLUMNS.where(ChunkRow.id.in_([one.chunk_id for one in best])))}
    kept: list[Any] = []
    for one in best:
        row = rows.get(one.chunk_id)
        if row is not None and (not kept or sum(other.tokens for other in kept) + row.tokens <= budget):
            kept.append(row)
    place = {document: number for number, document in enumerate(dict.fromkeys(row.document_id for row in kept))}
    kept.sort(key=lambda row: (place[row.document_id], row.ordinal))
    return [_passage(number, row) for number, row in enumerate(kept, 1)]


def spread(session: Session, collection_ids: Sequence[str], documents: Sequence[str], budget: int) -> list[Passage]:
    """Chunks from all over documents (all of the collections' where none are named), as many as fit into `budget`:
    the first of each, then evenly."""
    query = _COLUMNS.where(ChunkRow.collection_id.in_(collection_ids))
    if documents:
        query = query.where(DocumentRow.id.in_(documents))
    rows = list(session.execute(query.order_by(DocumentRow.id, ChunkRow.ordinal)))
    step = max(1.0, sum(row.tokens for row in rows) / max(budget, 1))
    kept: list[Any] = []
    at = 0.0
    for number, row in enumerate(rows):
        if number >= at and sum(one.tokens for one in kept) + row.tokens <= budget:
            kept.append(row)
            at += step
    return [_passage(number, row) for number, row in enumerate(kept, 1)]


_COLUMNS = (
    select(
        ChunkRow.id, ChunkRow.document_id, ChunkRow.ordinal, ChunkRow.heading, ChunkRow.text, ChunkRow.page,
        ChunkRow.tokens, DocumentRow.name, DocumentRow.media_type, DocumentRow.url, DocumentRow.title,
    )
    .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
    .where(ChunkRow.version == DocumentRow.version)
)  # fmt: skip


def _passage(number: int, row: Any) -> Passage:
    name = (row.url and row.title) or row.name
    return Passage(
        number, row.id, row.document_id, name, row.media_type, row.heading, row.page, row.text, row.tokens,
        row.ordinal, row.url,
    )  # fmt: skip
