"""A document is searchable whole or not at all: both indexes and the database after every way to stop."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import func, select, text

from localmind_app.core.errors import Conflict, NotFound
from localmind_app.features.knowledge.embedder import DEFAULT
from localmind_app.features.knowledge.parsing.document import to_bytes
from localmind_app.features.knowledge.store import Read, Whole, digest, index_names
from localmind_app.features.knowledge.tables import ChunkRow, CollectionRow, DocumentRow, ParsedRow, VectorRow
from tests.features.knowledge.conftest import Library, VectorProcess, paper

pytestmark = pytest.mark.anyio

OLD = paper("Rules", ("Holiday", "Thirty days of holiday."), ("Coffee", "The machine is descaled in May."))
NEW = paper("Rules", ("Holiday", "Thirty days of holiday."), ("Coffee", "The grinder is cleaned in June."))


async def counted(library: Library, collection_id: str) -> dict[str, int]:
    """How many entries each place has; all the same where nothing is staged."""
    with library.database.session() as session:
        row = session.scalars(select(CollectionRow).where(CollectionRow.id == collection_id)).one()
        chunks = session.scalar(select(func.count()).select_from(ChunkRow))
        vectors = session.scalar(select(func.count()).select_from(VectorRow))
        words = session.scalar(text("SELECT count(*) FROM chunk_search_docsize"))
        session.execute(text("INSERT INTO chunk_search (chunk_search) VALUES ('integrity-check')"))
    index = len(await library.search.vectors.ids(index_names(row)[0]))
    return {"chunks": chunks, "vectors": vectors, "words": words, "index": index, "live": row.chunks_live}


async def test_a_committed_document_is_everywhere(library: Library, vectors: VectorProcess) -> None:
    collection = library.collection()
    document = library.document(collection, "rules")
    await library.write(document, OLD)
    assert set((await counted(library, collection)).values()) == {2}
    with library.database.session() as session:
        row = session.get_one(DocumentRow, document)
        assert (row.state, row.version, row.chunks, row.title, row.error) == ("ready", 1, 2, "Rules", None)
        assert row.tokens == sum(session.scalars(select(ChunkRow.tokens)))


@pytest.mark.parametrize("step", ["add", "commit"])
async def test_what_is_not_committed_is_not_found(library: Library, vectors: VectorProcess, step: str) -> None:
    collection = library.collection()
    document = library.document(collection, "rules")
    await library.write(document, OLD, stop_before=step)
    assert await library.names(collection, "holiday coffee machine") == []
    await library.index.discard(document)
    assert set((await counted(library, collection)).values()) == {0}


async def test_the_old_version_serves_until_the_new_one_is_whole(library: Library, vectors: VectorProcess) -> None:
    collection = library.collection()
    document = library.document(collection, "rules")
    await library.write(document, OLD)
    await library.write(document, NEW, stop_before="commit")
    found = await library.search.search(library.user_id, "machine descaled grinder", [collection])
    assert "descaled" in found.hits[0].text and not any("grinder" in hit.text for hit in found.hits)
    before = {hit.chunk_id for hit in found.hits}
    await library.write(document, NEW)  # another try: what the first one staged is gone
    found = await library.search.search(library.user_id, "machine descaled grinder", [collection])
    assert "grinder" in found.hits[0].text and not any("descaled" in hit.text for hit in found.hits)
    assert set((await counted(library, collection)).values()) == {2}
    assert min(hit.chunk_id for hit in found.hits) > max(before) + 2  # ids of the failed try are not given again


async def test_an_unchanged_part_has_its_vector_already(library: Library, vectors: VectorProcess) -> None:
    collection = library.collection()
    pieces = await library.write(library.document(collection, "rules"), OLD)
    known = await library.index.known(collection, DEFAULT, pieces)
    assert set(known) == {digest(piece) for piece in pieces}
    assert all(abs(float(np.linalg.norm(vector)) - 1) < 1e-3 for vector in known.values())
    assert await library.index.known(library.collection(), DEFAULT, pieces) == {}
    assert await library.index.known(collection, "another", pieces) == {}


async def test_a_version_that_lacks_chunks_or_vectors_is_refused(library: Library, vectors: VectorProcess) -> None:
    collection = library.collection()
    document = library.document(collection, "rules")
    pieces = await library.write(document, OLD, stop_before="commit")
    with pytest.raises(Conflict):
        await library.index.commit(document, 1, len(pieces) + 1, Read(b"", "", 0, ""))
    with library.database.session() as session:
        session.query(CollectionRow).update({"embedder": "another"})
    with pytest.raises(Conflict):
        await library.index.commit(document, 1, len(pieces), Read(b"", "", 0, ""))
    assert await library.names(collection, "holiday") == []


async def test_several_documents_are_committed_at_once_and_refused_alone(
    library: Library, vectors: VectorProcess
) -> None:
    first, second = library.collection(), library.collection()
    changed, short = library.document(first, "changed"), library.document(first, "short")
    fresh, gone = library.document(second, "fresh"), library.document(second, "gone")
    await library.write(changed, OLD)
    for document in (changed, short, fresh, gone):
        await library.write(document, NEW, stop_before="commit")
    await library.index.remove(gone)
    counts = {changed: (2, 2), short: (1, 3), fresh: (1, 2), gone: (1, 2)}  # version, chunks
    refused = await library.index.commit_all(
        [Whole(one, *counts[one], Read(to_bytes(NEW), "New", 0, "1")) for one in counts]
    )
    assert {one: type(error) for one, error in refused.items()} == {short: Conflict, gone: NotFound}
    assert set(await library.names(first, "grinder machine")) == {"changed"}
    assert set(await library.names(second, "grinder machine")) == {"fresh"}
    await library.index.discard(short)
    found = await counted(library, first)
    assert (found["chunks"], found["vectors"], found["words"], found["index"]) == (4, 4, 4, 2)
    with library.database.session() as session:
        assert {row.document_id: (row.version, row.data) for row in session.scalars(select(ParsedRow))} == {
            changed: (2, to_bytes(NEW)),
            fresh: (1, to_bytes(NEW)),
        }
        assert {row.name: row.tokens > 0 for row in session.scalars(select(DocumentRow))} == {
            "changed": True,
            "short": False,
            "fresh": True,
        }


async def test_removing_leaves_nothing(library: Library, vectors: VectorProcess) -> None:
    collection = library.collection()
    await library.add(collection, "other", "A text that stays.")
    document = library.document(collection, "rules")
    await library.write(document, OLD)
    await library.write(document, NEW, stop_before="commit")
    await library.index.remove(document)
    await library.index.remove(document)
    assert set((await counted(library, collection)).values()) == {1}
    with library.database.session() as session:
        assert session.scalar(select(func.count()).select_from(ParsedRow)) == 1
    with pytest.raises(NotFound):
        await library.index.begin(document)
    with pytest.raises(NotFound):
        await library.write(document, OLD)


async def test_a_collection_goes_with_its_index(library: Library, vectors: VectorProcess) -> None:
    keep, gone = library.collection(), library.collection()
    await library.add(keep, "stays", "This text stays.")
    await library.add(gone, "goes", "This text goes.")
    await library.index.remove_collection(gone)
    assert set((await counted(library, keep)).values()) == {1}
    health = await library.search.vectors.health()
    assert list(health["counts"].values()) == [1]
    fresh = library.collection()  # numbers are not given again either
    with library.database.session() as session:
        numbers = list(session.scalars(select(CollectionRow.number)))
    assert len(numbers) == 2 and max(numbers) == 3 and fresh


async def test_what_a_killed_job_staged_is_removed_unless_it_goes_on(library: Library, vectors: VectorProcess) -> None:
    collection = library.collection()
    failed, going = library.document(collection, "failed"), library.document(collection, "going")
    for document, state in ((failed, "failed"), (going, "storing")):
        await library.write(document, OLD, stop_before="commit")
        with library.database.session() as session:
            session.get_one(DocumentRow, document).state = state
    assert await library.index.recover() == 1
    assert (await counted(library, collection))["chunks"] == 2
    await library.index.commit(going, 1, 2, Read(b"", "", 0, ""))
    assert set((await counted(library, collection)).values()) == {2}


async def test_an_empty_document_is_ready_with_nothing(library: Library, vectors: VectorProcess) -> None:
    collection = library.collection()
    await library.write(library.document(collection, "empty"), paper("Empty"))
    assert set((await counted(library, collection)).values()) == {0}


async def test_writing_goes_on_while_the_index_is_away(library: Library) -> None:
    collection = library.collection()
    await library.add(collection, "rules", "The grinder is cleaned in June.")
    assert await library.names(collection, "grinder") == ["rules"]
    process = VectorProcess(library.home)
    process.start()
    try:
        await library.search.mender.finished()
        assert set((await counted(library, collection)).values()) == {1}
        found = await library.search.search(library.user_id, "grinder", [collection])
        assert (found.notes, found.hits[0].ranks) == ((), {"dense": 1, "words": 1})
    finally:
        process.stop()
