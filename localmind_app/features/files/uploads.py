"""Files that come in pieces: begun, gone on with after a break or a restart, given up after a day without news.

How far an upload is says its unfinished file on the disk. The newest request goes on with it; an older one that still
hangs on a dead connection is told so at its next block. This is kept in memory: one web process serves a data folder.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import Conflict, Invalid, NotFound, TooMany
from localmind_app.core.files import space
from localmind_app.core.files.blobs import Blobs
from localmind_app.core.files.names import cleaned
from localmind_app.core.files.part import Part
from localmind_app.core.home import Home
from localmind_app.core.ids import new_id, now_ms

from . import incoming, store
from .limits import FileLimits
from .tables import FileRow, UploadRow
from .views import FileView, UploadView

KEPT_MS = 24 * 3600 * 1000  # without news
_NEWS_STEP_MS = 600 * 1000  # news is written down at most this often
MOST_OPEN = 200  # uploads of one person


@dataclass
class _Turn:
    """Whose turn it is to write to one upload. `ends` is held while it is begun with, made a file, or forgotten."""

    ends: asyncio.Lock = field(default_factory=asyncio.Lock)
    lock: threading.Lock = field(default_factory=threading.Lock)  # around each write, which a thread does
    newest: int = 0


class Uploads:
    """The uploads of one data folder."""

    def __init__(self, home: Home, database: Database, blobs: Blobs) -> None:
        self._home, self._database, self._blobs = home, database, blobs
        self._turns: dict[str, _Turn] = {}

    async def begin(self, user_id: str, name: str, size: int, sha256: str | None = None) -> UploadView:
        """Keep room for a file of `size` bytes. Raises TooLarge, TooMany and DiskFull."""
        if size < 1:
            raise Invalid("The file is empty. Nothing was kept.")
        space.check_room(self._home.files, size)

        def work(session: Session) -> UploadRow:
            limits = store.limits_of(session, user_id)
            limits.check_size(size)
            limits.check_quota(size, store.used(session, user_id))
            if _open(session, user_id) >= MOST_OPEN:
                raise TooMany("{limit} uploads are open. Finish or cancel some first.", retry_after=60, limit=MOST_OPEN)
            now = now_ms()
            row = UploadRow(
                id=new_id(),
                user_id=user_id,
                name=cleaned(name),
                size_bytes=size,
                sha256=sha256,
                file_id=None,
                created_at=now,
                expires_at=now + KEPT_MS,
            )
            session.add(row)
            return row

        return _view(await self._database.write(work), 0)

    async def get(self, user_id: str, upload_id: str) -> UploadView:
        """How far an upload is. Raises NotFound when it is not there, expired, or not theirs."""

        def work(session: Session) -> tuple[UploadRow, FileView | None]:
            row = find(session, user_id, upload_id)
            file = session.get(FileRow, row.file_id) if row.file_id else None
            return row, FileView.of(file) if file else None

        row, file = await self._database.read(work)
        if file is not None:
            return _view(row, row.size_bytes, file)
        return _view(row, await asyncio.to_thread(lambda: self._part(upload_id).size))

    async def append(self, user_id: str, upload_id: str, offset: int, chunks: AsyncIterator[bytes]) -> UploadView:
        """Go on at byte `offset`; what came is kept also when `chunks` ends early. The last byte makes the file.

        Raises Conflict when `offset` is not how far it is, or when another request went on meanwhile; Invalid when
        more comes than was announced, the kind is not taken or the SHA-256 is another (the upload is forgotten then).
        """
        await self.get(user_id, upload_id)  # nothing is remembered for an upload that is not theirs
        part, turn = self._part(upload_id), self._turns.setdefault(upload_id, _Turn())
        async with turn.ends:
            known = await self.get(user_id, upload_id)
            if known.file is not None:
                return known
            mine = await asyncio.to_thread(_take, turn, part, offset)
        at = offset
        try:
            async for block in incoming.blocks(chunks):
                if at + len(block) > known.size:
                    raise Invalid(
                        "More bytes came than the {size} that were announced. Nothing was kept; upload it again.",
                        size=known.size,
                    )
                if at == 0:
                    incoming.check_head(await self._limits(user_id), block, known.name)
                await asyncio.to_thread(_append, turn, mine, part, block)
                at += len(block)
            if at < known.size:
                return replace(known, offset=at, expires_at=await self._heard(user_id, known))
            async with turn.ends:
                return await self._ended(user_id, upload_id, part)
        except Invalid:
            await self.cancel(user_id, upload_id)
            raise

    async def cancel(self, user_id: str, upload_id: str) -> None:
        """Forget an upload and what came of it. Raises NotFound."""

        def work(session: Session) -> None:
            session.delete(find(session, user_id, upload_id))

        turn = self._turns.get(upload_id) or _Turn()
        async with turn.ends:
            await self._database.write(work)
            self._turns.pop(upload_id, None)
            await asyncio.to_thread(_end, turn, self._part(upload_id))

    async def _ended(self, user_id: str, upload_id: str, part: Part) -> UploadView:
        """Make the file, unless another request has done so."""
        known = await self.get(user_id, upload_id)
        if known.file is not None:
            return known
        announced = await self._database.read(lambda session: find(session, user_id, upload_id).sha256)
        sha256, media_type = await incoming.examined(part, known.name, announced)

        def work(session: Session) -> FileRow:
            upload = find(session, user_id, upload_id)
            if part.size != upload.size_bytes:  # somebody cleared the folder meanwhile
                raise Conflict("The upload is at byte {offset}. Go on from there.", offset=part.size)
            row = store.add(
                session,
                self._blobs,
                part,
                user_id=user_id,
                name=upload.name,
                sha256=sha256,
                media_type=media_type,
                upload_id=upload_id,
            )
            upload.file_id = row.id
            return row

        file = FileView.of(await self._database.write(work))
        self._turns.pop(upload_id, None)
        return replace(known, offset=known.size, file=file)

    async def _heard(self, user_id: str, known: UploadView) -> int:
        """Count the day from now on."""
        until = now_ms() + KEPT_MS
        if until - known.expires_at < _NEWS_STEP_MS:
            return known.expires_at

        def work(session: Session) -> None:
            find(session, user_id, known.id).expires_at = until

        await self._database.write(work)
        return until

    async def _limits(self, user_id: str) -> FileLimits:
        return await self._database.read(lambda session: store.limits_of(session, user_id))

    def _part(self, upload_id: str) -> Part:
        return self._blobs.part(upload_id)


def find(session: Session, user_id: str, upload_id: str) -> UploadRow:
    """The row of a person's upload. Raises NotFound when it is not there, expired, or not theirs."""
    row = session.get(UploadRow, upload_id)
    if row is None or row.user_id != user_id or row.expires_at <= now_ms():
        raise NotFound("There is no upload {upload}. It may have expired; begin it again.", upload=upload_id)
    return row


def _open(session: Session, user_id: str) -> int:
    query = select(func.count()).select_from(UploadRow)
    return int(session.scalar(query.where(UploadRow.user_id == user_id, UploadRow.file_id.is_(None))) or 0)


def _view(row: UploadRow, offset: int, file: FileView | None = None) -> UploadView:
    return UploadView(row.id, row.name, row.size_bytes, offset, row.expires_at, file)


def _take(turn: _Turn, part: Part, offset: int) -> int:
    with turn.lock:
        if part.size != offset:
            raise Conflict("The upload is at byte {offset}. Go on from there.", offset=part.size)
        turn.newest += 1
        return turn.newest


def _append(turn: _Turn, mine: int, part: Part, block: bytes) -> None:
    with turn.lock:
        if turn.newest != mine:
            raise Conflict("Another request goes on with this upload.")
        part.append(block)


def _end(turn: _Turn, part: Part) -> None:
    with turn.lock:
        turn.newest += 1  # whoever still writes to it hears so
        part.drop()
