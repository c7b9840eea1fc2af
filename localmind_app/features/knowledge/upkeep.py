"""What the worker removes each hour: collections and documents that were removed a day ago, collections of chats that
are gone, and what an account left behind where the database cannot reach."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import JSON, column, or_, select, table
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.ids import now_ms
from localmind_app.features.files.upkeep import drop_pictures

from . import leftovers
from .store import Index
from .tables import CollectionRow, DocumentRow
from .trash import KEPT_AFTER_DELETE_MS
from .used_files import Contents, detach
from .vectors.client import VectorClient

_CHATS = table("chats", column("id"))  # of a feature above this one
_MESSAGES = table("messages", column("files", JSON(none_as_null=True)))


async def purge(home: Home) -> int:
    """Remove them with their documents and files; how many."""
    database, vectors = Database(home.database), VectorClient(home)
    index, contents = Index(database, vectors), Contents(home, database)
    try:
        collections, documents = await database.read(_gone)
        for collection_id in collections:
            left = await database.write(partial(_detached, collection_id=collection_id))
            await index.remove_collection(collection_id)
            await contents.free(left)
        for document_id in documents:
            left = await database.write(partial(detach, document_ids=[document_id]))
            await index.remove(document_id)
            await contents.free(left)
        left_behind = await leftovers.remove(database, vectors) + drop_pictures(database, home.pages)
        left_behind += drop_pictures(database, home.copies)
        return len(collections) + len(documents) + left_behind
    finally:
        await vectors.close()
        database.close()


def _gone(session: Session) -> tuple[Sequence[str], Sequence[str]]:
    """Collections and documents that cannot come back (see `trash.is_late`)."""
    late = now_ms() - KEPT_AFTER_DELETE_MS
    without_chat = CollectionRow.chat_id.is_not(None) & CollectionRow.chat_id.not_in(select(_CHATS.c.id))
    collections = select(CollectionRow.id).where(or_(CollectionRow.deleted_at < late, without_chat))
    documents = select(DocumentRow.id).where(DocumentRow.deleted_at < late)
    return session.scalars(collections).all(), session.scalars(documents).all()


def _detached(session: Session, collection_id: str) -> list[str]:
    rows = session.scalars(select(DocumentRow.id).where(DocumentRow.collection_id == collection_id)).all()
    chat = session.scalar(select(CollectionRow.chat_id).where(CollectionRow.id == collection_id))
    # A file that was sent along in two chats is read in the second one when that is answered, which may be later.
    return detach(session, rows, besides=_sent(session) if chat and rows else ())


def _sent(session: Session) -> set[str]:
    """The files that messages name."""
    named = session.scalars(select(_MESSAGES.c.files).where(_MESSAGES.c.files.is_not(None)))
    return {one["id"] for files in named for one in files or []}
