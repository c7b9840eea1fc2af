"""What people do with files: bring, list, read, delete. Somebody else's file reads as not there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import NotAllowed, NotFound
from localmind_app.core.files import space
from localmind_app.core.files.blobs import Blobs
from localmind_app.core.files.names import cleaned
from localmind_app.core.home import Home
from localmind_app.core.ids import new_id
from localmind_app.features.accounts.service import Actor
from localmind_app.features.accounts.tables import UserRow

from . import incoming, store
from .limits import PREFERENCE, FileLimits
from .previews import Draw, Previews
from .tables import FileRow
from .uploads import Uploads
from .views import FileView

MOST_LISTED = 500  # files in one answer


class FileService:
    """The files of one data folder. `draw` makes page images, for previews; without it there are none."""

    def __init__(self, home: Home, database: Database, draw: Draw | None = None) -> None:
        self._home, self._database = home, database
        self._blobs = Blobs(home.files)
        self._previews = Previews(home.previews, draw)
        self.uploads = Uploads(home, database, self._blobs)

    async def add_stream(
        self, user_id: str, name: str, chunks: AsyncIterator[bytes], size: int | None = None
    ) -> FileView:
        """Keep a file that comes in one go; it is on disk when this returns. `size` is what was announced, if anything.

        Raises TooLarge, Invalid for an empty file or a kind that is not taken, DiskFull; nothing is kept then.
        """
        name = cleaned(name)
        limits = await self._database.read(lambda session: _check(session, user_id, size or 1))
        space.check_room(self._home.files, size or 1)
        part, taken = self._blobs.part(new_id()), 0
        try:
            async for block in incoming.blocks(chunks):
                taken += len(block)
                limits.check_size(taken)
                if taken == len(block):
                    incoming.check_head(limits, block, name)
                await asyncio.to_thread(part.append, block)
            sha256, media_type = await incoming.examined(part, name)
            row = await self._database.write(
                lambda session: store.add(
                    session, self._blobs, part, user_id=user_id, name=name, sha256=sha256, media_type=media_type
                )
            )
            return FileView.of(row)
        finally:
            part.drop()

    async def files(self, user_id: str, after: str | None = None, limit: int = MOST_LISTED) -> list[FileView]:
        """A person's files, newest first; those behind `after` only."""
        query = select(FileRow).where(FileRow.user_id == user_id).order_by(FileRow.id.desc())
        if after is not None:
            query = query.where(FileRow.id < after)
        query = query.limit(min(limit, MOST_LISTED))
        return await self._database.read(lambda session: [FileView.of(row) for row in session.scalars(query)])

    async def get(self, user_id: str, file_id: str) -> FileView:
        """One file. Raises NotFound."""
        return await self._database.read(lambda session: FileView.of(store.find(session, user_id, file_id)))

    def path(self, view: FileView) -> Path:
        """Where its content lies: to be read only, and shared by files of the same content."""
        return self._blobs.path(view.sha256)

    async def content(self, user_id: str, file_id: str) -> tuple[FileView, Path]:
        """One file and its content. Raises NotFound, also when the content was taken from the data folder."""
        view = await self.get(user_id, file_id)
        path = self.path(view)
        if not await asyncio.to_thread(path.is_file):
            raise NotFound("The content of {name} is missing from the data folder. Upload it again.", name=view.name)
        return view, path

    async def preview(self, user_id: str, file_id: str, width: int) -> Path:
        """A picture of the first page, about `width` pixels wide. Raises NotFound for a kind that has none."""
        view, path = await self.content(user_id, file_id)
        return await self._previews.picture(view, path, width)

    async def delete(self, user_id: str, file_id: str) -> None:
        """Remove a file for good. Raises NotFound."""

        def forget(session: Session) -> str:
            row = store.find(session, user_id, file_id)
            session.delete(row)
            return row.sha256

        sha256 = await self._database.write(forget)
        # In a transaction of its own: a content may only go when the row that named it is surely gone.
        gone = await self._database.write(lambda session: store.release(session, self._blobs, sha256))
        if gone is not None:
            await asyncio.to_thread(gone.drop)
            await asyncio.to_thread(self._previews.forget, sha256)

    async def limits(self, user_id: str) -> tuple[FileLimits, int]:
        """What a person may bring, and how many bytes their files take now."""
        return await self._database.read(
            lambda session: (store.limits_of(session, user_id), store.used(session, user_id))
        )

    async def set_limits(self, actor: Actor, user_id: str, limits: FileLimits) -> None:
        """Set a person's limits. What they have already is kept. Raises NotAllowed unless the owner asks."""
        if actor.role != "owner":
            raise NotAllowed("Only the owner sets these limits.")

        def work(session: Session) -> None:
            user = session.get(UserRow, user_id)
            if user is None:
                raise NotFound("There is no such person.")
            user.preferences = {**user.preferences, PREFERENCE: limits.body()}

        await self._database.write(work)


def _check(session: Session, user_id: str, size: int) -> FileLimits:
    limits = store.limits_of(session, user_id)
    limits.check_size(size)
    limits.check_quota(size, store.used(session, user_id))
    return limits
