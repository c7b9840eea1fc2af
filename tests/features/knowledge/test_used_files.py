"""A file goes with the last document that is made of it, or is about to be; its content with the last file."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.features.accounts.service import ensure_owner
from localmind_app.features.files.service import FileService
from localmind_app.features.files.tables import FileRow
from localmind_app.features.files.views import FileView
from localmind_app.features.knowledge import collections, documents, used_files
from localmind_app.features.knowledge.ingestion.tables import TaskRow

pytestmark = pytest.mark.anyio


async def bring(home: Home, database: Database, content: bytes) -> FileView:
    async def chunks() -> AsyncIterator[bytes]:
        yield content

    with database.session() as session:
        owner = ensure_owner(session).id
    return await FileService(home, database).add_stream(owner, "a.txt", chunks())


async def test_a_file_of_two_documents_goes_with_the_second(home: Home, database: Database) -> None:
    view = await bring(home, database, b"text")
    with database.session() as session:
        papers = collections.make(session, ensure_owner(session).id, "Papers", "")
        row = session.get_one(FileRow, view.id)
        made, _ = documents.add_files(session, papers, [(row, "one.txt"), (row, "two.txt")])
        session.flush()
        ids = [one.id for one in made]
        assert used_files.forget(session, [view.id, None, "nothing"]) == []
        assert used_files.detach(session, ids[:1]) == []
        assert used_files.detach(session, ids[1:], besides={view.id}) == []
        assert session.get(FileRow, view.id) is not None and made[1].file_id is None
        assert used_files.forget(session, [view.id]) == [view.sha256]
    with database.session() as session:
        assert session.query(FileRow).count() == 0 and session.query(TaskRow).count() == 2


async def test_a_file_that_a_document_is_about_to_be_made_of_stays(home: Home, database: Database) -> None:
    old, new = await bring(home, database, b"old"), await bring(home, database, b"new")
    with database.session() as session:
        papers = collections.make(session, ensure_owner(session).id, "Papers", "")
        [one], _ = documents.add_files(session, papers, [(session.get_one(FileRow, old.id), "a.txt")])
        one.version, one.state = 1, "ready"  # what is cited is of the old file until the new one is read
        session.delete(session.get_one(TaskRow, one.id))
        session.flush()
        documents.add_files(session, papers, [(session.get_one(FileRow, new.id), "a.txt")])
        assert one.file_id == old.id and used_files.forget(session, [old.id, new.id]) == []
        assert sorted(used_files.detach(session, [one.id])) == sorted([old.sha256, new.sha256])


async def test_a_content_stays_while_somebody_has_it(home: Home, database: Database) -> None:
    first, second = await bring(home, database, b"same"), await bring(home, database, b"same")
    contents, files = used_files.Contents(home, database), FileService(home, database)
    for view, there in ((first, True), (second, False)):
        with database.session() as session:
            assert used_files.forget(session, [view.id]) == [view.sha256]
        await contents.free([view.sha256])
        assert files.path(view).exists() is there
