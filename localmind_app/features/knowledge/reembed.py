"""Changes a collection's embedder: new vectors are made beside the old ones, which serve until all are there.

It may be ended at any moment, by a kill too; the next call goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import numpy as np
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import Invalid, NotFound
from localmind_app.core.ids import now_ms
from localmind_app.engine.client import EngineClient

from .embedder import BATCH, Embedder
from .tables import ChunkRow, CollectionRow, DocumentRow, VectorRow
from .vectors.client import Away, Broken, VectorClient, Vectors
from .vectors.names import index_name

Progress = Callable[[float], None]


class Reembedding:
    """Makes a collection's vectors again with another model."""

    def __init__(self, database: Database, vectors: VectorClient, engine: EngineClient) -> None:
        self._database, self._vectors, self._engine = database, vectors, engine

    async def run(self, collection_id: str, embedder: str, progress: Progress = lambda share: None) -> None:
        """Bring a collection to `embedder`; `progress` is told 0..1.

        Raises NotFound, Invalid where another change is under way, and what the engine answers with; what was made
        is kept then, and searches go on as before.
        """
        number = await self._begin(collection_id, embedder)
        made = Embedder(self._engine, embedder)
        total = left = await self._left(collection_id, embedder)
        while True:
            rows = await self._lacking(collection_id, embedder)
            if not rows:
                if await self._switch(collection_id, embedder):
                    break
                continue  # a document was committed just now
            vectors = await made.embed([text for _, text in rows])
            await self._keep(number, embedder, [one for one, _ in rows], vectors)
            left -= len(rows)
            progress(min(1.0, 1 - left / max(total, 1)))
        progress(1.0)

    async def _keep(self, number: int, embedder: str, ids: list[int], vectors: Vectors) -> None:
        await self._database.write(lambda session: _store(session, embedder, ids, vectors))
        with suppress(Away, Broken):  # the vectors are kept, and the index is mended from them
            await self._vectors.upsert(index_name(number, embedder), ids, vectors)

    async def _begin(self, collection_id: str, embedder: str) -> int:
        def work(session: Session) -> int:
            row = _collection(session, collection_id)
            if row.next_embedder not in (None, embedder):
                raise Invalid("The collection is being changed to {model} already.", model=row.next_embedder or "")
            if row.embedder != embedder:
                row.next_embedder = embedder
            return row.number

        return await self._database.write(work)

    async def _left(self, collection_id: str, embedder: str) -> int:
        return len(await self._database.read(lambda session: _without(session, collection_id, embedder, None)))

    async def _lacking(self, collection_id: str, embedder: str) -> list[tuple[int, str]]:
        return await self._database.read(lambda session: _without(session, collection_id, embedder, BATCH))

    async def _switch(self, collection_id: str, embedder: str) -> bool:
        """Serve the new vectors from now on; False where a live chunk lacks one."""

        def work(session: Session) -> str | None:
            row = _collection(session, collection_id)
            if _without(session, collection_id, embedder, 1):
                return None
            old = row.embedder
            row.embedder, row.next_embedder, row.updated_at = embedder, None, now_ms()
            if old != embedder:
                mine = (VectorRow.chunk_id >= row.first_chunk, VectorRow.chunk_id < row.past_chunk)
                session.execute(delete(VectorRow).where(VectorRow.embedder == old, *mine))
            return index_name(row.number, old) if old != embedder else ""

        old = await self._database.write(work)
        if old:
            with suppress(Away, Broken):  # else an index is left that nobody asks for
                await self._vectors.drop(old)
        return old is not None


def _collection(session: Session, collection_id: str) -> CollectionRow:
    row = session.scalars(select(CollectionRow).where(CollectionRow.id == collection_id)).one_or_none()
    if row is None:
        raise NotFound("There is no collection {collection}.", collection=collection_id)
    return row


def _without(session: Session, collection_id: str, embedder: str, most: int | None) -> list[tuple[int, str]]:
    """Live chunks, also those that may come back, that lack a vector of `embedder`: id, and what is embedded."""
    rows = session.execute(
        select(ChunkRow.id, ChunkRow.heading, ChunkRow.text)
        .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
        .outerjoin(VectorRow, (VectorRow.chunk_id == ChunkRow.id) & (VectorRow.embedder == embedder))
        .where(ChunkRow.collection_id == collection_id, ChunkRow.version == func.abs(DocumentRow.version))
        .where(VectorRow.chunk_id.is_(None))
        .order_by(ChunkRow.id)
        .limit(most)
    )
    return [(row[0], f"{row[1]}\n{row[2]}" if row[1] else row[2]) for row in rows]


def _store(session: Session, embedder: str, ids: list[int], vectors: Vectors) -> None:
    there = set(session.scalars(select(ChunkRow.id).where(ChunkRow.id.in_(ids))))  # not of documents removed meanwhile
    for one, vector in zip(ids, np.ascontiguousarray(vectors, "<f4"), strict=True):
        if one in there:
            session.add(VectorRow(embedder=embedder, chunk_id=one, vector=vector.tobytes()))
