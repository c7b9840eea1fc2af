"""Documents on their way: read, embedded, stored; paused, cancelled, replaced, retried, waiting for the engine."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from localmind_app.core.ids import new_id
from localmind_app.features.files.tables import FileRow
from localmind_app.features.knowledge.documents import Incoming
from localmind_app.features.knowledge.ingestion.tables import TaskRow
from localmind_app.features.knowledge.store import index_names
from localmind_app.features.knowledge.tables import ChunkRow, CollectionRow, DocumentRow, ParsedRow, VectorRow
from tests.features.conftest import RunningEngine
from tests.features.knowledge.ingestion.conftest import Intake, markdown, until

pytestmark = pytest.mark.anyio
LONG = [f"## Day {number}\n\nThe lighthouse keeper saw {number} ships." for number in range(110)]


async def indexes_agree(intake: Intake, collection: str) -> None:
    """The database and the vector index have the same chunks, and nothing is left of what did not come to an end."""
    with intake.database.session() as session:
        row = session.scalars(select(CollectionRow).where(CollectionRow.id == collection)).one()
        chunks = set(session.scalars(select(ChunkRow.id).where(ChunkRow.collection_id == collection)))
        live = set(
            session.scalars(
                select(ChunkRow.id)
                .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
                .where(ChunkRow.collection_id == collection, ChunkRow.version == DocumentRow.version)
            )
        )
        vectors = set(session.scalars(select(VectorRow.chunk_id)))
        name = index_names(row)[0]
    assert chunks == live and chunks <= vectors
    assert await intake.search.vectors.ids(name) == live
    assert row.chunks_live == len(live)


async def test_files_become_searchable_documents(intake: Intake) -> None:
    collection = await intake.collection()
    one = await intake.add(collection, "coffee.md", markdown("Coffee", "The grinder is cleaned in June."))
    two = await intake.add(collection, "tea.txt", "Tea is kept in the blue cupboard.")
    assert await intake.settled(collection) == {"ready": 2}
    assert (await intake.finds(collection, "when is the grinder cleaned"))[0] == "coffee.md"
    seen = await intake.get(one)
    assert (seen.title, seen.version, seen.searchable, seen.progress, seen.error) == ("Coffee", 1, True, 1.0, None)
    assert seen.chunks == 1 and seen.tokens > 0 and seen.size and seen.media_type == "text/markdown"
    assert (await intake.knowledge.document(intake.user_id, two.id)).parser
    with intake.database.session() as session:
        assert session.scalars(select(TaskRow)).all() == []
    await indexes_agree(intake, collection)


async def test_a_bad_file_fails_alone_and_says_why(intake: Intake) -> None:
    collection = await intake.collection()
    bad = await intake.add(collection, "broken.pdf", b"%PDF-1.7\nthis is no PDF at all")
    await intake.add(collection, "good.md", markdown("Good", "All is well."))
    assert await intake.settled(collection) == {"failed": 1, "ready": 1}
    seen = await intake.get(bad)
    assert seen.error is not None and "broken.pdf" in seen.error["error"]["message"] and not seen.searchable
    await intake.knowledge.retry(intake.user_id, bad.id)
    assert await intake.settled(collection) == {"failed": 1, "ready": 1}
    assert intake.source.read_names.count("broken.pdf") == 2


async def test_a_new_version_embeds_only_what_changed(intake: Intake) -> None:
    collection = await intake.collection()
    first = await intake.add(collection, "log.md", markdown("Log", "## One\n\nStays as it is.", "## Two\n\nOld words."))
    await intake.settled(collection)
    before, old_file = len(intake.embedded), (await intake.get(first)).file_id
    assert before == 2
    again = await intake.add(
        collection, "log.md", markdown("Log", "## One\n\nStays as it is.", "## Two\n\nFresh giraffes.")
    )
    assert again.id == first.id
    await intake.settled(collection)
    assert intake.embedded[before:] == ["Log › Two\nFresh giraffes."]
    assert set(await intake.finds(collection, "giraffes")) == {"log.md"}

    async def changed() -> bool | None:  # right after the document is ready
        return (await intake.get(first)).file_id != old_file or None

    await until(changed)
    seen = await intake.get(first)
    assert (seen.version, seen.chunks) == (2, 2)
    with intake.database.session() as session:  # the old file is of no more use
        assert list(session.scalars(select(FileRow.id))) == [seen.file_id]
    same = await intake.add(
        collection, "log.md", markdown("Log", "## One\n\nStays as it is.", "## Two\n\nFresh giraffes.")
    )
    assert (same.id, same.state, same.version) == (first.id, "ready", 2)
    await indexes_agree(intake, collection)


async def test_a_version_that_cannot_be_read_leaves_the_old_one(intake: Intake) -> None:
    collection = await intake.collection()
    first = await intake.add(collection, "rules.pdf", markdown("Rules", "Thirty days of holiday."))
    await intake.settled(collection)
    await intake.add(collection, "rules.pdf", b"%PDF-1.7\nbroken")
    assert await intake.settled(collection) == {"failed": 1}
    seen = await intake.get(first)
    assert seen.searchable and seen.version == 1 and await intake.finds(collection, "holiday") == ["rules.pdf"]


async def staged(intake: Intake, count: int) -> None:
    """Wait until so many pieces are in the database."""

    async def there() -> bool | None:
        with intake.database.session() as session:
            return len(session.scalars(select(ChunkRow.id)).all()) == count or None

    await until(there)


async def test_pausing_keeps_what_was_reached_and_going_on_does_not_read_again(intake: Intake) -> None:
    collection = await intake.collection()
    intake.batches_left = 1
    document = await intake.add(collection, "log.md", markdown("Log", *LONG))
    await staged(intake, 64)
    seen = await intake.reaches(document, "embedding")
    assert not seen.searchable and await intake.finds(collection, "lighthouse") == []
    assert (await intake.knowledge.pause(intake.user_id, collection)).paused
    await asyncio.sleep(1.5)  # it is noticed within half a second
    intake.gate.set()
    await asyncio.sleep(1.0)
    await staged(intake, 64)
    await intake.knowledge.resume(intake.user_id, collection)
    assert await intake.settled(collection) == {"ready": 1}
    assert intake.source.read_names == ["log.md"]
    chunks = (await intake.get(document)).chunks
    assert chunks == 110 and len(intake.embedded) <= chunks + 46  # only the batch that was under way is made twice
    await indexes_agree(intake, collection)


async def test_what_is_cancelled_leaves_nothing(intake: Intake) -> None:
    collection = await intake.collection()
    held = intake.source.hold("held.md")
    reading = await intake.add(collection, "held.md", markdown("Held", "Never read."))
    waiting = await intake.add(collection, "later.md", markdown("Later", "Waits."))

    async def begun() -> bool | None:
        return "held.md" in intake.source.read_names or None

    await until(begun)
    assert (await intake.knowledge.cancel(intake.user_id, reading.id)).state == "cancelled"
    assert (await intake.reaches(waiting, "ready")).searchable

    async def clean() -> bool | None:
        with intake.database.session() as session:
            left = session.scalars(select(TaskRow)).all() or session.get(ParsedRow, (reading.id, 1))
        return None if left else True

    await until(clean)
    await indexes_agree(intake, collection)
    held.set()
    assert (await intake.knowledge.retry(intake.user_id, reading.id)).state == "queued"
    assert (await intake.reaches(reading, "ready")).searchable


async def test_cancelling_a_new_version_keeps_the_old_one(intake: Intake) -> None:
    collection = await intake.collection()
    document = await intake.add(collection, "rules.md", markdown("Rules", "Thirty days."))
    await intake.settled(collection)
    intake.source.hold("rules.md")
    await intake.add(collection, "rules.md", markdown("Rules", "Forty days."))
    assert (await intake.knowledge.cancel_all(intake.user_id, collection)).states == {"ready": 1}

    async def alone() -> bool | None:
        with intake.database.session() as session:
            return (list(session.scalars(select(FileRow.id))) == [(await intake.get(document)).file_id]) or None

    await until(alone)
    assert (await intake.get(document)).version == 1 and await intake.finds(collection, "thirty days") == ["rules.md"]


async def test_removing_a_document_while_it_is_taken_in(intake: Intake) -> None:
    collection = await intake.collection()
    document = await intake.add(collection, "log.md", markdown("Log", *LONG))
    await intake.reaches(document, "embedding", "storing", "ready")
    await intake.knowledge.remove(intake.user_id, document.id)
    await intake.add(collection, "other.md", markdown("Other", "Stays."))
    await intake.settled(collection)
    await intake.search.mender.finished()
    assert [one.name for one in await intake.documents(collection)] == ["other.md"]
    await indexes_agree(intake, collection)


async def test_a_chats_file_does_not_wait_for_a_folder(intake: Intake) -> None:
    collection = await intake.collection()
    chat = new_id()
    for number in range(3):
        intake.source.hold(f"slow{number}.md")
        await intake.add(collection, f"slow{number}.md", markdown("Slow", str(number)))
    file = await intake.file("question.md", markdown("Question", "What is attached is read first."))
    [attached] = await intake.knowledge.attach(intake.user_id, chat, [file.id])
    assert (await intake.reaches(attached, "ready")).searchable
    [again] = await intake.knowledge.attach(intake.user_id, chat, [file.id])
    assert again.id == attached.id
    other = await intake.file("question.md", markdown("Question", "Another one of the same name."))
    [beside] = await intake.knowledge.attach(intake.user_id, chat, [other.id])
    assert beside.id != attached.id  # earlier messages are about the earlier file
    seen = await intake.knowledge.of_chat(intake.user_id, chat)
    assert (seen.kind, seen.documents) == ("chat", 2)
    assert seen.id not in [one.id for one in await intake.knowledge.collections(intake.user_id)]


async def test_while_the_engine_is_away_documents_wait_and_say_so(intake: Intake, running: RunningEngine) -> None:
    collection = await intake.collection()
    running.kill()
    try:
        document = await intake.add(collection, "patient.md", markdown("Patient", "It waits for the engine."))

        async def noted() -> str | None:
            note = (await intake.get(document)).note
            return note["error"]["code"] if note else None

        assert await until(noted) == "engine_unreachable"
        assert (await intake.get(document)).state == "embedding"
    finally:
        running.restart()
    seen = await intake.reaches(document, "ready")
    assert seen.note is None and seen.searchable


async def test_a_stopped_worker_goes_on_where_it_was(intake: Intake) -> None:
    collection = await intake.collection()
    intake.batches_left = 1
    document = await intake.add(collection, "log.md", markdown("Log", *LONG))
    await staged(intake, 64)
    await intake.end()
    with intake.database.session() as session:
        assert session.scalars(select(TaskRow.tries)).all() == [0]  # it ended in good order
    intake.gate.set()
    intake.begin()
    assert (await intake.reaches(document, "ready")).searchable
    assert intake.source.read_names == ["log.md"]
    await indexes_agree(intake, collection)


async def test_a_document_that_kills_the_worker_again_and_again_is_given_up(intake: Intake) -> None:
    collection = await intake.collection()
    intake.source.hold("poison.md")
    document = await intake.add(collection, "poison.md", markdown("Poison", "…"))
    with intake.database.session() as session:
        session.get_one(TaskRow, document.id).tries = 5
    seen = await intake.reaches(document, "failed")
    assert seen.error is not None and "5 times" in seen.error["error"]["message"]


async def test_many_files_in_one_drop(intake: Intake) -> None:
    collection = await intake.collection()
    files = [await intake.file(f"n{at}.md", markdown(f"Note {at}", f"The number is {at}.")) for at in range(120)]
    dropped = [Incoming(file.id, f"notes/{file.name}") for file in files]
    await intake.knowledge.add_files(intake.user_id, collection, dropped)
    assert await intake.settled(collection) == {"ready": 120}
    assert (await intake.finds(collection, "Note 77"))[0] == "notes/n77.md"
    listed = await intake.knowledge.listed(intake.user_id, collection)
    assert len(listed.documents) == 100 and listed.following == listed.documents[-1].id
    await indexes_agree(intake, collection)


@pytest.mark.parametrize("turns", range(6))
async def test_a_worker_that_is_stopped_while_a_document_ends_stops(intake: Intake, turns: int) -> None:
    await intake.end()
    pipeline = intake.begin()
    await asyncio.sleep(0.05)
    pipeline._wake_feeder.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(20):
        await intake.end()
