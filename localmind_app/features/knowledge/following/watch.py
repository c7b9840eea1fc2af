"""Watches the followed folders: each is looked at when it begins, a quiet second after a change, and now and then.

The system tells of changes where it can; what it does not tell, as on a network disk, is found by looking.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from watchfiles import Change, awatch

from localmind_app.core.database import Database
from localmind_app.core.errors import NotFound, UserError
from localmind_app.core.home import Home
from localmind_app.features.files.service import FileService

from ..store import Index
from ..tables import CollectionRow
from .follow import Following
from .scan import is_ignored
from .tables import FolderRow

log = logging.getLogger(__name__)
POLL_SECONDS = 1.0  # until it is noticed that another folder is to be followed
QUIET_MS = 1000  # without a change, before what changed is taken
LONGEST_MS = 60_000  # a folder that is never quiet
LOOK_MS = 60_000  # without a change, until it is looked at all the same
BACK_SECONDS = 3.0  # between looks for a folder that is not there
AFTER_FAILURE = 10.0


class Watch:
    """Follows every folder that is to be followed, in the worker's event loop."""

    def __init__(self, home: Home, database: Database, index: Index, files: FileService) -> None:
        self._database = database
        self._following = Following(home, database, index, files)
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Follow, without end."""
        try:
            while True:
                with contextlib.suppress(SQLAlchemyError):  # locked for long; the next second asks again
                    await self._adjust(set(await self._database.read(_wanted)))
                await asyncio.sleep(POLL_SECONDS)
        finally:
            await self._adjust(set())

    async def _adjust(self, wanted: set[tuple[str, str]]) -> None:
        ended = [self._tasks.pop(one) for one in list(self._tasks) if one not in wanted]
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)
        for collection_id, path in wanted - set(self._tasks):
            self._tasks[collection_id, path] = asyncio.create_task(self._follow(collection_id, Path(path)))

    async def _follow(self, collection_id: str, path: Path) -> None:
        while True:
            try:
                await self._follow_present(collection_id, path)
                await asyncio.sleep(BACK_SECONDS)
            except NotFound:
                return  # it is not followed any more
            except (UserError, SQLAlchemyError, OSError):
                log.exception("A followed folder has to wait")
                await asyncio.sleep(AFTER_FAILURE)

    async def _follow_present(self, collection_id: str, path: Path) -> None:
        """Until the folder is not there."""
        watcher = awatch(
            path, watch_filter=_concerns(path), debounce=LONGEST_MS, step=QUIET_MS, rust_timeout=LOOK_MS,
            yield_on_timeout=True, ignore_permission_denied=True,
        )  # fmt: skip
        async with contextlib.aclosing(watcher):
            # It begins to watch before the first look, so nothing falls between them.
            changes = asyncio.ensure_future(anext(watcher))
            try:
                await asyncio.sleep(0)
                while await self._following.sync(collection_id):
                    await self._next(changes)
                    changes = asyncio.ensure_future(anext(watcher))
                    await asyncio.sleep(0)
            finally:
                changes.cancel()
                await asyncio.gather(changes, return_exceptions=True)

    async def _next(self, changes: asyncio.Future[set[tuple[Change, str]]]) -> None:
        try:
            await changes
        except (OSError, StopAsyncIteration):
            await asyncio.sleep(BACK_SECONDS)  # it cannot be watched: it is gone, or there are too many watches


def _concerns(root: Path) -> Callable[[Change, str], bool]:
    """A filter for changes of what could be taken."""

    def concerns(change: Change, path: str) -> bool:
        try:
            below = Path(path).relative_to(root)
        except ValueError:
            return False
        return not any(is_ignored(part) for part in below.parts)

    return concerns


def _wanted(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(
        select(FolderRow.collection_id, FolderRow.path)
        .join(CollectionRow, CollectionRow.id == FolderRow.collection_id)
        .where(CollectionRow.deleted_at.is_(None))
    )
    return [(row[0], row[1]) for row in rows]
