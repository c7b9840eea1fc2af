"""Whole documents instead of passages, where all of them together are short enough to be read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .found import Hit, Span
from .parsing.document import from_bytes
from .tables import DocumentRow, ParsedRow


def whole_documents(
    session: Session, collection_ids: Sequence[str], hits: Sequence[Hit], most: int
) -> tuple[Hit, ...] | None:
    """Every document of the collections, those of `hits` first; None where they have more than `most` tokens."""
    live = (DocumentRow.collection_id.in_(collection_ids), DocumentRow.version > 0)
    total = session.execute(select(func.coalesce(func.sum(DocumentRow.tokens), 0)).where(*live)).scalar_one()
    if total > most:
        return None
    rows = session.execute(
        select(DocumentRow, ParsedRow.data)
        .join(ParsedRow, (ParsedRow.document_id == DocumentRow.id) & (ParsedRow.version == DocumentRow.version))
        .where(*live, DocumentRow.chunks > 0)
        .order_by(DocumentRow.id)
    )
    best = {one.document_id: one for one in reversed(hits)}
    made = [_hit(row, data, best.get(row.id)) for row, data in rows]
    order = {one.document_id: place for place, one in enumerate(hits)}
    return tuple(sorted(made, key=lambda one: order.get(one.document_id, len(order))))


def _hit(row: DocumentRow, data: bytes, best: Hit | None) -> Hit:
    document = from_bytes(data)
    last = max(len(document.blocks) - 1, 0)
    end = len(document.blocks[last].text) if document.blocks else 0
    return Hit(
        chunk_id=best.chunk_id if best else 0,
        document_id=row.id,
        collection_id=row.collection_id,
        document_name=row.name,
        heading=document.title,
        text=document.text,
        page=document.blocks[0].page if document.blocks else None,
        score=best.score if best else 0.0,
        ranks=best.ranks if best else {"dense": None, "words": None},
        span=Span(0, 0, last, end),
        tokens=row.tokens,
        chunk_ids=best.chunk_ids if best else (),
    )
