"""Search by meaning: the nearest vectors, from the vector index, or from the database where the index cannot be had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database

from .mend import Mender, find_themselves, read_vectors, sample
from .scope import Scope
from .tables import ChunkRow, DocumentRow, VectorRow
from .vectors.client import Away, Broken, VectorClient, Vectors, unpacked

_SAMPLES = 16  # vectors looked for before an index is believed
_BLOCK = 4096  # vectors compared at once, so that memory stays flat
TRUSTED = 0.02  # a cosine of the index may differ so much from the one of the database's own vector


@dataclass(frozen=True)
class Nearby:
    """(chunk id, cosine) best first; the index's generation where it gave them, `indexed` False where it could not."""

    hits: list[tuple[int, float]]
    generation: str | None
    indexed: bool = True

    def lies(self, vectors: Mapping[int, Vectors], query: Vectors) -> bool:
        """Whether a cosine the index told is not that of the database's own vector: then its files are damaged."""
        return self.generation is not None and any(
            abs(float(vectors[one] @ query) - cosine) > TRUSTED for one, cosine in self.hits if one in vectors
        )


class Dense:
    """Finds the chunks nearest to a vector."""

    def __init__(self, database: Database, vectors: VectorClient, mender: Mender) -> None:
        self._database, self._vectors, self._mender = database, vectors, mender
        self._checked: set[tuple[str, str]] = set()

    async def nearest(self, scopes: Sequence[Scope], query: Vectors, limit: int) -> Nearby:
        """The nearest chunks of `scopes`, all of which must have the embedder that made `query`."""
        if not any(scope.live for scope in scopes):
            return Nearby([], None)
        try:
            found = await self._vectors.query([scope.index for scope in scopes], query, limit)
        except Broken as error:
            return await self.distrusted(error.generation, scopes, query, limit)
        except Away:
            self._mender.notice(scope.collection_id for scope in scopes)
            return Nearby(await self.exact(scopes, query, limit), None, indexed=False)
        lacking = [scope for scope in scopes if found.counts.get(scope.index, 0) < scope.live]
        if lacking:
            self._mender.notice(scope.collection_id for scope in lacking)
            return Nearby(await self.exact(scopes, query, limit), None, indexed=False)
        try:
            for scope in scopes:
                await self._check(scope, found.opened)
        except Broken as error:
            return await self.distrusted(error.generation, scopes, query, limit)
        except Away:
            return Nearby(await self.exact(scopes, query, limit), None, indexed=False)
        return Nearby(found.hits, found.generation)

    async def _check(self, scope: Scope, opened: str) -> None:
        """Whether a few of the collection's vectors find themselves, once for each opening of the index.

        An index whose graph was lost answers quickly and with true distances, from what little it has.
        """
        if (scope.index, opened) in self._checked:
            return

        def work(session: Session) -> Vectors:
            first = (
                select(VectorRow.chunk_id)
                .join(ChunkRow, ChunkRow.id == VectorRow.chunk_id)
                .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
                .where(VectorRow.embedder == scope.embedder, ChunkRow.version == DocumentRow.version)
                .where(VectorRow.chunk_id >= scope.first, VectorRow.chunk_id < scope.past)
            )
            return read_vectors(session, sample(list(session.scalars(first)), _SAMPLES), scope.embedder)[1]

        await find_themselves(self._vectors, scope.index, await self._database.read(work))
        self._checked.add((scope.index, opened))
        self._mender.notice([scope.collection_id])  # which looks at more of them, and compares all ids

    async def distrusted(self, generation: str, scopes: Sequence[Scope], query: Vectors, limit: int) -> Nearby:
        """The same where the index is known to be damaged: it is made again meanwhile."""
        await self._mender.renew(generation)
        return Nearby(await self.exact(scopes, query, limit), None, indexed=False)

    async def exact(self, scopes: Sequence[Scope], query: Vectors, limit: int) -> list[tuple[int, float]]:
        """The same by comparing every live vector of the database."""

        def work(session: Session) -> list[tuple[int, float]]:
            best: list[tuple[int, float]] = []
            for scope in scopes:
                rows = session.execute(
                    select(VectorRow.chunk_id, VectorRow.vector)
                    .join(ChunkRow, ChunkRow.id == VectorRow.chunk_id)
                    .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
                    .where(VectorRow.embedder == scope.embedder, ChunkRow.version == DocumentRow.version)
                    .where(VectorRow.chunk_id >= scope.first, VectorRow.chunk_id < scope.past)
                    .execution_options(yield_per=_BLOCK)
                )
                for part in rows.partitions():
                    matrix = unpacked(b"".join(row[1] for row in part)).reshape(len(part), -1)
                    best += zip((row[0] for row in part), (matrix @ query).tolist(), strict=True)
                    best = sorted(best, key=lambda one: (-one[1], one[0]))[:limit]
            return best

        return await self._database.read(work)
