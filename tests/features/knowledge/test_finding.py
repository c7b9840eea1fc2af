"""Searching by hand over a real index: the passages, and how they were found as pages read it."""

from __future__ import annotations

import json

import pytest

from localmind_app.core.errors import NotFound
from localmind_app.engine.client import EngineClient
from localmind_app.features.knowledge.finding import explain, find
from localmind_app.features.knowledge.state.searching import _row
from tests.features.knowledge.conftest import Library, VectorProcess

pytestmark = pytest.mark.anyio

CONTRACT = "The notice period is three months to the end of a quarter."


async def test_passages_come_with_the_way_to_them(library: Library, vectors: VectorProcess) -> None:
    collection = library.collection()
    await library.add(collection, "contract", ("Ending", CONTRACT))
    await library.add(collection, "garden", "Tomatoes need water every day.")
    made = await find(library.database, library.search, library.user_id, "notice period", [collection], 5)
    found, way = made.found, await explain(library.database, made, [collection])
    json.dumps(way)
    assert way["query"] == "notice period" and way["collections"] == [{"id": collection, "name": "Papers"}]
    assert way["hits"][0]["name"] == way["dense"][0]["name"] == way["words"][0]["name"] == "contract"
    assert way["relevance"] > way["floor"] and way["absent"] is made.absent is False
    row = _row(1, found.hits[0], found)
    assert (row.name, row.heading, row.page, row.by_meaning, row.by_words) == ("contract", "contract › Ending", 0, 1, 1)
    assert [part.text for part in row.parts if part.marked] == ["notice", "period"]
    assert row.source["chunk_id"] == found.hits[0].chunk_id


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("notice period", False),
        ("How long before I can leave?", False),
        ("watering vegetables", False),
        ("tomatos", False),
        ("What is the capital of Mongolia?", True),
        ("cheap flights to Tokyo", True),
        ("Rezept für Lasagne", True),
    ],
)
async def test_what_has_nothing_to_do_with_the_documents_is_told(
    library: Library, vectors: VectorProcess, question: str, absent: bool
) -> None:
    collection = library.collection()
    await library.add(collection, "contract", ("Ending", CONTRACT))
    await library.add(collection, "garden", "Tomatoes need water every day.")
    made = await find(library.database, library.search, library.user_id, question, [collection], 5)
    assert (made.absent, len(made.found.hits)) == (absent, 2), made.near


async def test_without_an_engine_words_are_believed(
    library: Library, vectors: VectorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = library.collection()
    await library.add(collection, "contract", ("Ending", CONTRACT))
    monkeypatch.setattr(library.search, "_engine", EngineClient.local(library.home))  # nobody serves there
    made = await find(library.database, library.search, library.user_id, "a quarter of a cake", [collection], 5)
    assert made.found.notes and not made.found.dense and made.found.hits and not made.absent


async def test_what_is_not_there_cannot_be_searched(library: Library, vectors: VectorProcess) -> None:
    with pytest.raises(NotFound):
        await find(library.database, library.search, library.user_id, "notice", ["nothing"], 5)
