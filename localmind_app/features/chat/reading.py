"""How far the documents are that an answer waits for: files sent along, links, pages that a search found."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.features.knowledge.tables import DocumentRow

POLL_SECONDS = 0.25
# Without any change for so long the answer comes without the file: the worker is gone, or has too much to do.
PATIENCE_SECONDS = 600.0
_SETTLED = ("ready", "failed", "cancelled")

Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class State:
    """How far a document is. `title` is known once it was read; `error` is why it was not, as `UserError.body`."""

    id: str
    name: str
    title: str
    state: str
    progress: float
    error: dict[str, Any] | None

    @property
    def ready(self) -> bool:
        """Whether something can be found in it."""
        return self.state == "ready"

    @property
    def settled(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in _SETTLED

    @property
    def reason(self) -> dict[str, Any] | None:
        """Why it was not read, where that is known."""
        return self.error.get("error", self.error) if self.error else None


def states(session: Session, document_ids: Sequence[str]) -> list[State]:
    """The documents that are still there. An older version that is searchable counts as ready."""
    there = DocumentRow.id.in_(document_ids) & DocumentRow.deleted_at.is_(None)
    rows = session.scalars(select(DocumentRow).where(there).order_by(DocumentRow.id))
    return [
        State(row.id, row.name, row.title, "ready" if row.version else row.state, row.progress, row.error)
        for row in rows
    ]


async def settled(database: Database, ids: Sequence[str], tell: Tell) -> list[State]:
    """Wait until documents are read, telling which; those that do not move for long are given as they are."""
    changed, seen = time.monotonic(), list[State]()
    while True:
        now = await database.read(lambda session: states(session, ids))
        if now != seen:
            changed, seen = time.monotonic(), now
        waiting = [one for one in now if not one.settled]
        if not waiting or time.monotonic() - changed > PATIENCE_SECONDS:
            return now
        first = max(waiting, key=lambda one: one.progress)
        tell({"stage": "reading", "file": first.name, "progress": round(first.progress, 3)})
        await asyncio.sleep(POLL_SECONDS)


def failed(found: Sequence[State], names: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """The documents that nothing can be found in, with the reason; `names` are other names for some, by id."""
    shown = names or {}
    return [{"name": shown.get(one.id, one.name), "error": one.reason} for one in found if not one.ready]
