"""Files of JSON lines that programs upload and batches make: a row in the database, the bytes in the data folder."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import Conflict, Invalid, NotFound
from localmind_app.core.home import Home
from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.accounts.service import Actor

from .private import written
from .tables import BatchRow, FileRow

PURPOSE = "batch"
MADE = "batch_output"
RUNNING = ("validating", "in_progress", "finalizing", "cancelling")


class FileStore:
    """The files of one data folder."""

    def __init__(self, home: Home, database: Database) -> None:
        self._folder, self._database = home.batches, database

    def path(self, file_id: str) -> Path:
        """Where the bytes of a file lie."""
        return self._folder / f"{file_id}.jsonl"

    async def add(self, actor: Actor, name: str, purpose: str, source: IO[bytes]) -> FileRow:
        """Keep an upload. Raises Invalid for another purpose than batch, or an empty file."""
        if purpose != PURPOSE:
            raise Invalid("purpose must be batch; files for other purposes are not kept.")
        file_id = f"file-{new_id()}"
        size = await asyncio.to_thread(self._write, file_id, source)
        if not size:
            self.path(file_id).unlink()
            raise Invalid("The file is empty. Nothing was kept.")
        return await self._database.write(lambda session: self.note(session, actor.user_id, file_id, name, purpose))

    def note(self, session: Session, user_id: str, file_id: str, name: str, purpose: str) -> FileRow:
        """The row of a file whose bytes are already in their place."""
        row = FileRow(
            id=file_id,
            user_id=user_id,
            name=name[:300] or "input.jsonl",
            purpose=purpose,
            size_bytes=self.path(file_id).stat().st_size,
            created_at=now_ms(),
        )
        session.add(row)
        return row

    async def files(self, actor: Actor) -> list[FileRow]:
        """The acting user's files, newest first."""
        query = select(FileRow).where(FileRow.user_id == actor.user_id).order_by(FileRow.id.desc())
        return await self._database.read(lambda session: list(session.scalars(query)))

    async def get(self, actor: Actor, file_id: str) -> FileRow:
        """One file. Raises NotFound when it is not there or not the acting user's."""
        return await self._database.read(lambda session: find_file(session, actor, file_id))

    async def delete(self, actor: Actor, file_id: str) -> None:
        """Remove a file. Raises NotFound, and Conflict while a batch reads it."""

        def work(session: Session) -> None:
            row = find_file(session, actor, file_id)
            reads = select(BatchRow.id).where(BatchRow.input_file_id == file_id, BatchRow.status.in_(RUNNING))
            if session.scalar(reads) is not None:
                raise Conflict("A batch reads this file. Cancel the batch first; the file was kept.")
            session.delete(row)

        await self._database.write(work)
        await asyncio.to_thread(self.path(file_id).unlink, missing_ok=True)

    def _write(self, file_id: str, source: IO[bytes]) -> int:
        with written(self.path(file_id)) as target:
            shutil.copyfileobj(source, target)
            return target.tell()


def find_file(session: Session, actor: Actor, file_id: str) -> FileRow:
    """The row of the acting user's file. Raises NotFound."""
    row = session.get(FileRow, file_id)
    if row is None or row.user_id != actor.user_id:
        raise NotFound("There is no file {file}.", file=file_id)
    return row
