"""Makes the vector index say again what the database says: after a crash, a damaged file, a deleted folder.

One process at a time mends (a file lock); the others' searches go on without the index meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.lock import FileLock

from . import trash
from .store import UNFINISHED, index_names
from .tables import ChunkRow, CollectionRow, DocumentRow, VectorRow
from .vectors.client import Away, Broken, VectorClient, Vectors

log = logging.getLogger(__name__)
BATCH = 500  # vectors read and written at once
SAMPLES = 256  # vectors of each collection that must find themselves
MISSED = 0.1  # the share of them that may not
SURE = 0.99  # the cosine of a vector with itself, less what float32 and a graph may lose
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds between tries


@dataclass(frozen=True)
class Mended:
    """What was done to one collection's index."""

    added: int
    removed: int


class Mender:
    """Mends in the background, in whichever process noticed first. `close` it; what is unfinished is seen again."""

    def __init__(self, home: Home, database: Database, vectors: VectorClient) -> None:
        self._home, self._database, self._vectors = home, database, vectors
        self._wanted: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being mended by this process now."""
        return self._task is not None and not self._task.done()

    def notice(self, collections: Iterable[str]) -> None:
        """These collections' indexes lack something: mend them soon."""
        self._wanted |= set(collections)
        if not self.busy:
            self._task = asyncio.create_task(self._run(), name="mend-vectors")

    async def renew(self, generation: str) -> None:
        """An index of this generation is damaged: set it aside; every collection is mended then."""
        try:
            await self._vectors.renew(generation)
        except (Away, Broken):
            log.warning("the damaged vector index could not be set aside", exc_info=True)
        self.notice(await self._all())

    async def finished(self) -> None:
        """Wait until nothing is left to mend."""
        while self._task is not None and not self._task.done():
            await asyncio.shield(self._task)

    async def close(self) -> None:
        """End it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        wait = FIRST_WAIT
        while self._wanted:
            with FileLock(self._home.run / "vectors-mend.lock") as lock:
                if lock.acquire():
                    try:
                        await self._mend_wanted()
                        wait = FIRST_WAIT
                        continue
                    except Broken as error:
                        await self._set_aside(error)
                    except Away as error:
                        log.info("the vector index is away and cannot be mended yet: %s", error)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _set_aside(self, error: Broken) -> None:
        log.warning("the vector index is damaged: %s", error)
        try:
            await self._vectors.renew(error.generation)
        except (Away, Broken):
            log.warning("the damaged vector index could not be set aside", exc_info=True)
        self._wanted |= set(await self._all())

    async def _mend_wanted(self) -> None:
        while self._wanted:
            one = next(iter(self._wanted))
            done = await self.mend(one)
            self._wanted.discard(one)
            log.info("mended the vector index of %s: %d added, %d removed", one, done.added, done.removed)

    async def _all(self) -> Sequence[str]:
        return await self._database.read(lambda session: list(session.scalars(select(CollectionRow.id))))

    async def mend(self, collection_id: str) -> Mended:
        """Add what the index lacks and remove what the database does not have. Raises Away, Broken."""

        def work(session: Session) -> CollectionRow | None:
            return session.scalars(select(CollectionRow).where(CollectionRow.id == collection_id)).one_or_none()

        collection = await self._database.read(work)
        if collection is None:
            return Mended(0, 0)
        added = removed = 0
        for name, embedder in zip(index_names(collection), _embedders(collection), strict=True):
            # The index is read first: rows are staged before their vectors go there, so what is in neither the
            # database now nor the index then cannot be mistaken for an orphan.
            there = await self._vectors.ids(name)
            wanted = await self._chunk_ids(collection, embedder)
            missing, orphans = sorted(wanted - there), sorted(there - wanted)
            for start in range(0, len(missing), BATCH):
                ids, vectors = await self._read(missing[start : start + BATCH], embedder)
                if ids:
                    await self._vectors.upsert(name, ids, vectors)
                added += len(ids)
            await self._vectors.delete(name, orphans)
            removed += len(orphans)
            await self._try(name, sorted(wanted), embedder)
        await self._database.write(lambda session: _count_live(session, collection.id))
        return Mended(added, removed)

    async def recover(self) -> None:
        """At the start of the process that owns the jobs: mend where documents were on their way when it ended.

        What else may be wrong is found by the first search of a collection. Opening every index at each start would
        take a second of a processor and a hundred megabytes, also where nobody searches.
        """
        under_way = select(DocumentRow.collection_id).where(DocumentRow.state.in_(UNFINISHED)).distinct()
        collections = await self._database.read(lambda session: session.scalars(under_way).all())
        if collections:
            self.notice(collections)

    async def _chunk_ids(self, collection: CollectionRow, embedder: str) -> set[int]:
        def work(session: Session) -> set[int]:
            return set(
                session.scalars(
                    select(VectorRow.chunk_id).where(
                        VectorRow.embedder == embedder,
                        VectorRow.chunk_id >= collection.first_chunk,
                        VectorRow.chunk_id < collection.past_chunk,
                        VectorRow.chunk_id.not_in(trash.chunks(collection.id)),
                    )
                )
            )

        return await self._database.read(work)

    async def _read(self, ids: Sequence[int], embedder: str) -> tuple[list[int], Vectors]:
        return await self._database.read(lambda session: read_vectors(session, ids, embedder))

    async def _try(self, name: str, ids: Sequence[int], embedder: str) -> None:
        """Vectors of the database must find themselves. Raises Broken where one does not."""
        _, vectors = await self._read(sample(ids, SAMPLES), embedder)
        await find_themselves(self._vectors, name, vectors)


async def find_themselves(client: VectorClient, name: str, vectors: Vectors) -> None:
    """Nearly all of `vectors` must be in the index; a sound graph of 100,000 loses one in a hundred.

    Raises Broken where more than `MISSED` of them are not found, Away.
    """
    vectors = vectors[np.any(vectors, axis=1)]  # a vector of zeros has no nearest
    cosines, generation = await client.closest(name, vectors)
    if sum(cosine < SURE for cosine in cosines) > math.ceil(MISSED * len(cosines)):
        raise Broken(f"{name} does not find its own vectors", generation)


def sample(ids: Sequence[int], most: int) -> list[int]:
    """At most `most` of them, spread evenly."""
    return list(ids[:: max(1, -(-len(ids) // most))])


def read_vectors(session: Session, ids: Sequence[int], embedder: str) -> tuple[list[int], Vectors]:
    """Those of `ids` that have a vector, in order, with their vectors."""
    rows = session.execute(
        select(VectorRow.chunk_id, VectorRow.vector)
        .where(VectorRow.embedder == embedder, VectorRow.chunk_id.in_(ids))
        .order_by(VectorRow.chunk_id)
    ).all()
    if not rows:
        return [], np.zeros((0, 1), np.float32)
    return [row[0] for row in rows], np.stack([np.frombuffer(row[1], "<f4") for row in rows])


def _embedders(collection: CollectionRow) -> list[str]:
    return [collection.embedder, *([collection.next_embedder] if collection.next_embedder else [])]


def _count_live(session: Session, collection_id: str) -> None:
    """Count again what searches find: a deleted account's rows go without asking the index."""
    collection = session.scalars(select(CollectionRow).where(CollectionRow.id == collection_id)).one_or_none()
    if collection is None:
        return
    live = (
        select(func.count())
        .select_from(ChunkRow)
        .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
        .where(ChunkRow.collection_id == collection_id, ChunkRow.version == DocumentRow.version)
    )
    collection.chunks_live = int(session.execute(live).scalar_one())
