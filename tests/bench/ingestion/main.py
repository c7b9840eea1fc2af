"""Taking a folder of Markdown files in, beside its bare parts: `python -m tests.bench.ingestion.main [FILES] [TURNS]`.

Bare: one script that reads each file with the same reader, cuts it, embeds 64 texts at a time with the same engine
and adds them to Chroma; no database, no index of words, no progress, nothing that could be resumed. Ours: from the
drop of the uploaded files to the last document being searchable, with the product's own worker thread in a process
of its own. They take turns, since a machine is not equally fast all the time; processor seconds beside the engine's
are told, too, since other programs change those less.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import astuple, dataclass
from pathlib import Path

import psutil
from chromadb import PersistentClient
from chromadb.config import Settings

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.migrate import prepare
from localmind_app.engine.client import EngineClient
from localmind_app.features.accounts.service import ensure_owner
from localmind_app.features.files.service import FileService
from localmind_app.features.knowledge.chunks import Piece, cut
from localmind_app.features.knowledge.documents import Incoming
from localmind_app.features.knowledge.embedder import BATCH, Embedder, counter
from localmind_app.features.knowledge.parsing.reading import read
from localmind_app.features.knowledge.parsing.source import Source
from localmind_app.features.knowledge.search import Search
from localmind_app.features.knowledge.service import KnowledgeService
from localmind_app.features.knowledge.store import Index
from localmind_app.features.web_pages.service import WebPages
from tests.features.conftest import RunningEngine
from tests.features.knowledge.conftest import VectorProcess
from tests.reliability.ingesting import until_done

FILES, TURNS = 1000, 3
MEGABYTE = 1 << 20
_WORDS = (
    "harbour", "lighthouse", "keeper", "ship", "cargo", "letter", "morning", "storm", "rope", "engine", "ledger",
    "captain", "island", "signal", "lantern", "crew", "voyage", "winter", "repair", "market", "bridge", "garden",
    "kitchen", "window", "river", "station", "ticket", "printer", "budget", "meeting",
)  # fmt: skip


def notes(files: int, turn: int) -> list[str]:
    """Markdown of a few hundred characters each, the same for a turn every time."""
    chance = random.Random(turn)

    def sentence() -> str:
        return " ".join(chance.choices(_WORDS, k=12)).capitalize() + "."

    def section(number: int) -> str:
        return f"## Section {number}\n\n{' '.join(sentence() for _ in range(3))}"

    return [f"# Note {turn}-{at}\n\n{section(1)}\n\n{section(2)}\n" for at in range(files)]


def write(folder: Path, texts: list[str]) -> None:
    """The files of one turn."""
    folder.mkdir()
    for at, text in enumerate(texts):
        (folder / f"{at}.md").write_text(text)


async def bare(folder: Path, texts: list[str], engine: EngineClient) -> tuple[float, int]:
    """Seconds, and how many chunks there were."""
    write(folder, texts)
    chroma = PersistentClient(str(folder / "chroma"), Settings(anonymized_telemetry=False))
    collection = chroma.create_collection("notes", metadata={"hnsw:space": "cosine"})
    embedder, count = Embedder(engine), counter()
    waiting: list[Piece] = []
    stored = 0

    async def store(pieces: list[Piece]) -> None:
        vectors = await embedder.embed([piece.indexed for piece in pieces])
        ids = [str(stored + at) for at in range(len(pieces))]
        collection.add(ids=ids, embeddings=vectors, documents=[piece.text for piece in pieces])

    began = time.perf_counter()
    for at in range(len(texts)):
        waiting += cut(read(Source(folder / f"{at}.md", f"{at}.md")), count)
        while len(waiting) >= BATCH:
            await store(waiting[:BATCH])
            waiting, stored = waiting[BATCH:], stored + BATCH
    if waiting:
        await store(waiting)
    return time.perf_counter() - began, stored + len(waiting)


@dataclass(frozen=True)
class Worked:
    """Processor seconds: of the worker itself, of the processes that read its files, of the vector index's process."""

    worker: float
    readers: float
    vectors: float

    @classmethod
    def now(cls, worker: psutil.Process, vectors: psutil.Process) -> Worked:
        """So far. Readers that have ended count among their parent's ended children."""
        ended = sum(worker.cpu_times()[2:4])
        return cls(_own(worker), ended + sum(map(_own, worker.children(recursive=True))), _own(vectors))

    def since(self, before: Worked) -> Worked:
        """What was worked after `before`."""
        return Worked(*(after - first for after, first in zip(astuple(self), astuple(before), strict=True)))

    def __str__(self) -> str:
        return (
            f"{sum(astuple(self)):.1f} (worker {self.worker:.1f}, readers {self.readers:.1f}, index {self.vectors:.1f})"
        )


