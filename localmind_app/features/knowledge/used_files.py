"""The files documents are made of: one that no document needs any more is removed.

Its row goes in the same transaction as what needed it, so no kill leaves a file nobody knows of; the content follows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.files.blobs import Blobs
from localmind_app.core.home import Home
from localmind_app.features.files import store
from localmind_app.features.files.tables import FileRow

from .ingestion.tables import TaskRow
from .tables import DocumentRow


def forget(session: Session, file_ids: Iterable[str | None]) -> list[str]:
    """Remove the rows of those files that no document is made of, nor is about to be; the SHA-256 of their contents."""
    session.flush()
    found: list[str] = []
    for file_id in dict.fromkeys(file_ids):
        row = session.get(FileRow, file_id) if file_id is not None else None
        if row is None or _is_used(session, row.id):
            continue
        session.delete(row)
        found.append(row.sha256)
    return found


def detach(session: Session, document_ids: Iterable[str], besides: Collection[str] = ()) -> list[str]:
    """The same for all files of documents that are about to be removed; the files `besides` stay."""
    files: list[str | None] = []
    for document_id in document_ids:
        for row in (session.get(DocumentRow, document_id), session.get(TaskRow, document_id)):
            if row is not None:
                files.append(row.file_id)
                row.file_id = None
    return forget(session, [file_id for file_id in files if file_id not in besides])


def _is_used(session: Session, file_id: str) -> bool:
    documents = select(DocumentRow.id).where(DocumentRow.file_id == file_id).limit(1)
    tasks = select(TaskRow.document_id).where(TaskRow.file_id == file_id).limit(1)
    return session.scalar(documents) is not None or session.scalar(tasks) is not None


class Contents:
    """Frees the room of contents whose last row is gone; what a kill leaves, the hourly upkeep of files removes."""

    def __init__(self, home: Home, database: Database) -> None:
        self._database, self._blobs = database, Blobs(home.files)

    async def free(self, digests: Iterable[str]) -> None:
        """Remove those of these contents that no file has."""
        for sha256 in digests:
            # In a transaction of its own: a content may only go when the row that named it is surely gone.
            gone = await self._database.write(partial(store.release, blobs=self._blobs, sha256=sha256))
            if gone is not None:
                await asyncio.to_thread(gone.drop)
