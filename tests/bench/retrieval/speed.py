"""Speed of one search over 100,000 chunks, beside Chroma's own query: `python -m tests.bench.retrieval.speed [CHUNKS]`.

The chunks are those of the quality bench and copies of them with a tenth of their words exchanged and their vectors
moved a little, so that lists of words and graphs of vectors are as long and as dense as real ones. Both sides embed
the question by the same engine: one search is (question to passages) for LocalMind, (question to ids, texts and
distances) for Chroma, whose collection is a copy in a process of its own with nothing else to do. They take turns.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from chromadb import PersistentClient
from chromadb.config import Settings
from sqlalchemy import select

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.migrate import prepare
from localmind_app.engine.client import EngineClient
from localmind_app.features.knowledge.chunks import Piece
from localmind_app.features.knowledge.embedder import DEFAULT, Embedder
from localmind_app.features.knowledge.store import Read
from localmind_app.features.knowledge.tables import ChunkRow, CollectionRow, DocumentRow, VectorRow
from tests.features.conftest import RunningEngine
from tests.features.knowledge.conftest import Library, VectorProcess

from .corpus import corpus
from .main import _filled
from .questions import questions

CHUNKS = 100_000
PER_DOCUMENT = 2_000
WARM, ASKED = 60, 300
NOISE = 0.35  # length of what is added to a unit vector


async def run(root: Path, chunks: int) -> None:
    home = Home.open(root / "home")
    prepare(home)
    engine, index = RunningEngine(home), VectorProcess(home)
    index.start()
    database = Database(home.database)
    client = EngineClient.local(home)
    library = Library(home, database, client)
    try:
        collection = await _filled(library, corpus())
        await _grow(library, collection, chunks)
        peer = _peer(root / f"peer-{chunks}", database)
        await _race(library, collection, peer)
    finally:
        await library.search.close()
        await client.close()
        database.close()
        index.stop()
        engine.stop()


async def _grow(library: Library, collection: str, chunks: int) -> None:
    with library.database.session() as session:
        live = session.scalars(select(CollectionRow.chunks_live)).one()
        rows = session.execute(
            select(ChunkRow.heading, ChunkRow.text, ChunkRow.tokens, VectorRow.vector)
            .join(VectorRow, VectorRow.chunk_id == ChunkRow.id)
            .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
            .where(~DocumentRow.name.startswith("copy"))
            .order_by(ChunkRow.id)
        ).all()
    dice, noise = random.Random(live), np.random.default_rng(live)
    vocabulary = sorted({word for row in rows for word in row[1].split()})
    while live < chunks:
        count = min(PER_DOCUMENT, chunks - live)
        chosen = [rows[dice.randrange(len(rows))] for _ in range(count)]
        vectors = np.stack([np.frombuffer(row[3], "<f4") for row in chosen])
        moved = noise.standard_normal(vectors.shape).astype(np.float32)
        vectors = vectors + NOISE * moved / np.linalg.norm(moved, axis=1, keepdims=True)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        pieces = [
            Piece(row[0], _changed(row[1], vocabulary, dice), 0, 0, 0, len(row[1]), None, row[2]) for row in chosen
        ]
        document = library.document(collection, f"copy {live}")
        version = await library.index.begin(document)
        await library.index.add(document, version, 0, pieces, vectors, DEFAULT)
        await library.index.commit(document, version, count, Read(b"", "", 0, ""))
        live += count


def _changed(text: str, vocabulary: list[str], dice: random.Random) -> str:
    return " ".join(dice.choice(vocabulary) if dice.random() < 0.1 else word for word in text.split())


def _peer(folder: Path, database: Database):  # type: ignore[no-untyped-def]
    """Chroma with the same vectors, with documents, its own settings for everything."""
    collection = PersistentClient(str(folder), Settings(anonymized_telemetry=False)).get_or_create_collection(
        "docs", embedding_function=None
    )
    with database.session() as session:
        rows = session.execute(
            select(ChunkRow.id, ChunkRow.heading, ChunkRow.text, VectorRow.vector)
            .join(VectorRow, VectorRow.chunk_id == ChunkRow.id)
            .order_by(ChunkRow.id)
            .offset(collection.count())
            .execution_options(yield_per=1000)
        )
        for part in rows.partitions():
            collection.add(
                ids=[str(row[0]) for row in part],
                documents=[f"{row[1]}\n{row[2]}" for row in part],
                embeddings=np.stack([np.frombuffer(row[3], "<f4") for row in part]),
            )
    return collection


async def _race(library: Library, collection: str, peer) -> None:  # type: ignore[no-untyped-def]
    asked = [one.text for one in questions(corpus())]
    random.Random(1).shuffle(asked)
    embedder = Embedder(library.engine)
    times: dict[str, list[float]] = {"LocalMind": [], "Chroma with embedding": [], "Chroma's query alone": []}
    stages: dict[str, list[float]] = {}
    for number, question in enumerate(asked[: WARM + ASKED]):
        for name in ("LocalMind", "Chroma") if number % 2 else ("Chroma", "LocalMind"):
            began = time.perf_counter()
            if name == "LocalMind":
                found = await library.search.search(library.user_id, question, [collection])
                took = {"LocalMind": time.perf_counter() - began}
                assert not found.notes, found.notes
            else:
                vector = (await embedder.embed([question]))[0]
                middle = time.perf_counter()
                peer.query(query_embeddings=[vector], n_results=10)
                took = {
                    "Chroma with embedding": time.perf_counter() - began,
                    "Chroma's query alone": time.perf_counter() - middle,
                }
            if number >= WARM:
                for label, seconds in took.items():
                    times[label].append(seconds * 1000)
                if name == "LocalMind":
                    for stage, value in found.milliseconds.items():
                        stages.setdefault(stage, []).append(value)
    print("| what | p50 ms | p95 ms |\n|---|---|---|")
    for label, values in [*times.items(), *((f"stage {name}", values) for name, values in stages.items())]:
        print(f"| {label} | {statistics.median(values):.1f} | {statistics.quantiles(values, n=20)[-1]:.1f} |")


def main() -> None:
    chunks = int(sys.argv[1]) if len(sys.argv) > 1 else CHUNKS
    with tempfile.TemporaryDirectory() as fresh:
        work = run(Path(os.environ.get("BENCH_HOME") or fresh), chunks)
        if sys.platform == "win32":
            asyncio.run(work)
        else:  # as the web process does
            import uvloop

            uvloop.run(work)


if __name__ == "__main__":
    main()
