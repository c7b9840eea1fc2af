"""What the worker removes each hour: uploads without news, contents and previews nobody refers to."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import delete, select

from localmind_app.core.database import Database
from localmind_app.core.files.blobs import Blobs
from localmind_app.core.home import Home
from localmind_app.core.ids import now_ms

from . import store
from .tables import FileRow, UploadRow

# Nothing is written to an unfinished file for so long unless its request is gone.
LEFT_BEHIND_SECONDS = 2 * 24 * 3600.0
_OF_CONTENT = re.compile(r"[0-9a-f]{64}-")
MOST_PREVIEWS = 512 * 1024 * 1024  # bytes; the oldest go first


def tidy(home: Home) -> int:
    """Remove what is no longer needed; returns how many things."""
    database, blobs = Database(home.database), Blobs(home.files)
    try:
        return (
            _expired(database, blobs)
            + _unfinished(blobs)
            + _unreferred(database, blobs)
            + drop_pictures(database, home.previews)
            + _previews(home.previews, MOST_PREVIEWS)
        )
    finally:
        database.close()


def _expired(database: Database, blobs: Blobs) -> int:
    with database.session() as session:
        ended = delete(UploadRow).where(UploadRow.expires_at <= now_ms()).returning(UploadRow.id)
        ids = list(session.scalars(ended))
    for upload_id in ids:
        blobs.part(upload_id).drop()
    return len(ids)


def _unfinished(blobs: Blobs) -> int:
    left = list(blobs.left_behind(LEFT_BEHIND_SECONDS))
    for part in left:
        part.drop()
    return len(left)


def _unreferred(database: Database, blobs: Blobs) -> int:
    """Contents whose row is gone: a person was removed, or a process was killed between the disk and the database."""
    there = set(blobs.names())
    with database.session() as session:
        there -= set(session.scalars(select(FileRow.sha256)))
    removed = 0
    for sha256 in there:
        with database.session() as session:  # asked again: somebody may have brought it meanwhile
            gone = store.release(session, blobs, sha256)
        if gone is not None:
            gone.drop()
            removed += 1
    return removed


def drop_pictures(database: Database, folder: Path) -> int:
    """Remove the pictures of contents no file has; their names begin with the SHA-256. Returns how many."""
    names = [path.name for path in folder.glob("*") if _OF_CONTENT.match(path.name)]
    if not names:
        return 0
    with database.session() as session:
        there = set(session.scalars(select(FileRow.sha256)))
    gone = [name for name in names if name[:64] not in there]
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    return len(gone)


def _previews(folder: Path, most: int) -> int:
    kept, removed = 0, 0
    for _, size, path in sorted(_looked_at(folder), reverse=True):
        kept += size
        if kept > most or (path.suffix == ".part" and path.stat().st_mtime < time.time() - LEFT_BEHIND_SECONDS):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _looked_at(folder: Path) -> Iterable[tuple[float, int, Path]]:
    for path in folder.glob("*"):
        state = path.stat()
        yield state.st_mtime, state.st_size, path
