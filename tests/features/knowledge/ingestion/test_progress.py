"""How far documents are, written for many at once."""

from __future__ import annotations

import pytest

from localmind_app.features.knowledge.ingestion import progress, queue
from localmind_app.features.knowledge.ingestion.queue import Task
from localmind_app.features.knowledge.ingestion.tables import TaskRow
from localmind_app.features.knowledge.ingestion.work import Work
from localmind_app.features.knowledge.tables import DocumentRow
from tests.features.knowledge.conftest import Library

pytestmark = pytest.mark.anyio


def work(library: Library, collection: str, name: str) -> Work:
    document_id = library.document(collection, name)
    with library.database.session() as session:
        document = session.get_one(DocumentRow, document_id)
        queue.put(session, document, priority=queue.USUAL, file_id=None, sha256="")
        session.flush()
        row = session.get_one(TaskRow, document_id)
        return Work(Task(row.id, document_id, collection, 1, None, "", None, name, 0, 0, "x"))


async def test_all_that_moved_is_written_and_what_ended_meanwhile_stays(library: Library) -> None:
    collection = library.collection()
    works = [work(library, collection, name) for name in ("read", "embedded", "ended", "waiting")]
    works[0].read(0.5)
    works[1].state, works[1].progress = "embedding", 0.5
    works[2].state, works[2].progress = "storing", 0.9
    with library.database.session() as session:
        session.get_one(DocumentRow, works[2].task.document_id).state = "ready"
    works[3].told = ("parsing", 0.0)
    assert await progress.write(library.database, works, None, 5) == []
    with library.database.session() as session:
        rows = {row.name: (row.state, row.progress) for row in session.query(DocumentRow)}
        tries = [row.tries for row in session.query(TaskRow)]
    assert rows == {
        "read": ("parsing", 0.2),
        "embedded": ("embedding", 0.5),
        "ended": ("ready", 0.0),
        "waiting": ("queued", 0.0),
    }
    assert tries == [1, 1, 1, 1]
    note = {"error": "engine"}
    await progress.write(library.database, works, note, 5)
    with library.database.session() as session:
        notes = {row.document_id: row.note for row in session.query(TaskRow)}
    assert [notes[one.task.document_id] for one in works] == [None, note, None, None]
