"""A worker's ingestion in a process of its own that ends itself with kill -9 at a chosen point.

Everything is the real part; each kill happens in the middle of, before or right after the real step.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient
from localmind_app.features.knowledge.embedder import Embedder
from localmind_app.features.knowledge.ingestion.pipeline import Pipeline
from localmind_app.features.knowledge.ingestion.queue import Task
from localmind_app.features.knowledge.ingestion.serve import serve
from localmind_app.features.knowledge.ingestion.source import Progress, Sources, Text
from localmind_app.features.knowledge.mend import Mender
from localmind_app.features.knowledge.store import Index
from localmind_app.features.knowledge.used_files import Contents
from localmind_app.features.knowledge.vectors.client import VectorClient
from localmind_app.features.web_pages.service import WebPages

POINTS = ("parse", "embed", "upsert", "commit")
CALLS = {"parse": 2, "embed": 1, "upsert": 1, "commit": 1}  # there are at least so many of each in a round
LONGEST_DELAY = {"parse": 0.3, "embed": 0.15, "upsert": 0.03, "commit": 0.03}  # seconds into the step


class Fate:
    """Kills this process at the call number `call` of `point`: now, a moment later, or after the step."""

    def __init__(self, point: str, seed: int) -> None:
        chance = random.Random(f"{point}{seed}")
        self._point, self._left = point, chance.randint(1, CALLS[point])
        self._when = ("now", "within", "after")[seed % 3]
        self._delay = chance.uniform(0.0, LONGEST_DELAY[point])

    def before(self, point: str) -> bool:
        """The step begins; whether the end comes right after it."""
        if point != self._point:
            return False
        self._left -= 1
        if self._left:
            return False
        if self._when == "now":
            self.end()
        if self._when == "within":
            asyncio.get_running_loop().call_later(self._delay, self.end)
        return self._when == "after"

    def end(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class FatalSources(Sources):
    fate: Fate

    async def read(self, task: Task, on_progress: Progress) -> Text:
        last = self.fate.before("parse")
        text = await super().read(task, on_progress)
        if last:
            self.fate.end()
        return text


class FatalEmbedder(Embedder):
    fate: Fate

    async def embed(self, texts: Sequence[str]) -> Any:
        last = self.fate.before("embed")
        made = await super().embed(texts)
        if last:
            self.fate.end()
        return made


class FatalVectors(VectorClient):
    fate: Fate

    async def upsert(self, collection: str, ids: Sequence[int], vectors: Any) -> None:
        last = self.fate.before("upsert")
        await super().upsert(collection, ids, vectors)
        if last:
            self.fate.end()


class FatalIndex(Index):
    fate: Fate

    async def commit_all(self, wholes: Any) -> Any:
        last = self.fate.before("commit")
        refused = await super().commit_all(wholes)
        if last:
            self.fate.end()
        return refused


def until_killed(root: Path, point: str, seed: int) -> None:
    """Take in what is there until the end comes."""
    asyncio.run(_until_killed(Home(root), Fate(point, seed)))


async def _until_killed(home: Home, fate: Fate) -> None:
    database, engine, vectors = Database(home.database), EngineClient.local(home), FatalVectors(home)
    index, web = FatalIndex(database, vectors), WebPages(home, database)
    sources = FatalSources(home, web)
    mender = Mender(home, database, VectorClient(home))
    vectors.fate = index.fate = sources.fate = fate

    def embedder(model: str) -> FatalEmbedder:
        made = FatalEmbedder(engine, model)
        made.fate = fate
        return made

    await Pipeline(database, index, mender, sources, embedder, Contents(home, database).free).run()


def until_done(root: Path) -> None:
    """The worker's own thread, until it is killed from outside."""
    asyncio.run(serve(Home(root), asyncio.Event()))
