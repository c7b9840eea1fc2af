"""The only door to the vector index: an async client of `server`.

Nothing here waits for the index to be mended: a search goes on without it, and whoever writes tries again later.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from localmind_app.core.home import Home

from . import wire

Vectors = NDArray[np.float32]
_CONNECT_SECONDS = 5.0
_SECONDS = 120.0  # the first request may open a large index
_WRITE = 500  # vectors in one request


class Away(Exception):
    """The index's process does not answer, or its Chroma server does not."""


class Broken(Exception):
    """The index is damaged; `generation` is the one that is."""

    def __init__(self, detail: str, generation: str) -> None:
        super().__init__(detail)
        self.generation = generation


@dataclass(frozen=True)
class Nearest:
    """What a query found: (id, cosine) best first over all collections, how many vectors each has, and where."""

    hits: list[tuple[int, float]]
    counts: dict[str, int]
    generation: str
    opened: str


class VectorClient:
    """Talks to the index's process. Use it from one event loop; `close` it. Calls raise Away and Broken.

    Connections are kept, and one request at a time goes over each. Every request may be sent again: one that meets a
    connection whose other end was restarted is.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._idle: list[_Connection] = []

    async def upsert(self, collection: str, ids: Sequence[int], vectors: Vectors) -> None:
        """Add or replace vectors, shape (ids, width)."""
        for start in range(0, len(ids), _WRITE):
            chosen, part = ids[start : start + _WRITE], vectors[start : start + _WRITE]
            head = {"collection": collection, "count": len(chosen), "width": part.shape[1]}
            await self._ask("upsert", head, wire.of_ids(chosen) + wire.of_floats(part))

    async def query(self, collections: Sequence[str], vector: Vectors, limit: int) -> Nearest:
        """The `limit` nearest of all `collections` together to one vector."""
        head = {"collections": list(collections), "width": vector.size, "limit": limit}
        answer, data = await self._ask("query", head, wire.of_floats(vector))
        hits = _hits(answer, data)
        hits.sort(key=lambda hit: (-hit[1], hit[0]))
        return Nearest(hits[:limit], dict(answer["counts"]), answer["generation"], answer["opened"])

    async def closest(self, collection: str, vectors: Vectors) -> tuple[list[float], str]:
        """The cosine of each vector with the nearest one of the collection (-1 without one), and the generation."""
        if not len(vectors):
            return [], ""
        head = {"collections": [collection], "width": vectors.shape[1], "limit": 1}
        answer, data = await self._ask("query", head, wire.of_floats(vectors))
        found = iter(_hits(answer, data))
        return [next(found)[1] if count else -1.0 for count in answer["found"]], answer["generation"]

    async def ids(self, collection: str) -> set[int]:
        """Every id of a collection."""
        _, data = await self._ask("ids", {"collection": collection})
        return set(wire.ids_of(data, -1))

    async def delete(self, collection: str, ids: Sequence[int]) -> None:
        """Remove vectors."""
        if ids:
            await self._ask("delete", {"collection": collection}, wire.of_ids(ids))

    async def drop(self, collection: str) -> None:
        """Remove a collection."""
        await self._ask("drop", {"collection": collection})

    async def counts(self) -> dict[str, int]:
        """How many vectors each collection has, of all there are."""
        return dict((await self._ask("counts", {}))[0]["counts"])

    async def renew(self, seen: str) -> None:
        """Set the damaged index of generation `seen` aside and begin an empty one."""
        await self._ask("renew", {"seen": seen})

    async def health(self) -> dict[str, Any]:
        """What the process does; it does not open the index for this."""
        return (await self._ask("health", {}))[0]

    async def close(self) -> None:
        """Close all connections."""
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.close()

    async def _ask(self, verb: str, head: Mapping[str, Any], data: bytes = b"") -> tuple[dict[str, Any], bytes]:
        try:
            answer, found = await self._exchange({**head, "verb": verb}, data)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, wire.Garbled, ValueError, KeyError) as error:
            raise Away(f"{type(error).__name__}: {error}") from error
        if "error" not in answer:
            return answer, found
        if answer["error"] == "damaged":
            raise Broken(str(answer.get("detail")), str(answer.get("generation")))
        raise Away(str(answer.get("detail") or answer))

    async def _exchange(self, head: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        door = self._find_door()
        while self._idle:
            connection = self._idle.pop()
            if connection.door != door or connection.is_over:
                await connection.close()
                continue
            try:
                return await self._over(connection, head, data)
            except (OSError, asyncio.IncompleteReadError):
                continue  # the process was restarted since
        return await self._over(await _Connection.open(door), head, data)

    async def _over(
        self, connection: _Connection, head: Mapping[str, Any], data: bytes
    ) -> tuple[dict[str, Any], bytes]:
        whole = False
        try:
            found = await connection.ask(head, data)
            whole = True
            return found
        finally:
            if whole:
                self._idle.append(connection)
            else:  # an answer may still come that nobody waits for
                await connection.close()

    def _find_door(self) -> _Door:
        if not self._home.vectors_address.exists():
            return _Door(str(self._home.vectors_socket))
        address = json.loads(self._home.vectors_address.read_text())
        return _Door("", int(urlsplit(address["url"]).port or 0), str(address["token"]))


@dataclass(frozen=True)
class _Door:
    """Where the process is: a Unix socket, or a loopback port and its token."""

    socket: str
    port: int = 0
    token: str = ""


class _Connection:
    """One stream to the process."""

    def __init__(self, door: _Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.door, self._reader, self._writer = door, reader, writer

    @classmethod
    async def open(cls, door: _Door) -> _Connection:
        """A new one. Raises OSError, TimeoutError."""
        async with asyncio.timeout(_CONNECT_SECONDS):
            if door.socket:
                streams = await asyncio.open_unix_connection(door.socket, limit=wire.STREAM_LIMIT)
            else:
                streams = await asyncio.open_connection("127.0.0.1", door.port, limit=wire.STREAM_LIMIT)
        return cls(door, *streams)

    @property
    def is_over(self) -> bool:
        """Whether the other end is known to have closed it."""
        return self._reader.at_eof() or self._writer.is_closing()

    async def ask(self, head: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        """The answer to one request. Raises OSError, IncompleteReadError, TimeoutError, Garbled."""
        async with asyncio.timeout(_SECONDS):
            self._writer.write(wire.pack({**head, "token": self.door.token} if self.door.token else head, data))
            await self._writer.drain()
            return await wire.read(self._reader)

    async def close(self) -> None:
        """Let go of it."""
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except OSError:
            return  # the other end was faster


def _hits(answer: Mapping[str, Any], data: bytes) -> list[tuple[int, float]]:
    total = sum(answer["found"])
    return list(zip(wire.ids_of(data, total), wire.floats_of(data, 8 * total).tolist(), strict=True))


def unpacked(data: bytes) -> Vectors:
    """A vector as the database keeps it."""
    return np.frombuffer(data, "<f4")
