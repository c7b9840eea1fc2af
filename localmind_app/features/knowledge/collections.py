"""Collections on an open database session. Somebody else's reads as not there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from localmind_app.core.errors import Invalid, NotFound
from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.files.tables import FileRow

from .embedder import DEFAULT
from .following.tables import FolderRow
from .ingestion.tables import PauseRow
from .tables import CollectionRow, DocumentRow
from .trash import is_late
from .views import CollectionView, FolderView

LONGEST_NAME = 300
LONGEST_DESCRIPTION = 4000


def owned(session: Session, user_id: str, collection_id: str, *, deleted: bool = False) -> CollectionRow:
    """A person's collection; with `deleted` one that can still come back. Raises NotFound."""
    row = session.scalars(select(CollectionRow).where(CollectionRow.id == collection_id)).one_or_none()
    if row is None or row.user_id != user_id or (row.deleted_at is not None) != deleted or is_late(row.deleted_at):
        raise NotFound("There is no collection {collection}.", collection=collection_id)
    return row


def of_chat(session: Session, user_id: str, chat_id: str) -> CollectionRow | None:
    """The collection of a chat's files, if there is one."""
    return session.scalars(
        select(CollectionRow).where(
            CollectionRow.chat_id == chat_id, CollectionRow.user_id == user_id, CollectionRow.deleted_at.is_(None)
        )
    ).first()


def make(session: Session, user_id: str, name: str, description: str, chat_id: str | None = None) -> CollectionRow:
    """A new collection; with `chat_id`, that chat's own one, which has no name."""
    row = CollectionRow(
        id=new_id(),
        user_id=user_id,
        name="" if chat_id else checked_name(name),
        description=checked_description(description),
        kind="chat" if chat_id else "collection",
        chat_id=chat_id,
        embedder=DEFAULT,
        chunks_made=0,
        chunks_live=0,
        created_at=now_ms(),
        updated_at=now_ms(),
    )
    session.add(row)
    session.flush()
    return row


def checked_name(name: str) -> str:
    """The name as it is kept. Raises Invalid."""
    name = " ".join(_storable(name).split())
    if not name:
        raise Invalid("A collection needs a name.")
    return name[:LONGEST_NAME]


def checked_description(text: str) -> str:
    """The description as it is kept. Raises Invalid."""
    if len(text) > LONGEST_DESCRIPTION:
        raise Invalid("A description can have {limit} characters. Nothing was changed.", limit=LONGEST_DESCRIPTION)
    return _storable(text).strip()


def _storable(text: str) -> str:
    return "".join(char for char in text.encode("utf-8", "replace").decode() if char >= " " or char == "\n")


def views(session: Session, rows: Sequence[CollectionRow]) -> list[CollectionView]:
    """Collections with what is in them."""
    ids = [row.id for row in rows]
    counted: dict[str, dict[str, tuple[int, int, int, int, int]]] = {one: {} for one in ids}
    found = session.execute(
        select(
            DocumentRow.collection_id,
            DocumentRow.state,
            func.count(),
            func.count().filter(DocumentRow.version > 0),
            func.coalesce(func.sum(FileRow.size_bytes), 0),
            func.sum(DocumentRow.chunks),
            func.sum(DocumentRow.pages),
        )
        .outerjoin(FileRow, FileRow.id == DocumentRow.file_id)
        .where(DocumentRow.collection_id.in_(ids), DocumentRow.deleted_at.is_(None))
        .group_by(DocumentRow.collection_id, DocumentRow.state)
    )
    for collection, state, *numbers in found:
        counted[collection][state] = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
    paused = set(session.scalars(select(PauseRow.collection_id).where(PauseRow.collection_id.in_(ids))))
    folders = session.scalars(select(FolderRow).where(FolderRow.collection_id.in_(ids)))
    followed = {row.collection_id: folder_view(row) for row in folders}
    return [_view(row, counted[row.id], row.id in paused, followed.get(row.id)) for row in rows]


def _view(
    row: CollectionRow, counted: dict[str, tuple[int, int, int, int, int]], paused: bool, folder: FolderView | None
) -> CollectionView:
    documents, searchable, size, chunks, pages = (sum(one[at] for one in counted.values()) for at in range(5))
    return CollectionView(
        id=row.id,
        name=row.name,
        description=row.description,
        kind=row.kind,
        chat_id=row.chat_id,
        documents=documents,
        searchable=searchable,
        states={state: numbers[0] for state, numbers in sorted(counted.items())},
        size=size,
        chunks=chunks,
        pages=pages,
        paused=paused,
        folder=folder,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def folder_view(row: FolderRow) -> FolderView:
    """A followed folder as it is shown."""
    return FolderView(row.path, row.state, row.error, row.left_out, row.scanned_at)
