"""A removed document is found by nothing and comes back whole, whatever happened meanwhile; after a day it is gone."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from localmind_app.core.errors import NotFound
from localmind_app.core.ids import now_ms
from localmind_app.features.files.tables import FileRow
from localmind_app.features.knowledge.embedder import DEFAULT
from localmind_app.features.knowledge.reembed import Reembedding
from localmind_app.features.knowledge.store import index_names
from localmind_app.features.knowledge.tables import ChunkRow, CollectionRow, DocumentRow, ParsedRow, VectorRow
from localmind_app.features.knowledge.trash import KEPT_AFTER_DELETE_MS
from localmind_app.features.knowledge.upkeep import purge
from localmind_app.features.knowledge.views import DocumentView
from tests.features.knowledge.conftest import VectorProcess
from tests.features.knowledge.ingestion.conftest import Intake, intake, markdown

__all__ = ["intake"]
pytestmark = pytest.mark.anyio

BEES = markdown("Bees", "A hive of bees makes forty kilograms of honey in a good summer.")
COWS = markdown("Cows", "A herd of cows gives thirty litres of milk on an ordinary day.")


async def two(intake: Intake) -> tuple[str, DocumentView, DocumentView]:
    """A collection with a document on bees and one on cows, both ready."""
    collection = await intake.collection()
    made = [await intake.add(collection, name, body) for name, body in (("bees.md", BEES), ("cows.md", COWS))]
    assert await intake.settled(collection) == {"ready": 2}
    return collection, made[0], made[1]


async def index_ids(intake: Intake, collection: str) -> set[int]:
    with intake.database.session() as session:
        row = session.scalars(select(CollectionRow).where(CollectionRow.id == collection)).one()
    return await intake.search.vectors.ids(index_names(row)[0])


def live(intake: Intake, collection: str) -> tuple[int | None, int | None]:
    """Chunks that searches find, as the collection counts them, and words of the whole data folder."""
    with intake.database.session() as session:
        count = session.scalar(select(CollectionRow.chunks_live).where(CollectionRow.id == collection))
        session.execute(text("INSERT INTO chunk_search (chunk_search) VALUES ('integrity-check')"))
        return count, session.scalar(text("SELECT count(*) FROM chunk_search_docsize"))


async def test_nothing_finds_it_and_it_comes_back_whole(intake: Intake) -> None:
    collection, bees, cows = await two(intake)
    before = await index_ids(intake, collection), live(intake, collection)
    details = await intake.knowledge.document(intake.user_id, bees.id)
    found = await intake.search.search(intake.user_id, "honey of bees", [collection])
    assert found.hits[0].document_name == "bees.md"

    await intake.knowledge.remove(intake.user_id, bees.id)
    assert await intake.finds(collection, "How much honey do bees make?") == ["cows.md"]
    whole = await intake.search.search(intake.user_id, "honey", [collection], whole_tokens=1000)
    assert [hit.document_name for hit in whole.hits] == ["cows.md"]
    assert [one.name for one in await intake.documents(collection)] == ["cows.md"]
    seen = await intake.knowledge.collection(intake.user_id, collection)
    assert (seen.documents, seen.searchable, seen.states) == (1, 1, {"ready": 1})
    assert live(intake, collection) == (1, 1) and len(await index_ids(intake, collection)) == 1
    for call in ("document", "content", "retry", "cancel", "remove"):
        with pytest.raises(NotFound):
            await getattr(intake.knowledge, call)(intake.user_id, bees.id)

    back = await intake.knowledge.bring_back(intake.user_id, bees.id)
    assert (back.state, back.version, back.searchable) == ("ready", 1, True)
    assert (await index_ids(intake, collection), live(intake, collection)) == before
    again = await intake.search.search(intake.user_id, "honey of bees", [collection])
    assert [hit.chunk_id for hit in again.hits] == [hit.chunk_id for hit in found.hits] and not again.notes
    assert (await intake.knowledge.document(intake.user_id, bees.id)).parser == details.parser
    with pytest.raises(NotFound):
        await intake.knowledge.bring_back(intake.user_id, bees.id)  # it is not in the trash
    with pytest.raises(NotFound):
        await intake.knowledge.bring_back("guest", cows.id)


async def test_what_was_still_to_be_read_is_read_when_it_is_back(intake: Intake) -> None:
    collection = await intake.collection()
    gate = intake.source.hold("bees.md")
    bees = await intake.add(collection, "bees.md", BEES)
    await intake.reaches(bees, "parsing")
    await intake.knowledge.remove(intake.user_id, bees.id)
    gate.set()
    cows = await intake.add(collection, "cows.md", COWS)
    await intake.reaches(cows, "ready")
    assert live(intake, collection)[0] == 1 and await intake.finds(collection, "honey of bees") == ["cows.md"]
    await intake.knowledge.bring_back(intake.user_id, bees.id)
    await intake.reaches(bees, "ready")
    assert (await intake.finds(collection, "honey of bees"))[0] == "bees.md"


async def test_neither_a_fresh_worker_nor_mending_touches_it(intake: Intake, vectors: VectorProcess) -> None:
    collection, bees, _ = await two(intake)
    await intake.knowledge.remove(intake.user_id, bees.id)
    await intake.end()
    vectors.kill()
    vectors.start()
    intake.begin()  # which removes what a killed worker staged
    mended = await intake.search.mender.mend(collection)
    assert (mended.added, mended.removed) == (0, 0)
    await intake.knowledge.bring_back(intake.user_id, bees.id)
    assert (await intake.finds(collection, "honey of bees"))[0] == "bees.md"
    assert len(await index_ids(intake, collection)) == 2


async def test_an_index_that_is_away_hears_of_both_later(intake: Intake, vectors: VectorProcess) -> None:
    collection, bees, _ = await two(intake)
    vectors.stop()
    await intake.knowledge.remove(intake.user_id, bees.id)
    assert await intake.finds(collection, "honey of bees") == ["cows.md"]
    vectors.start()
    assert await intake.finds(collection, "honey of bees") == ["cows.md"]
    await intake.search.mender.finished()
    assert len(await index_ids(intake, collection)) == 1
    vectors.stop()
    await intake.knowledge.bring_back(intake.user_id, bees.id)
    assert (await intake.finds(collection, "honey of bees"))[0] == "bees.md"
    vectors.start()
    assert (await intake.finds(collection, "honey of bees"))[0] == "bees.md"
    await intake.search.mender.finished()
    assert len(await index_ids(intake, collection)) == 2


async def test_a_new_embedder_is_no_obstacle(intake: Intake) -> None:
    collection, bees, _ = await two(intake)
    await intake.knowledge.remove(intake.user_id, bees.id)
    with intake.database.session() as session:  # as if it had been embedded by another model before
        session.query(VectorRow).update({"embedder": "older"})
        session.query(CollectionRow).update({"embedder": "older"})
    await Reembedding(intake.database, intake.search.vectors, intake.engine).run(collection, DEFAULT)
    await intake.knowledge.bring_back(intake.user_id, bees.id)
    found = await intake.search.search(intake.user_id, "honey of bees", [collection])
    assert found.hits[0].document_name == "bees.md" and found.hits[0].ranks["dense"] == 1


async def test_the_same_file_again_is_a_new_document(intake: Intake) -> None:
    collection, bees, _ = await two(intake)
    await intake.knowledge.remove(intake.user_id, bees.id)
    fresh = await intake.add(collection, "bees.md", BEES)
    assert fresh.id != bees.id
    await intake.settled(collection)
    assert sorted(await intake.finds(collection, "honey of bees")) == ["bees.md", "cows.md"]


async def test_after_a_day_it_is_gone_with_everything(intake: Intake) -> None:
    collection, bees, cows = await two(intake)
    await intake.knowledge.remove(intake.user_id, bees.id)
    assert await purge(intake.home) == 0
    then = now_ms() - KEPT_AFTER_DELETE_MS - 1
    await intake.database.write(
        lambda session: session.query(DocumentRow).where(DocumentRow.id == bees.id).update({"deleted_at": then})
    )
    with pytest.raises(NotFound):
        await intake.knowledge.bring_back(intake.user_id, bees.id)
    assert await purge(intake.home) == 1
    with intake.database.session() as session:
        for table in (DocumentRow, ChunkRow, VectorRow, ParsedRow, FileRow):
            assert session.scalar(select(func.count()).select_from(table)) == 1, table
    assert live(intake, collection) == (1, 1) and len(await index_ids(intake, collection)) == 1
    assert [path.name for path in intake.home.files.glob("[0-9a-f][0-9a-f]/*")] == [cows_content(intake, cows)]


def cows_content(intake: Intake, cows: DocumentView) -> str:
    with intake.database.session() as session:
        return session.get_one(DocumentRow, cows.id).sha256
