"""Collections and documents as people handle them, and that nobody reaches another person's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from localmind_app.core.errors import Invalid, NotAllowed, NotFound
from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.files.tables import FileRow
from localmind_app.features.knowledge.documents import Incoming, Wanted, checked_name
from localmind_app.features.knowledge.tables import ChunkRow, CollectionRow, DocumentRow
from localmind_app.features.knowledge.trash import KEPT_AFTER_DELETE_MS
from localmind_app.features.knowledge.upkeep import purge
from tests.features.knowledge.ingestion.conftest import GUEST, Intake, intake, markdown

__all__ = ["intake"]
pytestmark = pytest.mark.anyio


async def test_a_collection_lives_and_comes_back(intake: Intake) -> None:
    knowledge, me = intake.knowledge, intake.user_id
    made = await knowledge.create(me, "  My\n papers ", "What I read.")
    assert (made.name, made.description, made.documents, made.states) == ("My papers", "What I read.", 0, {})
    assert (await knowledge.change(me, made.id, name="Read")).description == "What I read."
    await knowledge.delete(me, made.id)
    assert await knowledge.collections(me) == []
    with pytest.raises(NotFound):
        await knowledge.collection(me, made.id)
    assert (await knowledge.restore(me, made.id)).name == "Read"
    for wrong in ("", " \n"):
        with pytest.raises(Invalid):
            await knowledge.create(me, wrong)
    with pytest.raises(Invalid):
        await knowledge.change(me, made.id, description="x" * 5000)


async def test_counts_and_sizes(intake: Intake) -> None:
    collection = await intake.collection()
    body = markdown("One", "A text.")
    await intake.add(collection, "one.md", body)
    await intake.add(collection, "bad.pdf", b"%PDF-1.4\nno")
    await intake.settled(collection)
    seen = (await intake.knowledge.collections(intake.user_id))[0]
    assert (seen.documents, seen.searchable, seen.chunks) == (2, 1, 1)
    assert seen.states == {"failed": 1, "ready": 1} and seen.size == len(body) + len("%PDF-1.4\nno")


async def test_listing_by_state_name_file_and_page(intake: Intake) -> None:
    await intake.end()  # nothing is read here
    collection = await intake.collection()
    made = [await intake.add(collection, f"{name}.md", markdown(name)) for name in ("Alpha", "beta", "100%_sure")]
    assert [one.name for one in await intake.documents(collection)] == ["100%_sure.md", "beta.md", "Alpha.md"]
    assert [one.name for one in await intake.documents(collection, name="ALPH")] == ["Alpha.md"]
    assert [one.name for one in await intake.documents(collection, name="%_")] == ["100%_sure.md"]
    assert await intake.documents(collection, states=("ready",)) == []
    assert len(await intake.documents(collection, states=("ready", "queued"))) == 3
    assert [one.id for one in await intake.documents(collection, files=(made[1].file_id,))] == [made[1].id]
    first = await intake.knowledge.listed(intake.user_id, collection, Wanted(limit=2))
    rest = await intake.knowledge.listed(intake.user_id, collection, Wanted(limit=2, after=first.following))
    assert (len(first.documents), [one.name for one in rest.documents], rest.following) == (2, ["Alpha.md"], None)
    with pytest.raises(Invalid):
        await intake.knowledge.listed(intake.user_id, collection, Wanted(states=("nonsense",)))


async def test_somebody_elses_reads_as_not_there(intake: Intake) -> None:
    collection = await intake.collection()
    document = await intake.add(collection, "mine.md", markdown("Mine", "My own text."))
    theirs = await intake.file("theirs.md", "Theirs.", GUEST.user_id)
    await intake.settled(collection)
    knowledge, guest = intake.knowledge, GUEST.user_id
    tries: list[Callable[[], Awaitable[object]]] = [
        lambda: knowledge.collection(guest, collection),
        lambda: knowledge.change(guest, collection, name="Theirs"),
        lambda: knowledge.delete(guest, collection),
        lambda: knowledge.restore(guest, collection),
        lambda: knowledge.listed(guest, collection),
        lambda: knowledge.add_files(guest, collection, [Incoming(theirs.id)]),
        lambda: knowledge.pause(guest, collection),
        lambda: knowledge.resume(guest, collection),
        lambda: knowledge.cancel_all(guest, collection),
        lambda: knowledge.retry_all(guest, collection),
        lambda: knowledge.document(guest, document.id),
        lambda: knowledge.content(guest, document.id),
        lambda: knowledge.retry(guest, document.id),
        lambda: knowledge.cancel(guest, document.id),
        lambda: knowledge.remove(guest, document.id),
        lambda: knowledge.attach(guest, new_id(), [document.file_id or ""]),
        lambda: knowledge.add_files(intake.user_id, collection, [Incoming(theirs.id)]),
        lambda: intake.search.search(guest, "text", [collection]),
    ]
    for one in tries:
        with pytest.raises(NotFound):
            await one()
    assert await knowledge.collections(guest) == []
    assert (await intake.get(document)).state == "ready"


async def test_removing_takes_the_file_along_and_downloading_gives_it(intake: Intake) -> None:
    one, two = await intake.collection(), await intake.collection()
    file = await intake.file("shared.md", markdown("Shared", "In two collections."))
    [first] = await intake.knowledge.add_files(intake.user_id, one, [Incoming(file.id, "folder/shared.md")])
    [second] = await intake.knowledge.add_files(intake.user_id, two, [Incoming(file.id)])
    await intake.settled(one)
    await intake.settled(two)
    view, path = await intake.knowledge.content(intake.user_id, first.id)
    assert (first.name, view.name) == ("folder/shared.md", "shared.md") and path.read_text().startswith("# Shared")
    await intake.knowledge.remove(intake.user_id, first.id)
    assert (await intake.files.get(intake.user_id, file.id)).id == file.id  # the other one needs it
    await intake.knowledge.remove(intake.user_id, second.id)
    assert await purge(intake.home) == 0  # both could still come back
    assert (await intake.files.get(intake.user_id, file.id)).id == file.id
    await intake.database.write(lambda session: session.query(DocumentRow).update({"deleted_at": 1}))
    assert await purge(intake.home) == 2
    with pytest.raises(NotFound):
        await intake.files.get(intake.user_id, file.id)


async def test_pages_need_the_switch(intake: Intake) -> None:
    collection = await intake.collection()
    with pytest.raises(NotAllowed):
        await intake.knowledge.add_page(intake.user_id, collection, "https://example.org/a")
    with pytest.raises(NotAllowed):
        await intake.knowledge.add_sitemap(intake.owner, collection, "https://example.org")
    await intake.web.change(intake.owner, pages=True)
    with pytest.raises(Invalid):
        await intake.knowledge.add_page(intake.user_id, collection, "no address")
    page = await intake.knowledge.add_page(intake.user_id, collection, "http://127.0.0.1:9/private")
    failed = await intake.reaches(page, "failed")
    assert failed.error is not None and failed.error["error"]["code"] == "not_allowed"  # this machine is not the web
    again = await intake.knowledge.add_page(intake.user_id, collection, "http://127.0.0.1:9/private")
    assert again.id == page.id


async def test_what_was_deleted_goes_after_a_day_and_with_its_chat(intake: Intake) -> None:
    kept, gone = await intake.collection("Kept"), await intake.collection("Gone")
    for collection in (kept, gone):
        await intake.add(collection, "note.md", markdown("Note", "A text."))
        await intake.settled(collection)
    [attached] = await intake.knowledge.attach(intake.user_id, new_id(), [(await intake.file("chat.md", "Hello.")).id])
    await intake.reaches(attached, "ready")
    await intake.knowledge.delete(intake.user_id, gone)
    await intake.knowledge.delete(intake.user_id, kept)
    await intake.knowledge.restore(intake.user_id, kept)
    assert await purge(intake.home) == 1  # the chat does not exist
    assert (await intake.knowledge.restore(intake.user_id, gone)).documents == 1
    await intake.knowledge.delete(intake.user_id, gone)
    with intake.database.session() as session:
        session.execute(
            text("UPDATE collections SET deleted_at = :then WHERE id = :id"),
            {"then": now_ms() - KEPT_AFTER_DELETE_MS - 1, "id": gone},
        )
    assert await purge(intake.home) == 1
    with intake.database.session() as session:
        assert [row.id for row in session.query(CollectionRow)] == [kept]
        assert [session.query(one).count() for one in (DocumentRow, ChunkRow, FileRow)] == [1, 1, 1]
    health = await intake.search.vectors.health()
    assert list(health["counts"].values()) == [1]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("a.md", "a.md"), ("../../etc/passwd", "etc/passwd"), ("a\\b\x00.md", "a/b.md"), ("/x//./y", "x/y")],
)
def test_names_lead_nowhere(given: str, kept: str) -> None:
    assert checked_name(given) == kept


@pytest.mark.parametrize("given", ["", "/", "../..", "\u202e"])
def test_a_name_of_nothing_is_refused(given: str) -> None:
    with pytest.raises(Invalid):
        checked_name(given)
