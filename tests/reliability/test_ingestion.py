"""kill -9 while documents are read, embedded, written to the vector index and committed: twenty times each.

After each kill every document is searchable whole or not at all; at the end all are, the database and the vector index
have the same chunks, and nothing is left of what did not come to its end.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.migrate import prepare
from localmind_app.engine.client import EngineClient
from localmind_app.features.accounts.service import ensure_owner
from localmind_app.features.files.service import FileService
from localmind_app.features.files.tables import FileRow
from localmind_app.features.knowledge.documents import Incoming
from localmind_app.features.knowledge.ingestion.tables import TaskRow
from localmind_app.features.knowledge.search import Search
from localmind_app.features.knowledge.service import KnowledgeService
from localmind_app.features.knowledge.store import Index, index_names
from localmind_app.features.knowledge.tables import ChunkRow, CollectionRow, DocumentRow, ParsedRow, VectorRow
from localmind_app.features.web_pages.service import WebPages
from tests.features.conftest import RunningEngine
from tests.features.knowledge.conftest import VectorProcess
from tests.reliability.ingesting import POINTS, until_done, until_killed

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
KILLS = 20
SECONDS = 60  # for one round, on a busy machine

# Each round is a fork of one process that has everything imported: a fresh start would take most of the time.
NURSERY = multiprocessing.get_context("forkserver")
NURSERY.set_forkserver_preload(["tests.reliability.ingesting"])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A data folder with an engine and the process of the vector index."""
    home = Home.open(tmp_path_factory.mktemp("ingestion") / "home")
    prepare(home)
    engine, vectors = RunningEngine(home), VectorProcess(home)
    vectors.start()
    yield home
    vectors.stop()
    engine.stop()


class Person:
    """Somebody who adds and replaces documents meanwhile, and looks at what is on disk."""

    def __init__(self, home: Home) -> None:
        self.home, self.database = home, Database(home.database)
        with self.database.session() as session:
            self.user_id = ensure_owner(session).id
        self.engine = EngineClient.local(home)
        self.search = Search(home, self.database, self.engine)
        files = FileService(home, self.database)
        self.files = files
        index = Index(self.database, self.search.vectors)
        self.knowledge = KnowledgeService(home, self.database, index, files, WebPages(home, self.database))

    async def add(self, collection: str, name: str, version: int) -> None:
        sections = "".join(
            f"\n\n## Part {part}\n\nThe {name} says {part} in version {version if part == 2 else 1}."
            for part in range(4)
        )

        async def chunks() -> AsyncIterator[bytes]:
            yield f"# {name}{sections}\n".encode()

        file = await self.files.add_stream(self.user_id, f"{name}.md", chunks())
        await self.knowledge.add_files(self.user_id, collection, [Incoming(file.id)])

    async def close(self) -> None:
        await self.search.close()
        await self.engine.close()
        self.database.close()


@pytest.fixture
async def person(place: Home) -> AsyncIterator[Person]:
    made = Person(place)
    yield made
    await made.close()


def whole_or_absent(person: Person, collection: str) -> None:
    """What searches find of each document is all of it, and in both indexes of words and vectors."""
    with person.database.session() as session:
        for row in session.scalars(select(DocumentRow).where(DocumentRow.collection_id == collection)):
            live = select(ChunkRow.id).where(ChunkRow.document_id == row.id, ChunkRow.version == row.version)
            ids = list(session.scalars(live))
            assert len(ids) == row.chunks == (4 if row.version else 0), row.name
            with_vector = select(func.count()).select_from(VectorRow).where(VectorRow.chunk_id.in_(ids))
            assert session.scalar(with_vector) == len(ids)
            assert (session.get(ParsedRow, (row.id, row.version)) is not None) == bool(row.version)
        session.execute(text("INSERT INTO chunk_search (chunk_search) VALUES ('integrity-check')"))


async def nothing_is_left(person: Person, collection: str) -> None:
    """All places have the same chunks, and none has anything else."""
    with person.database.session() as session:
        row = session.scalars(select(CollectionRow).where(CollectionRow.id == collection)).one()
        chunks = set(session.scalars(select(ChunkRow.id).where(ChunkRow.collection_id == collection)))
        vectors = set(session.scalars(select(VectorRow.chunk_id).where(VectorRow.chunk_id >= row.first_chunk)))
        documents = session.scalar(select(func.count(DocumentRow.id)).where(DocumentRow.collection_id == collection))
        assert session.scalars(select(TaskRow)).all() == []
        parsed = session.execute(select(ParsedRow.document_id, ParsedRow.version))
        live = session.execute(select(DocumentRow.id, DocumentRow.version))
        assert {tuple(one) for one in parsed} == {tuple(one) for one in live}
        used = set(session.scalars(select(DocumentRow.file_id)))
        assert set(session.scalars(select(FileRow.id))) == used
    assert len(chunks) == row.chunks_live == 4 * (documents or 0)
    assert vectors == chunks
    assert await person.search.vectors.ids(index_names(row)[0]) == chunks


def run_until_dead(root: Path, point: str, seed: int) -> None:
    process = NURSERY.Process(target=until_killed, args=(root, point, seed))
    process.start()
    process.join(SECONDS)
    if process.exitcode is None:
        process.kill()
        raise AssertionError(f"it was not killed at {point} {seed}")
    assert process.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("point", POINTS)
async def test_a_killed_worker_leaves_every_document_whole_or_absent(person: Person, point: str) -> None:
    collection = (await person.knowledge.create(person.user_id, point)).id
    for number in range(KILLS):
        await person.add(collection, f"{point} {number}", 1)
        await person.add(collection, f"{point} {number} too", 1)
        for before in range(max(0, number - 2), number):  # changed while it is searchable, or not even read
            await person.add(collection, f"{point} {before}", number + 1)
        await asyncio.to_thread(run_until_dead, person.home.root, point, number)
        whole_or_absent(person, collection)

    worker = NURSERY.Process(target=until_done, args=(person.home.root,))
    worker.start()
    try:
        await all_ready(person, collection)
        await asyncio.sleep(1.0)  # what follows a commit: files of old versions go
    finally:
        worker.kill()
        worker.join()
    whole_or_absent(person, collection)
    person.search.mender.notice([collection])
    await person.search.mender.finished()
    await nothing_is_left(person, collection)
    found = await person.search.search(person.user_id, f"what does {point} 17 say", [collection])
    assert f"{point} 17.md" in [hit.document_name for hit in found.hits]


async def all_ready(person: Person, collection: str) -> None:
    """Wait for it; what was given up, since its reading was killed too often, is retried as a person would."""
    deadline = time.monotonic() + SECONDS
    while True:
        states = set((await person.knowledge.collection(person.user_id, collection)).states)
        with person.database.session() as session:
            left = session.scalar(select(func.count(TaskRow.document_id)))
        if states == {"ready"} and not left:
            return
        if "failed" in states:
            await person.knowledge.retry_all(person.user_id, collection)
        assert time.monotonic() < deadline, (states, left)
        await asyncio.sleep(0.2)