def _own(process: psutil.Process) -> float:
    return float(sum(process.cpu_times()[:2]))


class Product:
    """The service of the web process, and the worker's thread in a process of its own."""

    def __init__(self, home: Home, vectors: VectorProcess) -> None:
        assert vectors.process is not None
        self.vectors = psutil.Process(vectors.process.pid)
        self.home, self.database = home, Database(home.database)
        with self.database.session() as session:
            self.user_id = ensure_owner(session).id
        self.engine = EngineClient.local(home)
        self.search = Search(home, self.database, self.engine)
        self.files = FileService(home, self.database)
        index, web = Index(self.database, self.search.vectors), WebPages(home, self.database)
        self.knowledge = KnowledgeService(home, self.database, index, self.files, web)
        self.worker = multiprocessing.get_context("spawn").Process(target=until_done, args=(home.root,))

    async def upload(self, texts: list[str]) -> list[Incoming]:
        async def one(text: str) -> AsyncIterator[bytes]:
            yield text.encode()

        return [
            Incoming((await self.files.add_stream(self.user_id, f"{at}.md", one(text))).id)
            for at, text in enumerate(texts)
        ]

    async def take_in(self, texts: list[str], turn: int) -> tuple[float, list[float], int, Worked]:
        """Seconds; the worker's memory in MB as it went; how many chunks there are; processor seconds."""
        collection = (await self.knowledge.create(self.user_id, f"Turn {turn}")).id
        files = await self.upload(texts)
        memory: list[float] = []
        process = psutil.Process(self.worker.pid)
        worked = Worked.now(process, self.vectors)
        began = time.perf_counter()
        await self.knowledge.add_files(self.user_id, collection, files)
        while True:
            seen = await self.knowledge.collection(self.user_id, collection)
            if seen.states == {"ready": len(texts)}:
                seconds = time.perf_counter() - began
                return seconds, memory, seen.chunks, Worked.now(process, self.vectors).since(worked)
            assert "failed" not in seen.states, seen.states
            memory.append(process.memory_info().rss / MEGABYTE)
            await asyncio.sleep(0.5)

    async def close(self) -> None:
        self.worker.kill()
        await self.search.close()
        await self.engine.close()
        self.database.close()


async def run(root: Path, files: int, turns: int) -> None:
    home = Home.open(root / "home")
    prepare(home)
    engine, vectors = RunningEngine(home), VectorProcess(home)
    vectors.start()
    product = Product(home, vectors)
    product.worker.start()
    try:
        await product.take_in(notes(64, turns + 1), turns + 1)  # everybody is awake
        rates: list[tuple[float, float]] = []
        for turn in range(turns):
            texts = notes(files, turn)
            worked = time.process_time()
            alone, chunks = await bare(root / f"bare-{turn}", texts, product.engine)
            worked = time.process_time() - worked
            ours, memory, ours_chunks, ours_worked = await product.take_in(texts, turn)
            assert chunks == ours_chunks
            rates.append((files / alone, files / ours))
            print(  # a bench speaks
                f"turn {turn}: {files} files, {chunks} chunks; bare {files / alone:.1f} files/s, ours "
                f"{files / ours:.1f} files/s ({alone / ours:.2f} x); processor seconds besides the engine's: bare "
                f"{worked:.1f}, ours {ours_worked}; worker {memory[0]:.0f} MB at the beginning, "
                f"{max(memory):.0f} at most, {memory[-1]:.0f} at the end",
                flush=True,
            )
        ratio = statistics.median(ours / alone for alone, ours in rates)
        print(f"median {ratio:.2f} x (goal 0.9)")  # a bench speaks
    finally:
        await product.close()
        vectors.stop()
        engine.stop()


def main() -> None:
    """Run it in a folder that is removed afterwards."""
    files = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    turns = int(sys.argv[2]) if len(sys.argv) > 2 else TURNS
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder), files, turns))


if __name__ == "__main__":
    main()
