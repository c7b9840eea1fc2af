"""Brings a collection to what its folder holds now: adds, replaces, renames, removes.

Contents are copied into the data folder, so that what is cited can still be shown when the file has changed. A folder
that is not there, or a part of it that cannot be read, removes nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import NotFound, UserError
from localmind_app.core.home import Home
from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.files.service import FileService
from localmind_app.features.files.views import FileView

from ..ingestion import queue
from ..ingestion.queue import USUAL
from ..store import Index
from ..tables import CollectionRow, DocumentRow
from ..used_files import Contents, detach, forget
from .scan import Entry, Scan, content, scan
from .tables import FolderRow, FollowedRow

_STEP = 20  # files in one transaction


@dataclass(frozen=True)
class _Folder:
    collection_id: str
    user_id: str
    root: Path
    device: str


@dataclass(frozen=True)
class _Known:
    document_id: str
    entry: Entry
    sha256: str


@dataclass(frozen=True)
class _Taken:
    """A file that is new or changed: its copy, or why there is none."""

    path: str
    entry: Entry
    file: FileView | None
    error: UserError | None


class Following:
    """Follows the folders of one data folder."""

    def __init__(self, home: Home, database: Database, index: Index, files: FileService) -> None:
        self._home, self._database, self._index, self._files = home, database, index, files
        self._contents = Contents(home, database)

    async def sync(self, collection_id: str) -> bool:
        """Bring the collection to its folder; False where the folder is not there. Raises NotFound without one."""
        folder = await self._database.read(lambda session: _folder(session, collection_id))
        try:
            seen = await asyncio.to_thread(scan, folder.root, self._home.root)
        except OSError:
            return await self._missing(folder)
        known = await self._database.read(lambda session: _known(session, collection_id))
        if known and not seen.files and seen.device != folder.device:
            return await self._missing(folder)  # the empty place of a disk that is not plugged in
        todo = {path: entry for path, entry in seen.files.items() if path not in known or known[path].entry != entry}
        gone = {path: one for path, one in known.items() if path not in seen.files and not seen.hides(path)}
        if todo or gone:
            await self._database.write(lambda session: _say(session, collection_id, "reading", seen))
        await self._take_all(folder, todo, known, gone)
        await self._remove(list(gone.values()))
        await self._database.write(lambda session: _say(session, collection_id, "following", seen))
        return True

    async def _missing(self, folder: _Folder) -> bool:
        error = NotFound(
            "The folder {path} is not there now. Nothing was removed; it is followed again once it is back.",
            path=str(folder.root),
        )

        def work(session: Session) -> None:
            row = session.get(FolderRow, folder.collection_id)
            if row is not None and row.state != "missing":
                row.state, row.error = "missing", error.body()

        await self._database.write(work)
        return False

    async def _take_all(
        self, folder: _Folder, todo: dict[str, Entry], known: dict[str, _Known], gone: dict[str, _Known]
    ) -> None:
        """Copy what is new and note it; what was only renamed leaves `gone`."""
        by_content = {one.sha256: path for path, one in gone.items() if one.sha256}
        paths = sorted(todo)
        for start in range(0, len(paths), _STEP):
            taken = [await self._copy(folder, path, todo[path]) for path in paths[start : start + _STEP]]
            moved: dict[str, str] = {}
            for one in taken:
                before = by_content.pop(one.file.sha256, None) if one.file and one.path not in known else None
                if before is not None:
                    moved[one.path] = gone.pop(before).document_id

            def work(session: Session, taken: Sequence[_Taken] = taken, moved: dict[str, str] = moved) -> list[str]:
                return [spare for one in taken for spare in _note(session, folder, one, moved.get(one.path))]

            await self._contents.free(await self._database.write(work))

    async def _copy(self, folder: _Folder, path: str, entry: Entry) -> _Taken:
        name = PurePosixPath(path).name
        try:
            async with contextlib.aclosing(content(folder.root, path)) as chunks:
                file = await self._files.add_stream(folder.user_id, name, chunks, entry.size)
        except UserError as error:
            return _Taken(path, entry, None, error)
        except OSError as error:
            detail = error.strerror or type(error).__name__
            problem = NotFound("{name} could not be read: {detail}.", name=path, detail=detail)
            return _Taken(path, entry, None, problem)
        return _Taken(path, entry, file, None)

    async def _remove(self, gone: Sequence[_Known]) -> None:
        for one in gone:
            left = await self._database.write(partial(detach, document_ids=[one.document_id]))
            await self._index.remove(one.document_id)
            await self._contents.free(left)


def _folder(session: Session, collection_id: str) -> _Folder:
    row = session.get(FolderRow, collection_id)
    collection = session.scalars(select(CollectionRow).where(CollectionRow.id == collection_id)).one_or_none()
    if row is None or collection is None or collection.deleted_at is not None:
        raise NotFound("The collection follows no folder.")
    return _Folder(collection_id, collection.user_id, Path(row.path), row.device)


def _known(session: Session, collection_id: str) -> dict[str, _Known]:
    rows = session.scalars(select(FollowedRow).where(FollowedRow.collection_id == collection_id))
    return {row.path: _Known(row.document_id, Entry(row.size_bytes, row.changed), row.sha256) for row in rows}


def _say(session: Session, collection_id: str, state: str, seen: Scan) -> None:
    row = session.get(FolderRow, collection_id)
    if row is not None:
        row.state, row.error, row.left_out, row.device = state, None, seen.left_out, seen.device
        row.scanned_at = now_ms()


def _note(session: Session, folder: _Folder, taken: _Taken, moved: str | None) -> list[str]:
    """Write down one file; contents nobody needs."""
    copy = taken.file.id if taken.file else None
    if session.get(FolderRow, folder.collection_id) is None:  # it is not followed any more
        return forget(session, [copy])
    row = _row(session, folder, taken, moved)
    document = session.get_one(DocumentRow, row.document_id)
    same = taken.file is not None and taken.file.sha256 == row.sha256
    row.path, row.size_bytes, row.changed = taken.path, taken.entry.size, taken.entry.changed
    document.name = taken.path[-300:]
    if taken.file is None:
        row.sha256 = ""
        document.state, document.updated_at = "failed", now_ms()
        document.error = taken.error.body() if taken.error else None
        return []
    if same:
        return forget(session, [copy])
    row.sha256 = taken.file.sha256
    if document.file_id is None:
        document.file_id, document.media_type = taken.file.id, taken.file.media_type
    return queue.put(session, document, priority=USUAL, file_id=taken.file.id, sha256=taken.file.sha256)


def _row(session: Session, folder: _Folder, taken: _Taken, moved: str | None) -> FollowedRow:
    known = select(FollowedRow).where(
        FollowedRow.collection_id == folder.collection_id,
        FollowedRow.document_id == moved if moved else FollowedRow.path == taken.path,
    )
    row = session.scalars(known).one_or_none()
    if row is not None:
        return row
    document = DocumentRow(
        id=new_id(), collection_id=folder.collection_id, user_id=folder.user_id, file_id=None, url=None,
        name=taken.path[-300:], media_type="", state="queued", progress=0.0, version=0, chunks=0, tokens=0, sha256="",
        pages=0, title="", created_at=now_ms(), updated_at=now_ms(),
    )  # fmt: skip
    session.add(document)
    session.flush()
    row = FollowedRow(
        document_id=document.id, collection_id=folder.collection_id, path=taken.path, size_bytes=0, changed=0, sha256=""
    )
    session.add(row)
    return row
