"""Searches over a real Chroma process, real SQLite and the real built-in embedder."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from localmind_app.core.errors import NotFound
from localmind_app.features.accounts.tables import UserRow
from localmind_app.features.knowledge.search import NO_ENGINE, NO_INDEX
from localmind_app.features.knowledge.store import index_names
from localmind_app.features.knowledge.tables import CollectionRow
from tests.features.knowledge.conftest import Library, VectorProcess, paper

pytestmark = pytest.mark.anyio

COFFEE = "The espresso machine has to be descaled every three months with citric acid."
LEAVE = "Employees may take thirty days of paid holiday a year; unused days lapse in March."
JOIN = "os.path.join concatenates path components, inserting a separator where one is needed."
TANK = "Fish need a tank of at least sixty litres and a heater."


async def fill(library: Library) -> str:
    collection = library.collection()
    for name, text in (("coffee", COFFEE), ("leave", LEAVE), ("join", JOIN), ("tank", TANK)):
        await library.add(collection, name, text)
    return collection


async def test_meaning_and_exact_words_are_both_found(library: Library, vectors: VectorProcess) -> None:
    collection = await fill(library)
    assert (await library.names(collection, "How much vacation do people get?"))[0] == "leave"
    assert (await library.names(collection, "os.path.join"))[0] == "join"
    assert (await library.names(collection, "aquarium size"))[0] == "tank"


async def test_a_search_tells_how_it_found(library: Library, vectors: VectorProcess) -> None:
    collection = await fill(library)
    found = await library.search.search(library.user_id, "descaled with citric acid", [collection], limit=1)
    hit = found.hits[0]
    assert (hit.document_name, hit.ranks) == ("coffee", {"dense": 1, "words": 1})
    assert hit.text == COFFEE
    assert found.dense[0].chunk_id == found.words[0].chunk_id == found.fused[0].chunk_id == hit.chunk_id
    assert "citric" in found.terms
    assert {one.reason.text for one in found.left_out} == {"Others fit better."}
    assert found.notes == ()
    assert {"embed", "dense", "words", "read", "rerank", "choose", "total"} <= found.milliseconds.keys()


ODD = [
    "",
    "   ",
    '"',
    "AND OR NOT",
    "a*b:(c)^",
    "\x00",
    "?" * 5000,
    "NEAR(",
    "😀",
    "\ud800",
    "-x",
    "::" * 900,
    "_" * 900,
]


async def test_any_question_gets_an_answer(library: Library, vectors: VectorProcess) -> None:
    collection = library.collection()
    await library.add(collection, "coffee", COFFEE)
    for query in ODD:
        found = await library.search.search(library.user_id, query, [collection])
        assert len(found.hits) == bool(query.strip()), query


async def test_an_empty_collection_has_nothing(library: Library, vectors: VectorProcess) -> None:
    assert await library.names(library.collection(), "anything") == []


async def test_other_peoples_collections_do_not_exist(library: Library, vectors: VectorProcess) -> None:
    with library.database.session() as session:
        session.add(UserRow(id="u2", name="Other", role="member", preferences={}, created_at=0))
    foreign = library.collection(user_id="u2")
    with pytest.raises(NotFound):
        await library.names(foreign, "coffee")
    with pytest.raises(NotFound):
        await library.search.search("u2", "coffee", [await fill(library)])


async def test_several_collections_are_one_search(library: Library, vectors: VectorProcess) -> None:
    first, second = library.collection(), library.collection()
    await library.add(first, "coffee", COFFEE)
    await library.add(second, "tank", TANK)
    found = await library.search.search(library.user_id, "espresso or fish tank", [first, second])
    assert {hit.document_name for hit in found.hits} == {"coffee", "tank"}
    assert {hit.collection_id for hit in found.hits} == {first, second}


async def test_without_the_vector_index_all_vectors_are_compared(library: Library) -> None:
    collection = await fill(library)  # nothing serves the index here
    found = await library.search.search(library.user_id, "How much vacation do people get?", [collection])
    assert found.hits[0].document_name == "leave"
    assert found.notes == (NO_INDEX,)
    assert len(found.dense) == 4


async def test_without_the_engine_words_are_searched_alone(library: Library, vectors: VectorProcess) -> None:
    collection = await fill(library)
    library.search._engine = replace_home(library)
    found = await library.search.search(library.user_id, "citric acid", [collection])
    assert [hit.document_name for hit in found.hits] == ["coffee"]
    assert found.notes == (NO_ENGINE,)


def replace_home(library: Library):
    from localmind_app.engine.client import EngineClient

    return EngineClient.local(library.home)  # no engine runs over this folder


async def test_whole_documents_where_they_fit(library: Library, vectors: VectorProcess) -> None:
    collection = library.collection()
    await library.add(collection, "coffee", ("Cleaning", COFFEE), ("Opening hours", "The kitchen closes at six."))
    await library.add(collection, "tank", TANK)
    found = await library.search.search(library.user_id, "fish tank heater", [collection], whole_tokens=1000)
    assert found.whole
    assert [hit.document_name for hit in found.hits] == ["tank", "coffee"]
    assert COFFEE in found.hits[1].text and "closes at six" in found.hits[1].text
    assert not (await library.search.search(library.user_id, "tank", [collection], whole_tokens=10)).whole


async def test_a_rewritten_question_finds_too(library: Library, vectors: VectorProcess) -> None:
    collection = await fill(library)
    found = await library.search.search(
        library.user_id, "zzqx", [collection], limit=1, rewritten=["descale espresso machine citric acid"]
    )
    assert found.hits[0].document_name == "coffee"


async def test_an_index_that_tells_wrong_distances_is_found_out(library: Library, vectors: VectorProcess) -> None:
    collection = await fill(library)
    with library.database.session() as session:
        row = session.query(CollectionRow).filter_by(id=collection).one()
        name, ids = index_names(row)[0], [row.first_chunk + number for number in range(1, 5)]
    noise = np.random.default_rng(0).standard_normal((4, 384)).astype(np.float32)
    await library.search.vectors.upsert(name, ids, noise / np.linalg.norm(noise, axis=1, keepdims=True))
    found = await library.search.search(library.user_id, "How much vacation do people get?", [collection])
    assert found.hits[0].document_name == "leave"
    assert NO_INDEX in found.notes
    await library.search.mender.finished()
    again = await library.search.search(library.user_id, "How much vacation do people get?", [collection])
    assert (again.hits[0].document_name, again.notes) == ("leave", ())


async def test_neighbours_become_one_passage_with_one_span(library: Library, vectors: VectorProcess) -> None:
    collection = library.collection()
    sentences = [f"The reactor's valve number {n} is opened by turning the brass wheel to the left." for n in range(40)]
    document = library.document(collection, "reactor")
    written = paper("Reactor", " ".join(sentences))
    await library.write(document, written)
    found = await library.search.search(library.user_id, "Which wheel opens the reactor valve?", [collection], limit=3)
    joined = next(hit for hit in found.hits if len(hit.chunk_ids) > 1)
    span = joined.span
    assert joined.text == written.blocks[0].text[span.start : span.end]
    apart = await library.search.search(library.user_id, "Which wheel opens the valve?", [collection], merge=False)
    assert all(len(hit.chunk_ids) == 1 for hit in apart.hits)
    assert replace(joined).chunk_id in joined.chunk_ids
