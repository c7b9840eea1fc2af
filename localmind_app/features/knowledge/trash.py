"""Documents that were removed a moment ago: nothing finds them, everything of them is kept, and they can come back.

A document in the trash has `deleted_at`, and its version is negative: no chunk is of that version, so none is live.
Its words and its entries in the vector index are gone; text and vectors stay in the database, which both come from.
"""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from localmind_app.core.ids import now_ms

from . import words
from .store import Entries, entries
from .tables import ChunkRow, CollectionRow, DocumentRow

KEPT_AFTER_DELETE_MS = 24 * 3600 * 1000


def put(session: Session, document: DocumentRow, collection: CollectionRow) -> list[Entries]:
    """Take a document out of every search; returns what is to be removed from the vector indexes."""
    ids, prepared = _whole(session, document)
    words.remove(session, prepared)
    collection.chunks_live = max(0, collection.chunks_live - len(ids))
    document.version, document.deleted_at = -document.version, now_ms()
    collection.updated_at = now_ms()
    return entries(collection, ids)


def take_back(session: Session, document: DocumentRow, collection: CollectionRow) -> list[Entries]:
    """Undo `put`; returns what the vector indexes need again. Searches do without it until they have it."""
    document.version, document.deleted_at = abs(document.version), None
    ids, prepared = _whole(session, document)
    words.add(session, prepared)
    collection.chunks_live += len(ids)
    collection.updated_at = now_ms()
    return entries(collection, ids)


def is_late(deleted_at: int | None) -> bool:
    """Whether what was removed then cannot come back any more, because the worker may be removing it now."""
    return deleted_at is not None and deleted_at < now_ms() - KEPT_AFTER_DELETE_MS


def chunks(collection_id: str) -> Select[int]:
    """The chunks of documents in the trash: the vector index has none of them."""
    return (
        select(ChunkRow.id)
        .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
        .where(DocumentRow.collection_id == collection_id, DocumentRow.deleted_at.is_not(None))
    )


def _whole(session: Session, document: DocumentRow) -> tuple[list[int], words.Prepared]:
    """The chunks of its version, and their words."""
    rows = session.execute(
        select(ChunkRow.id, ChunkRow.heading, ChunkRow.text)
        .where(ChunkRow.document_id == document.id, ChunkRow.version == document.version)
        .order_by(ChunkRow.ordinal)
    ).all()
    return [row[0] for row in rows], words.prepare(words.Entry(*row) for row in rows)
