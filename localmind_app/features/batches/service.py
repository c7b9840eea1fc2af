"""What programs do with batches: create, look, list, cancel. The worker's `runner` does the work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import Conflict, Invalid, NotFound
from localmind_app.core.home import Home
from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.accounts.service import Actor

from .files import PURPOSE, RUNNING, FileStore, find_file
from .tables import BatchRow

# What a batch may ask, and the scope a key needs for it.
ENDPOINTS = {
    "/v1/chat/completions": "chat",
    "/v1/completions": "chat",
    "/v1/responses": "chat",
    "/v1/embeddings": "embeddings",
}
WINDOW = "24h"
WINDOW_SECONDS = 24 * 3600


class BatchService:
    """Batches of one database."""

    def __init__(self, home: Home, database: Database) -> None:
        self._database = database
        self.files = FileStore(home, database)

    async def create(
        self, actor: Actor, endpoint: Any, input_file_id: Any, window: Any, metadata: Mapping[str, str]
    ) -> BatchRow:
        """Put a batch on the list; it is on disk when this returns.

        Raises Invalid for an endpoint or window that is not offered, NotFound for a file that is not there.
        """
        if endpoint not in ENDPOINTS:
            raise Invalid("endpoint must be one of {known}.", known=", ".join(ENDPOINTS))
        if window != WINDOW:
            raise Invalid("completion_window must be {window}.", window=WINDOW)
        if not isinstance(input_file_id, str):
            raise Invalid("{field} must be a text.", field="input_file_id")

        def work(session: Session) -> BatchRow:
            if find_file(session, actor, input_file_id).purpose != PURPOSE:
                raise Invalid("The file {file} was made by a batch; upload one of your own.", file=input_file_id)
            now = now_ms() // 1000
            row = BatchRow(
                id=f"batch_{new_id()}",
                user_id=actor.user_id,
                endpoint=endpoint,
                status="validating",
                input_file_id=input_file_id,
                details=dict(metadata),
                times={"created_at": now, "expires_at": now + WINDOW_SECONDS},
                total=0,
                completed=0,
                failed=0,
            )
            session.add(row)
            return row

        return await self._database.write(work)

    async def get(self, actor: Actor, batch_id: str) -> BatchRow:
        """One batch. Raises NotFound when it is not there or not the acting user's."""
        return await self._database.read(lambda session: _find(session, actor, batch_id))

    async def batches(self, actor: Actor, after: str | None, limit: int) -> tuple[list[BatchRow], bool]:
        """The acting user's batches, newest first, those behind `after` only; and whether there are more."""
        query = select(BatchRow).where(BatchRow.user_id == actor.user_id).order_by(BatchRow.id.desc()).limit(limit + 1)
        if after is not None:
            query = query.where(BatchRow.id < after)
        found = await self._database.read(lambda session: list(session.scalars(query)))
        return found[:limit], len(found) > limit

    async def cancel(self, actor: Actor, batch_id: str) -> BatchRow:
        """Ask for a batch to be stopped; what is answered is kept. Raises Conflict when it is over already."""

        def work(session: Session) -> BatchRow:
            row = _find(session, actor, batch_id)
            if row.status not in RUNNING:
                raise Conflict("The batch is over already ({status}).", status=row.status)
            if row.status != "cancelling":
                row.status = "cancelling"
                row.times = {**row.times, "cancelling_at": now_ms() // 1000}
            return row

        return await self._database.write(work)


def _find(session: Session, actor: Actor, batch_id: str) -> BatchRow:
    row = session.get(BatchRow, batch_id)
    if row is None or row.user_id != actor.user_id:
        raise NotFound("There is no batch {batch}.", batch=batch_id)
    return row
