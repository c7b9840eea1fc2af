"""The vector index damaged in every way its files can be: noticed, set aside, made again, and never in the way."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from localmind_app.features.knowledge.chunks import Piece
from localmind_app.features.knowledge.embedder import DEFAULT
from localmind_app.features.knowledge.store import Read, index_names
from localmind_app.features.knowledge.tables import CollectionRow
from tests.features.knowledge.conftest import Library, VectorProcess

pytestmark = pytest.mark.anyio

SUBJECTS = [
    "pumps",
    "valves",
    "coffee",
    "holidays",
    "insurance",
    "trains",
    "planets",
    "mushrooms",
    "violins",
    "bicycles",
]
MANY = 1200  # over Chroma's 1,000 vectors after which it writes its graph to files


async def fill(library: Library) -> str:
    """A collection with real chunks, and vectors near theirs so that the graph is on disk."""
    collection = library.collection()
    for subject in SUBJECTS:
        await library.add(collection, subject, f"Everything about {subject}: how to choose, use and repair {subject}.")
    document = library.document(collection, "noise")
    version = await library.index.begin(document)
    dice = np.random.default_rng(1)
    vectors = dice.standard_normal((MANY, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    pieces = [Piece("", f"filler {n}", 0, 0, 0, 8, None, 2) for n in range(MANY)]
    await library.index.add(document, version, 0, pieces, vectors, DEFAULT)
    await library.index.commit(document, version, MANY, Read(b"", "", 0, ""))
    return collection


async def asked(library: Library, collection: str) -> dict[str, list[int]]:
    found = {}
    for subject in SUBJECTS:
        answer = await library.search.search(library.user_id, f"How do I repair {subject}?", [collection], limit=5)
        assert answer.hits[0].document_name == subject
        found[subject] = [one.chunk_id for one in answer.dense[:10]]
    return found


def truncated(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("r+b") as file:
                file.truncate(path.stat().st_size // 3)


def flipped(folder: Path) -> None:
    dice = random.Random(3)
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_size:
            data = bytearray(path.read_bytes())
            for _ in range(max(20, len(data) // 200)):
                data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
            path.write_bytes(data)


def vectors_flipped(folder: Path) -> None:
    """Only the graph's file with the vectors: Chroma opens it without a word."""
    dice = random.Random(4)
    path = next(folder.rglob("data_level0.bin"))
    data = bytearray(path.read_bytes())
    for _ in range(len(data) // 20):
        data[dice.randrange(len(data))] = dice.randrange(256)
    path.write_bytes(data)


def database_is_text(folder: Path) -> None:
    (folder / "chroma.sqlite3").write_bytes(b"not a database at all" * 1000)


def graph_gone(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)


DAMAGES = [truncated, flipped, vectors_flipped, database_is_text, graph_gone, shutil.rmtree]


@pytest.mark.slow
@pytest.mark.parametrize("after_crash", [False, True])
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)
async def test_damage_is_noticed_mended_and_never_in_the_way(
    library: Library, vectors: VectorProcess, damage: Callable[[Path], None], after_crash: bool
) -> None:
    collection = await fill(library)
    before = await asked(library, collection)
    if after_crash:
        vectors.kill()
    else:
        vectors.stop()
    damage(vectors.live)
    vectors.start()
    await asked(library, collection)  # right answers at once, with the index or without it
    for _ in range(20):  # a process that died of it is started again, as `up` does
        if vectors.process is not None and vectors.process.poll() is not None:
            vectors.start()
        await library.search.mender.finished()
        answer = await library.search.search(library.user_id, "How do I repair pumps?", [collection])
        if not answer.notes:
            break
    assert answer.notes == ()
    after = await asked(library, collection)
    same = sum(len(set(before[one]) & set(after[one])) for one in SUBJECTS) / (10 * len(SUBJECTS))
    assert same >= 0.99
    with library.database.session() as session:
        row = session.query(CollectionRow).filter_by(id=collection).one()
    assert len(await library.search.vectors.ids(index_names(row)[0])) == row.chunks_live == MANY + len(SUBJECTS)


async def test_a_kill_without_damage_keeps_the_index(library: Library, vectors: VectorProcess) -> None:
    collection = library.collection()
    await library.add(collection, "coffee", "The espresso machine is descaled with citric acid.")
    vectors.kill()
    found = await library.search.search(library.user_id, "descale", [collection])
    assert found.hits[0].document_name == "coffee" and found.notes
    vectors.start()
    await library.search.mender.finished()
    assert not (await library.search.search(library.user_id, "descale", [collection])).notes
    assert [path.name for path in library.home.vectors.glob("index-*")] == ["index-1"]


async def test_orphans_are_removed_and_what_is_missing_is_added(library: Library, vectors: VectorProcess) -> None:
    collection = library.collection()
    await library.add(collection, "coffee", "The espresso machine is descaled with citric acid.")
    await library.add(collection, "tank", "Fish need a tank of sixty litres.")
    with library.database.session() as session:
        row = session.query(CollectionRow).filter_by(id=collection).one()
    name = index_names(row)[0]
    there = await library.search.vectors.ids(name)
    await library.search.vectors.upsert(name, [row.first_chunk + 99], np.eye(1, 384, dtype=np.float32))
    await library.search.vectors.delete(name, [min(there)])
    done = await library.search.mender.mend(collection)
    assert (done.added, done.removed) == (1, 1)
    assert await library.search.vectors.ids(name) == there


async def test_a_start_opens_the_index_only_where_documents_were_under_way(
    library: Library, vectors: VectorProcess
) -> None:
    collection = library.collection()
    await library.add(collection, "coffee", "The espresso machine is descaled with citric acid.")
    mender, client = library.search.mender, library.search.vectors
    vectors.stop()
    vectors.start()
    await mender.recover()
    assert not mender.busy and not (await client.health())["open"]
    library.document(collection, "queued when the worker was killed")
    await mender.recover()
    await mender.finished()
    assert (await client.health())["open"]


async def test_two_who_find_the_same_damage_set_it_aside_once(library: Library, vectors: VectorProcess) -> None:
    health = await library.search.vectors.health()
    await library.search.vectors.renew(health["generation"])
    await library.search.vectors.renew(health["generation"])
    assert (await library.search.vectors.health())["generation"] == "index-2"
