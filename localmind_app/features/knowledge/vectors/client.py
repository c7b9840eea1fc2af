"""The only door to the vector index: an async client of `server`.

Nothing here waits for the index to be mended: a search goes on without it, and whoever writes tries again later.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from localmind_app.core.home import Home

Vectors = NDArray[np.float32]
_TIMEOUT = httpx.Timeout(120.0, connect=5.0)  # the first request may open a large index
_RETRIES = 2  # of connecting only
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
    """Talks to the index's process. Use it from one event loop; `close` it. Calls raise Away and Broken."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._door: object = None
        self._http: httpx.AsyncClient | None = None

    async def upsert(self, collection: str, ids: Sequence[int], vectors: Vectors) -> None:
        """Add or replace vectors, shape (ids, width)."""
        for start in range(0, len(ids), _WRITE):
            part = vectors[start : start + _WRITE]
            body = {"collection": collection, "ids": list(ids[start : start + _WRITE]), **_packed(part)}
            await self._post("upsert", body)

    async def query(self, collections: Sequence[str], vector: Vectors, limit: int) -> Nearest:
        """The `limit` nearest of all `collections` together to one vector."""
        answer = await self._post(
            "query", {"collections": list(collections), **_packed(vector.reshape(1, -1)), "limit": limit}
        )
        hits = [(int(one), float(cosine)) for found in answer["found"].values() for one, cosine in found[0]]
        hits.sort(key=lambda hit: (-hit[1], hit[0]))
        return Nearest(hits[:limit], dict(answer["counts"]), answer["generation"], answer["opened"])

    async def closest(self, collection: str, vectors: Vectors) -> tuple[list[float], str]:
        """The cosine of each vector with the nearest one of the collection (-1 without one), and the generation."""
        if not len(vectors):
            return [], ""
        answer = await self._post("query", {"collections": [collection], **_packed(vectors), "limit": 1})
        return [hits[0][1] if hits else -1.0 for hits in answer["found"][collection]], answer["generation"]

    async def ids(self, collection: str) -> set[int]:
        """Every id of a collection."""
        return set((await self._post("ids", {"collection": collection}))["ids"])

    async def delete(self, collection: str, ids: Sequence[int]) -> None:
        """Remove vectors."""
        if ids:
            await self._post("delete", {"collection": collection, "ids": list(ids)})

    async def drop(self, collection: str) -> None:
        """Remove a collection."""
        await self._post("drop", {"collection": collection})

    async def renew(self, seen: str) -> None:
        """Set the damaged index of generation `seen` aside and begin an empty one."""
        await self._post("renew", {"seen": seen})

    async def health(self) -> dict[str, Any]:
        """What the process does; it does not open the index for this."""
        return await self._ask("GET", "/health", None)

    async def close(self) -> None:
        """Close all connections."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _post(self, verb: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return await self._ask("POST", f"/{verb}", body)

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        try:
            response = await (await self._connect()).request(method, path, json=body)
            answer = response.json()
        except (httpx.TransportError, ValueError) as error:
            raise Away(f"{type(error).__name__}: {error}") from error
        if not isinstance(answer, dict):
            raise Away(f"an answer that is no object: {str(answer)[:200]}")
        found: dict[str, Any] = answer
        if response.is_success:
            return found
        if found.get("error") == "damaged":
            raise Broken(str(found.get("detail")), str(found.get("generation")))
        raise Away(str(found.get("detail") or found))

    async def _connect(self) -> httpx.AsyncClient:
        door = self._find_door()
        if self._http is None or door != self._door:
            await self.close()
            base, token, socket = door
            headers = {"authorization": f"Bearer {token}"} if token else {}
            transport = httpx.AsyncHTTPTransport(uds=socket, retries=_RETRIES)
            self._http = httpx.AsyncClient(transport=transport, base_url=base, headers=headers, timeout=_TIMEOUT)
            self._door = door
        return self._http

    def _find_door(self) -> tuple[str, str | None, str | None]:
        if not self._home.vectors_address.exists():
            return "http://vectors", None, str(self._home.vectors_socket)
        address = json.loads(self._home.vectors_address.read_text())
        return address["url"], address["token"], None


def unpacked(data: bytes) -> Vectors:
    """A vector as the database keeps it."""
    return np.frombuffer(data, "<f4")


def _packed(vectors: Vectors) -> dict[str, Any]:
    data = np.ascontiguousarray(vectors, "<f4")
    return {"width": data.shape[1], "vectors": base64.b64encode(data.tobytes()).decode()}
