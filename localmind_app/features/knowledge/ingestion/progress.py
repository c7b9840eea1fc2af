"""Writes down how far documents are: all of them in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, or_, update
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.ids import now_ms

from ..store import UNFINISHED
from ..tables import DocumentRow
from . import queue
from .tables import TaskRow
from .work import Work

_STEP = 0.01  # a smaller change is not worth a write


async def write(database: Database, works: Sequence[Work], note: dict[str, Any] | None, most_tries: int) -> list[Work]:
    """Write it; returns the works that were begun too often."""
    changed = [work for work in works if _moved(work)]
    begun = [work for work in works if not work.counted]
    waits = {work for work in works if work.state == "embedding"} if note else set()
    noted = [work for work in works if (work in waits) != work.noted]
    if not (changed or begun or noted):
        return []

    def store(session: Session) -> None:
        if changed:
            moved = [
                {"document": work.task.document_id, "now": work.state, "far": round(work.progress, 4)}
                for work in changed
            ]
            unfinished = or_(*(DocumentRow.state == state for state in UNFINISHED))
            values = {"state": bindparam("now"), "progress": bindparam("far"), "updated_at": now_ms()}
            chosen = update(DocumentRow).where(DocumentRow.id == bindparam("document"), unfinished)
            session.connection().execute(chosen.values(**values), moved)
        for work in noted:
            session.execute(
                update(TaskRow).where(TaskRow.id == work.task.id).values(note=note if work in waits else None)
            )
        queue.began(session, [work.task.id for work in begun], 1)

    told = {work: (work.state, work.progress) for work in changed}
    await database.write(store)
    for work in changed:
        work.told = told[work]
    for work in begun:
        work.counted = True
    for work in noted:
        work.noted = work in waits
    return [work for work in begun if work.task.tries >= most_tries and not work.dropped]


def _moved(work: Work) -> bool:
    state, progress = work.told
    return work.state != state or abs(work.progress - progress) >= _STEP
