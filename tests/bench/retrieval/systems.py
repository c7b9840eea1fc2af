"""The three that are compared, each asked for the passages it would show first.

(a) Chroma as its quick-start shows it: one `add`, one `query`. Its default embedding function downloads
all-MiniLM-L6-v2; the same model runs in LocalMind's engine here, and Chroma gets its vectors from there.
(b) BM25 alone: FTS5 over the same passages, every word of the question in an OR; without and with Porter's stemmer.
(c) LocalMind: the same documents through its own chunks and search, neighbours not merged, so that each answer is one
chunk. A chunk counts for a passage when it holds half of it, or half of the chunk is within it.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from chromadb import PersistentClient
from chromadb.config import Settings

from localmind_app.features.knowledge.embedder import Embedder
from localmind_app.features.knowledge.found import Hit
from tests.features.knowledge.conftest import Library

from .corpus import Corpus

TOP = 10


class Chroma:
    """(a)"""

    def __init__(self, folder: Path, corpus: Corpus, vectors: np.ndarray) -> None:
        client = PersistentClient(str(folder), Settings(anonymized_telemetry=False))
        self.collection = client.get_or_create_collection("docs", embedding_function=None)
        if self.collection.count() != len(corpus.passages):
            for start in range(0, len(corpus.passages), 1000):
                part = corpus.passages[start : start + 1000]
                self.collection.upsert(
                    ids=[str(one.id) for one in part],
                    documents=[one.flat for one in part],
                    embeddings=vectors[start : start + 1000],
                )

    def ask(self, vector: np.ndarray) -> list[int]:
        found = self.collection.query(query_embeddings=[vector], n_results=TOP)
        return [int(one) for one in found["ids"][0]]


class Bm25:
    """(b)"""

    def __init__(self, corpus: Corpus, tokenize: str) -> None:
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute(f"CREATE VIRTUAL TABLE passages USING fts5 (text, tokenize='{tokenize}')")
        rows = [(one.id, one.flat) for one in corpus.passages]
        self.connection.executemany("INSERT INTO passages (rowid, text) VALUES (?, ?)", rows)

    def ask(self, question: str) -> list[int]:
        match = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
        rows = self.connection.execute(
            "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?", (match, TOP)
        )
        return [row[0] for row in rows]


class Ours:
    """(c)"""

    def __init__(self, library: Library, collection: str, corpus: Corpus) -> None:
        self.library, self.collection, self.corpus = library, collection, corpus
        self.by_document: dict[str, list[int]] = {}
        for one in corpus.passages:
            self.by_document.setdefault(str(one.document), []).append(one.id)

    async def ask(self, question: str) -> list[frozenset[int]]:
        found = await self.library.search.search(
            self.library.user_id, question, [self.collection], limit=TOP, merge=False
        )
        return [self.passages(hit) for hit in found.hits]

    def passages(self, hit: Hit) -> frozenset[int]:
        """The passages a chunk counts for."""
        number = hit.document_name.split()[0]
        blocks = self.corpus.documents[int(number)].blocks
        span = hit.span

        def shared(first: int, last: int) -> int:
            total = 0
            for block in range(max(first, span.first_block), min(last, span.last_block) + 1):
                start = span.start if block == span.first_block else 0
                end = span.end if block == span.last_block else len(blocks[block].text)
                total += max(0, end - start)
            return total

        whole = shared(span.first_block, span.last_block)
        counted = set()
        for one in self.by_document[number]:
            passage = self.corpus.passages[one]
            common = shared(passage.first, passage.last)
            size = sum(len(blocks[block].text) for block in range(passage.first, passage.last + 1))
            if common and common >= 0.5 * min(size, whole):
                counted.add(one)
        return frozenset(counted)


async def embedded(library: Library, texts: Sequence[str], kept: Path) -> np.ndarray:
    """Vectors of texts by the engine's built-in model; kept in a file, since a run asks for the same ones again."""
    vectors = await asyncio.to_thread(_loaded, kept)
    if vectors is not None and len(vectors) == len(texts):
        return vectors
    vectors = await Embedder(library.engine).embed(texts)
    np.save(kept, vectors)
    return vectors


def _loaded(kept: Path) -> np.ndarray | None:
    return np.load(kept) if kept.is_file() else None
