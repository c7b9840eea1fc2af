"""What the worker removes each hour: collections that were deleted a day ago, and those of chats that are gone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import column, or_, select, table
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.ids import now_ms

from .store import Index
from .tables import CollectionRow, DocumentRow
from .used_files import Contents, detach
from .vectors.client import VectorClient

KEPT_AFTER_DELETE_MS = 24 * 3600 * 1000
_CHATS = table("chats", column("id"))  # of a feature above this one


async def purge(home: Home) -> int:
    """Remove them with their documents and files; how many."""
    database, vectors = Database(home.database), VectorClient(home)
    index, contents = Index(database, vectors), Contents(home, database)
    try:
        gone = await database.read(_gone)
        for collection_id in gone:
            left = await database.write(partial(_detached, collection_id=collection_id))
            await index.remove_collection(collection_id)
            await contents.free(left)
        return len(gone)
    finally:
        await vectors.close()
        database.close()


def _gone(session: Session) -> Sequence[str]:
    without_chat = CollectionRow.chat_id.is_not(None) & CollectionRow.chat_id.not_in(select(_CHATS.c.id))
    old = CollectionRow.deleted_at < now_ms() - KEPT_AFTER_DELETE_MS
    return session.scalars(select(CollectionRow.id).where(or_(old, without_chat))).all()


def _detached(session: Session, collection_id: str) -> list[str]:
    rows = session.scalars(select(DocumentRow.id).where(DocumentRow.collection_id == collection_id))
    return detach(session, rows.all())
