"""A data folder with a collection, the process of the vector index, and the built-in embedder of a real engine."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

import pytest

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.ids import new_id, now_ms
from localmind_app.engine.client import EngineClient
from localmind_app.features.accounts.service import ensure_owner
from localmind_app.features.knowledge.chunks import Piece, cut
from localmind_app.features.knowledge.embedder import DEFAULT, Embedder, counter
from localmind_app.features.knowledge.parsing.document import Block, Document, to_bytes
from localmind_app.features.knowledge.search import Search
from localmind_app.features.knowledge.store import Index, Read
from localmind_app.features.knowledge.tables import CollectionRow, DocumentRow
from tests.features.conftest import RunningEngine


class VectorProcess:
    """The index's process over one data folder, restarted by the test as `up` would."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **environment: str) -> None:
        self.home.vectors_socket.unlink(missing_ok=True)
        with (self.home.logs / "vectors.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "localmind_app.features.knowledge.vectors.server"],
                env={**os.environ, "LOCALMIND_HOME": str(self.home.root), **environment},
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 60
        while not self.home.vectors_socket.exists():
            assert self.process.poll() is None and time.monotonic() < deadline, self.log()
            time.sleep(0.02)

    def log(self) -> str:
        return (self.home.logs / "vectors.log").read_text()

    def kill(self) -> None:
        """kill -9, as a crash."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)

    @property
    def live(self) -> Path:
        """The folder in use."""
        return max(self.home.vectors.glob("index-*"), key=lambda path: int(path.name[6:]))


@pytest.fixture(scope="session")
def reading_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    """An engine with nothing but the built-in embedding model."""
    running = RunningEngine(Home.open(tmp_path_factory.mktemp("reading") / "home"))
    yield running
    running.stop()


@pytest.fixture
def vectors(home: Home) -> Iterator[VectorProcess]:
    process = VectorProcess(home)
    process.start()
    yield process
    process.stop()


@pytest.fixture
async def engine_client(reading_engine: RunningEngine) -> AsyncIterator[EngineClient]:
    made = EngineClient.local(reading_engine.home)
    yield made
    await made.close()


class Library:
    """One owner's collections in one data folder, with everything that writes and searches them."""

    def __init__(self, home: Home, database: Database, engine: EngineClient) -> None:
        self.home, self.database, self.engine = home, database, engine
        with database.session() as session:
            self.user_id = ensure_owner(session).id
        self.search = Search(home, database, engine)
        self.index = Index(database, self.search.vectors)
        self.count = counter()

    def collection(self, embedder: str = DEFAULT, user_id: str | None = None) -> str:
        made = new_id()
        with self.database.session() as session:
            session.add(
                CollectionRow(
                    id=made, user_id=user_id or self.user_id, name="Papers", description="", kind="collection",
                    embedder=embedder, chunks_made=0, chunks_live=0, created_at=now_ms(), updated_at=now_ms(),
                )
            )  # fmt: skip
        return made

    def document(self, collection_id: str, name: str) -> str:
        made = new_id()
        with self.database.session() as session:
            session.add(
                DocumentRow(
                    id=made, collection_id=collection_id, user_id=self.user_id, name=name, media_type="text/plain",
                    state="queued", progress=0.0, version=0, chunks=0, tokens=0, sha256="", pages=0, title="",
                    created_at=now_ms(), updated_at=now_ms(),
                )
            )  # fmt: skip
        return made

    async def write(
        self, document_id: str, document: Document, *, stop_before: str = "", embedder: str = DEFAULT
    ) -> list[Piece]:
        """What an ingestion job does, up to the step named."""
        pieces = cut(document, self.count)
        vectors = await Embedder(self.engine, embedder).embed([piece.indexed for piece in pieces])
        version = await self.index.begin(document_id)
        if stop_before == "add":
            return pieces
        await self.index.add(document_id, version, 0, pieces, vectors, embedder)
        if stop_before == "commit":
            return pieces
        await self.index.commit(document_id, version, len(pieces), Read(to_bytes(document), document.title, 0, "0"))
        return pieces

    async def add(self, collection_id: str, name: str, *paragraphs: str | tuple[str, str]) -> str:
        """A committed document of paragraphs, or of (heading, paragraph)."""
        made = self.document(collection_id, name)
        await self.write(made, paper(name, *paragraphs))
        return made

    async def names(self, collection_id: str, query: str) -> list[str]:
        """The documents of what a search finds, best first."""
        return [hit.document_name for hit in (await self.search.search(self.user_id, query, [collection_id])).hits]


def paper(title: str, *paragraphs: str | tuple[str, str]) -> Document:
    blocks: list[Block] = []
    for one in paragraphs:
        if isinstance(one, tuple):
            blocks.append(Block("heading", one[0], 1))
            blocks.append(Block("text", one[1]))
        else:
            blocks.append(Block("text", one))
    return Document(title, tuple(blocks))


@pytest.fixture
async def library(home: Home, database: Database, engine_client: EngineClient) -> AsyncIterator[Library]:
    made = Library(home, database, engine_client)
    yield made
    await made.search.close()


@pytest.fixture
def words_count() -> Callable[[Sequence[str]], list[int]]:
    """A token is a word."""
    return lambda texts: [len(text.split()) for text in texts]
