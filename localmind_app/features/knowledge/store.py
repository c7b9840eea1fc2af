"""Writing the index: a document goes in whole or not at all, and comes out the same way.

Chunks and vectors are staged in the database first, then in the vector index; `commit` moves the document's version
in one transaction that also exchanges the words. Whatever dies in between leaves what was searchable before, and
rows that `discard` or `recover` remove. The vector index follows the database; `mend` makes it again from there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import Conflict, NotFound
from localmind_app.core.ids import now_ms

from . import words
from .chunks import Piece
from .tables import ChunkRow, CollectionRow, DocumentRow, ParsedRow, VectorRow
from .vectors.client import Away, Broken, VectorClient
from .vectors.names import index_name

Vectors = NDArray[np.float32]
UNFINISHED = ("queued", "parsing", "embedding", "storing")  # states in which a job goes on with what it staged
_STEP = 500  # rows in one transaction, so that other writers get their turn


@dataclass(frozen=True)
class Read:
    """A document as it was read: what is committed together with its chunks."""

    parsed: bytes
    title: str
    pages: int
    sha256: str


@dataclass(frozen=True)
class Portion:
    """Pieces `first` and following of a version that is being made, with their vectors."""

    document_id: str
    version: int
    first: int
    pieces: Sequence[Piece]
    vectors: Vectors
    embedder: str

    def parts(self) -> Iterator[Portion]:
        """The same in portions that one transaction takes."""
        for start in range(0, len(self.pieces), _STEP):
            end = start + _STEP
            yield replace(
                self, first=self.first + start, pieces=self.pieces[start:end], vectors=self.vectors[start:end]
            )


@dataclass(frozen=True)
class Whole:
    """A version of `count` chunks that is staged, and what is committed with it."""

    document_id: str
    version: int
    count: int
    read: Read


@dataclass(frozen=True)
class Entries:
    """Chunks in one vector index, and the embedder it is of."""

    index: str
    embedder: str
    ids: list[int]


class Index:
    """Writes documents into both indexes. Nothing here checks who asks: services do."""

    def __init__(self, database: Database, vectors: VectorClient) -> None:
        self._database, self._vectors = database, vectors

    async def begin(self, document_id: str) -> int:
        """The number of the version that is staged now; what an earlier try left is removed.

        Raises NotFound.
        """
        await self.discard(document_id)

        def work(session: Session) -> int:
            return _document(session, document_id).version + 1

        return await self._database.read(work)

    async def known(self, collection_id: str, embedder: str, pieces: Sequence[Piece]) -> dict[bytes, Vectors]:
        """Vectors that texts of this collection have already, by `digest`: an unchanged part is not embedded again."""
        wanted = list({digest(piece) for piece in pieces})

        def work(session: Session) -> dict[bytes, Vectors]:
            found: dict[bytes, Vectors] = {}
            for start in range(0, len(wanted), _STEP):
                rows = session.execute(
                    select(ChunkRow.digest, VectorRow.vector)
                    .join(VectorRow, VectorRow.chunk_id == ChunkRow.id)
                    .where(ChunkRow.collection_id == collection_id, VectorRow.embedder == embedder)
                    .where(ChunkRow.digest.in_(wanted[start : start + _STEP]))
                )
                found |= {row[0]: np.frombuffer(row[1], "<f4") for row in rows}
            return found

        return await self._database.read(work)

    async def add(
        self, document_id: str, version: int, first: int, pieces: Sequence[Piece], vectors: Vectors, embedder: str
    ) -> None:
        """`add_all` for one document. Raises NotFound when it was removed meanwhile."""
        if await self.add_all([Portion(document_id, version, first, pieces, vectors, embedder)]):
            raise NotFound("There is no document {document}.", document=document_id)

    async def add_all(self, portions: Sequence[Portion]) -> set[str]:
        """Stage pieces of several documents with their vectors; nothing is found by searches yet.

        An index that is away or damaged does not stop this: the vectors are kept, and it is mended from them.
        Returns the documents that were removed meanwhile.
        """
        gone: set[str] = set()
        for group in _groups([part for portion in portions for part in portion.parts()]):
            staged, missing = await self._stage(group)
            gone |= missing
            for name, (ids, vectors) in staged.items():
                try:
                    await self._vectors.upsert(name, ids, np.concatenate(vectors))
                except (Away, Broken):
                    continue  # searches see that the index lacks something, go without it, and have it mended
        return gone

    async def _stage(self, portions: Sequence[Portion]) -> tuple[dict[str, tuple[list[int], list[Vectors]]], set[str]]:
        def work(session: Session) -> tuple[dict[str, tuple[list[int], list[Vectors]]], set[str]]:
            staged: dict[str, tuple[list[int], list[Vectors]]] = {}
            missing: set[str] = set()
            documents, collections = _rows_of(session, {one.document_id for one in portions})
            for one in portions:
                document = documents.get(one.document_id)
                if document is None or document.deleted_at is not None:
                    missing.add(one.document_id)
                elif one.pieces:
                    collection = collections[document.collection_id]
                    name = index_name(collection.number, one.embedder)
                    ids, vectors = staged.setdefault(name, ([], []))
                    ids += _add(session, collection, document, one)
                    vectors.append(one.vectors)
            return staged, missing

        return await self._database.write(work)

    async def commit(self, document_id: str, version: int, count: int, read: Read) -> None:
        """`commit_all` for one document. Raises NotFound and Conflict."""
        for error in (await self.commit_all([Whole(document_id, version, count, read)])).values():
            raise error

    async def commit_all(self, wholes: Sequence[Whole]) -> dict[str, NotFound | Conflict]:
        """Make each staged version the one that is found, in one moment.

        Returns why not, by document: Conflict when chunks or vectors are missing (the embedder may have been changed
        meanwhile), NotFound when it was removed. The others are committed all the same.
        """

        versions = {one.document_id: one.version for one in wholes}
        prepared = await self._database.read(lambda session: _prepared(session, versions))

        def work(session: Session) -> tuple[list[tuple[str, list[int]]], dict[str, NotFound | Conflict]]:
            gone: list[tuple[str, list[int]]] = []
            refused: dict[str, NotFound | Conflict] = {}
            documents, collections = _rows_of(session, versions)
            staged = _staged(session, versions)
            done: list[Whole] = []
            for one in wholes:
                document = documents.get(one.document_id)
                try:
                    if document is None or document.deleted_at is not None:
                        raise NotFound("There is no document {document}.", document=one.document_id)
                    collection = collections[document.collection_id]
                    count, tokens = staged.get((one.document_id, one.version, collection.embedder), (0, 0))
                    if count != one.count:
                        raise Conflict(
                            "{name} was not stored whole, so nothing of it was changed. Try again.", name=document.name
                        )
                except (NotFound, Conflict) as error:
                    refused[one.document_id] = error
                else:
                    gone += _commit(session, one, document, collection, tokens)
                    done.append(one)
            for one in done:
                words.add(session, prepared[one.document_id])
            _keep_parsed(session, done)
            return gone, refused

        gone, refused = await self._database.write(work)
        await self._forget(gone)
        return refused

    async def discard(self, document_id: str) -> None:
        """Remove what is staged of a document; what searches find stays."""

        def work(session: Session) -> list[tuple[str, list[int]]]:
            document = session.get(DocumentRow, document_id)
            collection = _by_id(session, document.collection_id) if document else None
            if document is None or collection is None:
                return []
            staged = select(ChunkRow.id).where(
                ChunkRow.document_id == document_id, ChunkRow.version != abs(document.version)
            )
            ids = list(session.scalars(staged))
            _delete_chunks(session, ids)
            return _everywhere(collection, ids)

        await self._forget(await self._database.write(work))

    async def remove(self, document_id: str) -> None:
        """Remove a document with everything that is kept of it; one that is not there is no mistake."""

        def work(session: Session) -> list[tuple[str, list[int]]]:
            document = session.get(DocumentRow, document_id)
            collection = _by_id(session, document.collection_id) if document else None
            if document is None or collection is None:
                return []
            gone = _take_out(session, collection, document)
            staged = list(session.scalars(select(ChunkRow.id).where(ChunkRow.document_id == document_id)))
            _delete_chunks(session, staged)
            session.delete(document)
            collection.updated_at = now_ms()
            return [*gone, *_everywhere(collection, staged)]

        await self._forget(await self._database.write(work))

    async def remove_collection(self, collection_id: str) -> None:
        """Remove a collection with its documents; one that is not there is no mistake."""

        def documents(session: Session) -> list[str]:
            return list(session.scalars(select(DocumentRow.id).where(DocumentRow.collection_id == collection_id)))

        for document_id in await self._database.read(documents):
            await self.remove(document_id)

        def work(session: Session) -> list[str]:
            collection = _by_id(session, collection_id)
            if collection is None:
                return []
            session.delete(collection)
            return index_names(collection)

        for name in await self._database.write(work):
            try:
                await self._vectors.drop(name)
            except (Away, Broken):
                continue  # an index nobody asks for; `recover` drops it

    async def unlist(self, entries: Sequence[Entries]) -> None:
        """Take chunks out of the vector indexes; the database keeps their vectors."""
        await self._forget([(one.index, one.ids) for one in entries])

    async def relist(self, entries: Sequence[Entries]) -> None:
        """Put chunks of the database into the vector indexes again. Where these are away, mending does it later."""
        for one in entries:
            for start in range(0, len(one.ids), _STEP):
                wanted = select(VectorRow.chunk_id, VectorRow.vector).where(
                    VectorRow.embedder == one.embedder, VectorRow.chunk_id.in_(one.ids[start : start + _STEP])
                )
                rows = await self._database.read(partial(_rows, query=wanted))
                if not rows:
                    continue  # of an embedder that is only being changed to
                try:
                    vectors = np.stack([np.frombuffer(row[1], "<f4") for row in rows])
                    await self._vectors.upsert(one.index, [row[0] for row in rows], vectors)
                except (Away, Broken):
                    break

    async def recover(self) -> int:
        """Remove staged versions of documents no job goes on with; how many. Call it at the start, before any job."""

        def work(session: Session) -> list[str]:
            rows = session.execute(
                select(ChunkRow.document_id)
                .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
                .where(ChunkRow.version != func.abs(DocumentRow.version), DocumentRow.state.not_in(UNFINISHED))
                .distinct()
            )
            return [row[0] for row in rows]

        left = await self._database.read(work)
        for document_id in left:
            await self.discard(document_id)
        return len(left)

    async def _forget(self, gone: Sequence[tuple[str, list[int]]]) -> None:
        for name, ids in gone:
            try:
                await self._vectors.delete(name, ids)
            except (Away, Broken):
                continue  # searches never show an id the database does not have; mending removes it


def digest(piece: Piece) -> bytes:
    """What names the text that is embedded: 16 bytes."""
    return hashlib.sha256(piece.indexed.encode("utf-8", "replace")).digest()[:16]


def index_names(collection: CollectionRow) -> list[str]:
    """The vector indexes a collection has: the one that serves, and the one being made."""
    embedders = [collection.embedder, *([collection.next_embedder] if collection.next_embedder else [])]
    return [index_name(collection.number, embedder) for embedder in embedders]


def entries(collection: CollectionRow, ids: Sequence[int]) -> list[Entries]:
    """These chunks in each index their collection has."""
    embedders = [collection.embedder, *([collection.next_embedder] if collection.next_embedder else [])]
    return [Entries(index_name(collection.number, one), one, list(ids)) for one in embedders] if ids else []


def _rows(session: Session, query: Select[int, bytes]) -> list[tuple[int, bytes]]:
    return [(row[0], row[1]) for row in session.execute(query)]


def _everywhere(collection: CollectionRow, ids: list[int]) -> list[tuple[str, list[int]]]:
    return [(name, ids) for name in index_names(collection)] if ids else []


def _groups(portions: Sequence[Portion]) -> Iterator[list[Portion]]:
    """Portions that go into one transaction."""
    group: list[Portion] = []
    for one in portions:
        if group and sum(len(other.pieces) for other in group) + len(one.pieces) > _STEP:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _add(session: Session, collection: CollectionRow, document: DocumentRow, one: Portion) -> list[int]:
    """Write chunks and vectors down; the ids they got."""
    start = collection.first_chunk + collection.chunks_made + 1
    collection.chunks_made += len(one.pieces)
    ids = list(range(start, start + len(one.pieces)))
    # Not as objects: a connection takes rows four times as fast as a session.
    connection = session.connection()
    connection.execute(
        insert(ChunkRow),
        [
            _chunk(number, document, one.version, one.first + at, piece)
            for at, (number, piece) in enumerate(zip(ids, one.pieces, strict=True))
        ],
    )
    connection.execute(
        insert(VectorRow),
        [
            {"chunk_id": number, "embedder": one.embedder, "vector": row.tobytes()}
            for number, row in zip(ids, np.ascontiguousarray(one.vectors, "<f4"), strict=True)
        ],
    )
    return ids


def _commit(
    session: Session, one: Whole, document: DocumentRow, collection: CollectionRow, tokens: int
) -> list[tuple[str, list[int]]]:
    """Exchange the live version of a document; the ids that are of no more use, by index."""
    gone = _take_out(session, collection, document) if document.version else []
    document.tokens = tokens
    document.version, document.chunks = one.version, one.count
    document.title, document.pages, document.sha256 = one.read.title, one.read.pages, one.read.sha256
    document.state, document.progress, document.error = "ready", 1.0, None
    document.updated_at = collection.updated_at = now_ms()
    collection.chunks_live += one.count
    return gone


def _chunk(number: int, document: DocumentRow, version: int, ordinal: int, piece: Piece) -> dict[str, object]:
    return {
        "id": number,
        "document_id": document.id,
        "collection_id": document.collection_id,
        "version": version,
        "ordinal": ordinal,
        "first_block": piece.first_block,
        "start": piece.start,
        "last_block": piece.last_block,
        "end": piece.end,
        "page": piece.page,
        "tokens": piece.tokens,
        "digest": digest(piece),
        "heading": piece.heading,
        "text": piece.text,
    }


def _keep_parsed(session: Session, done: Sequence[Whole]) -> None:
    """The texts of these versions stay, and no others; most are there already, since ingestion keeps them before."""
    if not done:
        return
    connection, row = session.connection(), ParsedRow.document_id == bindparam("document")
    texts = [{"document": one.document_id, "live": one.version, "text": one.read.parsed} for one in done]
    connection.execute(delete(ParsedRow).where(row, ParsedRow.version != bindparam("live")), texts)
    there = set(session.scalars(select(ParsedRow.document_id).where(ParsedRow.document_id.in_(_ids(done)))))
    same = [one for one in texts if one["document"] in there]
    if same:
        other = update(ParsedRow).where(row, ParsedRow.data != bindparam("text"))
        connection.execute(other.values(data=bindparam("text")), same)
    fresh = [one for one in done if one.document_id not in there]
    if fresh:
        made = [{"document_id": one.document_id, "version": one.version, "data": one.read.parsed} for one in fresh]
        connection.execute(insert(ParsedRow), made)


def _ids(wholes: Sequence[Whole]) -> list[str]:
    return [one.document_id for one in wholes]


def _prepared(session: Session, versions: Mapping[str, int]) -> dict[str, words.Prepared]:
    """The words of one version of each of these documents."""
    found: dict[str, list[words.Entry]] = {document_id: [] for document_id in versions}
    rows = session.execute(
        select(ChunkRow.document_id, ChunkRow.version, ChunkRow.id, ChunkRow.heading, ChunkRow.text)
        .where(ChunkRow.document_id.in_(versions), ChunkRow.version.in_(set(versions.values())))
        .order_by(ChunkRow.document_id, ChunkRow.version, ChunkRow.ordinal)
    )
    for row in rows:
        if row[1] == versions[row[0]]:
            found[row[0]].append(words.Entry(row[2], row[3], row[4]))
    return {document_id: words.prepare(entries) for document_id, entries in found.items()}


def _staged(session: Session, document_ids: Iterable[str]) -> dict[tuple[str, int, str], tuple[int, int]]:
    """How many chunks each version has that have a vector of each embedder, and their tokens."""
    rows = session.execute(
        select(ChunkRow.document_id, ChunkRow.version, VectorRow.embedder, func.count(), func.sum(ChunkRow.tokens))
        .join(VectorRow, VectorRow.chunk_id == ChunkRow.id)
        .where(ChunkRow.document_id.in_(list(document_ids)))
        .group_by(ChunkRow.document_id, ChunkRow.version, VectorRow.embedder)
    )
    return {(row[0], row[1], row[2]): (int(row[3]), int(row[4])) for row in rows}


def _rows_of(session: Session, document_ids: Iterable[str]) -> tuple[dict[str, DocumentRow], dict[str, CollectionRow]]:
    """Those of the documents that are there, and their collections, each by its id."""
    documents = session.scalars(select(DocumentRow).where(DocumentRow.id.in_(list(document_ids)))).all()
    wanted = {row.collection_id for row in documents}
    collections = session.scalars(select(CollectionRow).where(CollectionRow.id.in_(wanted)))
    return {row.id: row for row in documents}, {row.id: row for row in collections}


def _take_out(session: Session, collection: CollectionRow, document: DocumentRow) -> list[tuple[str, list[int]]]:
    """Remove the live version's chunks and words."""
    words.remove(session, _prepared(session, {document.id: document.version})[document.id])
    query = select(ChunkRow.id).where(ChunkRow.document_id == document.id, ChunkRow.version == document.version)
    ids = list(session.scalars(query))
    _delete_chunks(session, ids)
    collection.chunks_live = max(0, collection.chunks_live - len(ids))
    return _everywhere(collection, ids)


def _delete_chunks(session: Session, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), _STEP):
        session.execute(delete(ChunkRow).where(ChunkRow.id.in_(ids[start : start + _STEP])))


def _document(session: Session, document_id: str) -> DocumentRow:
    found = session.get(DocumentRow, document_id)
    if found is None or found.deleted_at is not None:
        raise NotFound("There is no document {document}.", document=document_id)
    return found


def _collection(session: Session, collection_id: str) -> CollectionRow:
    found = _by_id(session, collection_id)
    if found is None:
        raise NotFound("There is no collection {collection}.", collection=collection_id)
    return found


def _by_id(session: Session, collection_id: str) -> CollectionRow | None:
    return session.scalars(select(CollectionRow).where(CollectionRow.id == collection_id)).one_or_none()
