"""A data folder with everything that takes documents in, driven by the test's own event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient
from localmind_app.features.accounts.service import Actor, ensure_owner
from localmind_app.features.accounts.tables import UserRow
from localmind_app.features.files.service import FileService
from localmind_app.features.files.views import FileView
from localmind_app.features.knowledge.documents import Incoming, Wanted
from localmind_app.features.knowledge.embedder import Embedder
from localmind_app.features.knowledge.following.watch import Watch
from localmind_app.features.knowledge.ingestion.pipeline import Pipeline
from localmind_app.features.knowledge.ingestion.queue import Task
from localmind_app.features.knowledge.ingestion.source import Progress, Source, Sources, Text
from localmind_app.features.knowledge.parsing import run as parsing
from localmind_app.features.knowledge.search import Search
from localmind_app.features.knowledge.service import KnowledgeService
from localmind_app.features.knowledge.store import Index
from localmind_app.features.knowledge.used_files import Contents
from localmind_app.features.knowledge.views import DocumentView
from localmind_app.features.web_pages.service import WebPages
from tests.features.conftest import RunningEngine
from tests.features.knowledge.conftest import VectorProcess

T = TypeVar("T")
GUEST = Actor("guest", "guest", "user")


class Counted:
    """The real source; counts what it reads, and lets a test hold it before a document."""

    def __init__(self, inner: Source) -> None:
        self.inner = inner
        self.read_names: list[str] = []
        self.held: dict[str, asyncio.Event] = {}

    def hold(self, name: str) -> asyncio.Event:
        self.held[name] = asyncio.Event()
        return self.held[name]

    async def read(self, task: Task, on_progress: Progress) -> Text:
        self.read_names.append(task.name)
        if task.name in self.held:
            await self.held[task.name].wait()
        return await self.inner.read(task, on_progress)


class CountedEmbedder:
    """The real embedder; counts the texts, and lets a test hold it after a number of batches."""

    def __init__(self, inner: Embedder, intake: Intake) -> None:
        self._inner, self._intake = inner, intake

    async def embed(self, texts: Sequence[str]) -> Any:
        await self._intake.gate.wait()
        self._intake.embedded += texts
        self._intake.batches_left -= 1
        if not self._intake.batches_left:
            self._intake.gate.clear()
        return await self._inner.embed(texts)


class Intake:
    """The service of the web process and the loops of the worker, over one data folder."""

    def __init__(self, home: Home, database: Database, engine: EngineClient, web: WebPages | None = None) -> None:
        self.home, self.database, self.engine = home, database, engine
        with database.session() as session:
            user = ensure_owner(session)
            session.add(
                UserRow(id="guest", name="guest", role="user", password_hash=None, preferences={}, created_at=1)
            )
        self.user_id = user.id
        self.owner = Actor(user.id, user.name, "owner")
        self.files = FileService(home, database)
        self.search = Search(home, database, engine)
        self.index = Index(database, self.search.vectors)
        self.web = web or WebPages(home, database)
        self.knowledge = KnowledgeService(home, database, self.index, self.files, self.web)
        self.embedded: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.batches_left = -1  # without end
        self.source = Counted(Sources(home, self.web))
        self.loops: list[asyncio.Task[None]] = []

    def begin(self) -> Pipeline:
        """Start the worker's part."""
        pipeline = Pipeline(
            self.database,
            self.index,
            self.search.mender,
            self.source,
            lambda model: CountedEmbedder(Embedder(self.engine, model), self),
            Contents(self.home, self.database).free,
        )
        watch = Watch(self.home, self.database, self.index, self.files)
        self.loops = [asyncio.create_task(pipeline.run()), asyncio.create_task(watch.run())]
        return pipeline

    async def end(self) -> None:
        """Stop the worker's part in good order."""
        for loop in self.loops:
            loop.cancel()
        await asyncio.gather(*self.loops, return_exceptions=True)
        self.loops = []

    async def file(self, name: str, content: str | bytes, user_id: str | None = None) -> FileView:
        async def chunks() -> AsyncIterator[bytes]:
            yield content.encode() if isinstance(content, str) else content

        return await self.files.add_stream(user_id or self.user_id, name, chunks())

    async def add(self, collection: str, name: str, content: str | bytes) -> DocumentView:
        file = await self.file(name, content)
        return (await self.knowledge.add_files(self.user_id, collection, [Incoming(file.id)]))[0]

    async def collection(self, name: str = "Papers") -> str:
        return (await self.knowledge.create(self.user_id, name)).id

    async def get(self, document: DocumentView) -> DocumentView:
        return (await self.knowledge.document(self.user_id, document.id)).document

    async def reaches(self, document: DocumentView, *states: str, seconds: float = 60) -> DocumentView:
        async def there() -> DocumentView | None:
            found = await self.get(document)
            return found if found.state in states else None

        return await until(there, seconds)

    async def settled(self, collection: str, seconds: float = 120) -> dict[str, int]:
        """The documents by state, once none is under way."""

        async def there() -> dict[str, int] | None:
            states = (await self.knowledge.collection(self.user_id, collection)).states
            return None if {"queued", "parsing", "embedding", "storing"} & set(states) else states

        return await until(there, seconds)

    async def documents(self, collection: str, **wanted: Any) -> list[DocumentView]:
        return list((await self.knowledge.listed(self.user_id, collection, Wanted(limit=500, **wanted))).documents)

    async def finds(self, collection: str, query: str) -> list[str]:
        found = await self.search.search(self.user_id, query, [collection])
        return [hit.document_name for hit in found.hits]


async def until(check: Callable[[], Awaitable[T | None]], seconds: float = 60) -> T:
    """What `check` gives, once it is not None."""
    deadline = time.monotonic() + seconds
    while True:
        found = await check()
        if found is not None:
            return found
        assert time.monotonic() < deadline, "it did not come to that"
        await asyncio.sleep(0.05)


@pytest.fixture
async def intake(
    home: Home, database: Database, vectors: VectorProcess, engine_client: EngineClient
) -> AsyncIterator[Intake]:
    made = Intake(home, database, engine_client)
    made.begin()
    yield made
    await made.end()
    await made.search.close()
    await parsing.close()


@pytest.fixture
def running(intake: Intake, reading_engine: RunningEngine) -> RunningEngine:
    return reading_engine


def markdown(title: str, *paragraphs: str) -> str:
    return "\n\n".join([f"# {title}", *paragraphs])


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
