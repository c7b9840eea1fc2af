"""How a search is kept beside an answer, for "how this was found": with names and beginnings of texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..found import Found, Ranked
from ..parsing.document import Remark
from ..tables import ChunkRow, CollectionRow, DocumentRow
from .passages import Passage
from .relevance import FLOOR

SHOWN = 20  # entries of each list
_BEGINNING = 200  # characters of a chunk


def names(session: Session, collection_ids: Sequence[str]) -> list[dict[str, str]]:
    """Collections as {id, name}, in the order asked for; those that are gone are left out."""
    rows = session.execute(
        select(CollectionRow.id, CollectionRow.name).where(
            CollectionRow.id.in_(collection_ids), CollectionRow.deleted_at.is_(None)
        )
    )
    known = {row.id: row.name for row in rows}
    return [{"id": one, "name": known[one]} for one in collection_ids if one in known]


def body(
    session: Session,
    found: Found,
    collections: Sequence[dict[str, str]],
    passages: Sequence[Passage],
    *,
    query: str,
    relevance: float,
    absent: bool,
    whole: bool,
) -> dict[str, Any]:
    """The JSON form of a search. `query` is what the person wrote; what was searched for besides is `rewritten`."""
    lists = {"dense": found.dense[:SHOWN], "words": found.words[:SHOWN], "fused": found.fused[:SHOWN]}
    texts = _texts(session, {one.chunk_id for ranked in lists.values() for one in ranked})
    numbers = {one.chunk_id: one.n for one in passages}
    rewritten = [one for one in (found.query, *found.rewritten) if one != query]
    return {
        "query": query,
        "rewritten": list(dict.fromkeys(rewritten)),
        "terms": list(found.terms),
        "ignored": list(found.ignored),
        "collections": list(collections),
        **{name: [_entry(one, texts) for one in ranked] for name, ranked in lists.items()},
        "hits": [
            {
                "chunk_id": one.chunk_id,
                "score": round(one.score, 4),
                "ranks": {"dense": one.ranks.get("dense"), "words": one.ranks.get("words")},
                "n": numbers.get(one.chunk_id),
                "document_id": one.document_id,
                "name": one.document_name,
                "heading": one.heading,
                "page": one.page,
            }
            for one in found.hits
        ],
        "left_out": [
            {
                "chunk_id": one.chunk_id,
                "document_id": one.document_id,
                "name": one.document_name,
                "reason": remark_body(one.reason),
            }
            for one in found.left_out[:SHOWN]
        ],
        "reranked": found.reranked,
        "whole": whole,
        "absent": absent,
        "relevance": round(relevance, 3),
        "floor": FLOOR,
        "notes": [remark_body(one) for one in found.notes],
        "milliseconds": {name: round(value, 1) for name, value in found.milliseconds.items()},
    }


def remark_body(one: Remark) -> dict[str, Any]:
    """A remark as {message, params}: the page translates the message."""
    return {"message": one.message, "params": dict(one.params)}


def _texts(session: Session, ids: set[int]) -> dict[int, Any]:
    rows = session.execute(
        select(ChunkRow.id, ChunkRow.document_id, DocumentRow.name, ChunkRow.heading, ChunkRow.page, ChunkRow.text)
        .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
        .where(ChunkRow.id.in_(ids))
    )
    return {row.id: row for row in rows}


def _entry(one: Ranked, texts: dict[int, Any]) -> dict[str, Any]:
    row = texts.get(one.chunk_id)
    return {
        "chunk_id": one.chunk_id,
        "score": one.score,
        "document_id": row.document_id if row else None,
        "name": row.name if row else "",
        "heading": row.heading if row else "",
        "page": row.page if row else None,
        "text": row.text[:_BEGINNING] if row else "",
    }
