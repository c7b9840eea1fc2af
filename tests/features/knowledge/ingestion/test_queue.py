"""The list of documents to take in, on a session: who is served first, and what a wish replaces."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.accounts.service import ensure_owner
from localmind_app.features.files.tables import FileRow
from localmind_app.features.knowledge import collections, documents, trash
from localmind_app.features.knowledge.ingestion import queue
from localmind_app.features.knowledge.ingestion.tables import PauseRow, TaskRow
from localmind_app.features.knowledge.tables import CollectionRow, DocumentRow, ParsedRow


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.session() as opened:
        yield opened


@pytest.fixture
def papers(session: Session) -> CollectionRow:
    return collections.make(session, ensure_owner(session).id, "Papers", "")


def file(session: Session, content: str) -> FileRow:
    made = FileRow(
        id=new_id(), user_id=ensure_owner(session).id, name="a.md", size_bytes=1, sha256=content, media_type="",
        created_at=now_ms(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def add(session: Session, collection: CollectionRow, name: str, content: str = "") -> DocumentRow:
    [made], _ = documents.add_files(session, collection, [(file(session, content or name), name)])
    session.flush()
    return made


def names(session: Session, most: int = 9, besides: tuple[str, ...] = ()) -> list[str]:
    return [one.name for one in queue.waiting(session, most, besides)]


def test_a_chats_files_come_first_and_the_others_in_the_order_they_came(
    session: Session, papers: CollectionRow
) -> None:
    one = add(session, papers, "one.md")
    add(session, papers, "two.md")
    chat = collections.make(session, papers.user_id, "", "", chat_id=new_id())
    add(session, chat, "sent.md")
    assert names(session) == ["sent.md", "one.md", "two.md"]
    assert names(session, 1) == ["sent.md"] and names(session, 9, (one.id,)) == ["sent.md", "two.md"]
    documents.add_files(session, papers, [(file(session, "changed"), "one.md")])  # a new wish goes to the end
    session.flush()
    assert names(session) == ["sent.md", "two.md", "one.md"]


def test_what_pauses_or_was_removed_waits_and_is_told_to_who_works_on_it(
    session: Session, papers: CollectionRow
) -> None:
    one, two = add(session, papers, "one.md"), add(session, papers, "two.md")
    [task, _] = queue.waiting(session, 9, ())
    assert queue.live(session, [one.id, two.id])[one.id] == task.id
    trash.put(session, one, papers)
    session.flush()
    assert names(session) == ["two.md"] and set(queue.live(session, [one.id, two.id])) == {two.id}
    session.add(PauseRow(collection_id=papers.id, since=1))
    session.flush()
    assert names(session) == [] and queue.live(session, [two.id]) == {}
    session.query(PauseRow).delete()
    trash.take_back(session, one, papers)
    papers.deleted_at = now_ms()
    session.flush()
    assert names(session) == []
    papers.deleted_at = None
    session.flush()
    assert names(session) == ["one.md", "two.md"]


def test_another_content_replaces_the_wish_and_frees_the_file_before(session: Session, papers: CollectionRow) -> None:
    one = add(session, papers, "one.md", "first")
    before = one.file_id
    session.get_one(TaskRow, one.id).version = 3  # its text was kept
    made, spare = documents.add_files(session, papers, [(file(session, "second"), "one.md")])
    session.flush()
    assert [row.id for row in made] == [one.id] and spare == ["first"]
    assert session.get(FileRow, before) is None and session.get_one(TaskRow, one.id).version == 0


def test_cancelling_keeps_what_was_searchable_and_leaves_no_text(session: Session, papers: CollectionRow) -> None:
    fresh, known = add(session, papers, "fresh.md"), add(session, papers, "known.md")
    known.version = 2
    session.add_all(ParsedRow(document_id=known.id, version=version, data=b"") for version in (2, 3))
    session.flush()
    assert queue.cancel(session, [fresh.id, known.id]) == 2 and queue.cancel(session, [fresh.id]) == 0
    assert (fresh.state, known.state) == ("cancelled", "ready")
    assert sorted(queue.cancelled(session)) == sorted([fresh.id, known.id])
    for document in (fresh, known):
        queue.drop(session, document.id)
    session.flush()
    assert [row.version for row in session.query(ParsedRow)] == [2] and session.query(TaskRow).count() == 0
    queue.retry(session, known, documents.priority(papers))
    session.flush()
    assert (known.state, names(session)) == ("queued", ["known.md"])


def test_cleaning_up_leaves_the_text_of_what_may_come_back(session: Session, papers: CollectionRow) -> None:
    one = add(session, papers, "one.md")
    one.version = 2
    session.add_all(ParsedRow(document_id=one.id, version=version, data=b"") for version in (2, 3))
    session.flush()
    trash.put(session, one, papers)
    session.flush()
    queue.forget_parsed(session, [one.id])
    assert [row.version for row in session.query(ParsedRow)] == [2]


def test_only_the_newest_wish_can_fail_a_document(session: Session, papers: CollectionRow) -> None:
    one = add(session, papers, "one.md")
    [old] = queue.waiting(session, 9, ())
    queue.retry(session, one, 1)
    session.flush()
    [new] = queue.waiting(session, 9, ())
    queue.fail(session, old, {"error": {}})
    assert one.state == "queued"
    queue.began(session, [new.id], 1)
    queue.fail(session, new, {"error": {"code": "unreadable"}})
    session.refresh(session.get_one(TaskRow, one.id))
    assert (one.state, session.get_one(TaskRow, one.id).tries) == ("failed", 1) and names(session) == []
