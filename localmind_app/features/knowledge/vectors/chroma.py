"""What is asked of Chroma, on a folder of ours or on a Chroma server: collections of unit vectors under whole numbers.

Chroma is imported when it is first used: it takes a second and 100 MB, and many never need it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from chromadb.api.models.Collection import Collection

Vectors = NDArray[np.float32]
Hits = list[tuple[int, float]]
WRITE = 1000  # vectors in one of Chroma's writes; it takes 5,461 at most
# Cosine of unit vectors. Chroma searches 100 nodes by default, which finds 82 of the 100 nearest of 100,000 chunks;
# 400 find 92 and take a quarter of a millisecond longer.
CONFIGURATION: CreateCollectionConfiguration = {
    "hnsw": {"space": "cosine", "ef_construction": 100, "max_neighbors": 16, "ef_search": 400}
}


class Damaged(Exception):
    """Chroma cannot read what it wrote, or says something impossible."""


class Chroma:
    """An open index. `at` a folder or `on` a server; calls may come from several threads.

    Every call raises Damaged where Chroma fails by itself.
    """

    def __init__(self, connect: Callable[[], Client]) -> None:
        with _failing():
            self._client = connect()
        self._open: dict[str, Collection] = {}
        self._counts: dict[str, int] = {}  # of collections nobody wrote to since; asking takes longer than searching
        self._writing = Lock()

    @classmethod
    def at(cls, folder: Path) -> Chroma:
        """The index in `folder`, made where there is none."""
        return cls(lambda: _local(folder))

    @classmethod
    def on(cls, url: str) -> Chroma:
        """The index of a Chroma server, such as http://chroma.lan:8000."""
        return cls(lambda: _remote(url))

    def counts(self) -> dict[str, int]:
        """How many vectors each collection has."""
        with _failing():
            return {found.name: found.count() for found in self._client.list_collections()}

    def count(self, name: str) -> int:
        """How many vectors the collection has; 0 where it does not exist."""
        counted = self._counts.get(name)
        if counted is None:
            with self._writing, _failing():
                counted = self._counts[name] = self._collection(name).count()
        return counted

    def upsert(self, name: str, ids: Sequence[int], vectors: Vectors) -> None:
        """Add or replace vectors."""
        with self._writing, _failing():
            collection = self._collection(name)
            self._counts.pop(name, None)
            for start in range(0, len(ids), WRITE):
                chosen = slice(start, start + WRITE)
                collection.upsert(ids=[str(one) for one in ids[chosen]], embeddings=vectors[chosen])

    def query(self, name: str, vectors: Vectors, limit: int) -> list[Hits]:
        """For each vector the nearest of the collection: (id, cosine), best first."""
        with _failing():
            collection = self._collection(name)
            found = collection.query(query_embeddings=vectors, n_results=limit, include=["distances"])
            distances = found["distances"] or []
            return [
                [(int(one), 1.0 - float(distance)) for one, distance in zip(ids, row, strict=True)]
                for ids, row in zip(found["ids"], distances, strict=True)
            ]

    def ids(self, name: str) -> list[int]:
        """Every id of the collection."""
        with _failing():
            return [int(one) for one in self._collection(name).get(include=[])["ids"]]

    def vectors(self, name: str, ids: Sequence[int]) -> Vectors:
        """The vectors of those `ids` that are there, in no promised order."""
        with _failing():
            found = self._collection(name).get(ids=[str(one) for one in ids], include=["embeddings"])["embeddings"]
            return np.asarray(found if found is not None else [], np.float32)

    def delete(self, name: str, ids: Sequence[int]) -> None:
        """Remove vectors; ids that are not there are no mistake."""
        with self._writing, _failing():
            collection = self._collection(name)
            self._counts.pop(name, None)
            for start in range(0, len(ids), WRITE):
                collection.delete(ids=[str(one) for one in ids[start : start + WRITE]])

    def drop(self, name: str) -> None:
        """Remove a whole collection; one that is not there is no mistake."""
        with self._writing, _failing():
            self._open.pop(name, None)
            self._counts.pop(name, None)
            if any(found.name == name for found in self._client.list_collections()):
                self._client.delete_collection(name)

    def close(self) -> None:
        """Let go of the files."""
        self._open.clear()
        with _failing():
            self._client.close()

    def _collection(self, name: str) -> Collection:
        found = self._open.get(name)
        if found is None:
            # No embedding function: vectors come from the engine, and Chroma's default would download a model.
            found = self._client.get_or_create_collection(name, configuration=CONFIGURATION, embedding_function=None)
            self._open[name] = found
        return found


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # damaged files raise many kinds, and the panics of Chroma's Rust are no Exception
        raise Damaged(f"{type(error).__name__}: {error}"[:500]) from error


def _local(folder: Path) -> Client:
    import chromadb
    from chromadb.config import Settings

    made = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
    return cast("Client", made)


def _remote(url: str) -> Client:
    import chromadb
    from chromadb.config import Settings

    parts = urlsplit(url)
    secure = parts.scheme == "https"
    made = chromadb.HttpClient(
        parts.hostname or "localhost",
        parts.port or (443 if secure else 8000),
        ssl=secure,
        settings=Settings(anonymized_telemetry=False),
    )
    return cast("Client", made)
