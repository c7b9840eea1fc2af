"""The chunks a search considers, as they are read from the database: their text, their words, their vectors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from .fusion import Candidate
from .tables import ChunkRow, DocumentRow, VectorRow
from .terms import words
from .vectors.client import Vectors, unpacked

_NAMES = (
    "chunk_id", "document_id", "collection_id", "document_name", "ordinal", "heading", "text", "page", "first_block",
    "start", "last_block", "end", "tokens",
)  # fmt: skip
# Plain columns: making objects takes longer than reading.
_CHUNKS, _DOCUMENTS, _VECTORS = (row.__table__ for row in (ChunkRow, DocumentRow, VectorRow))
_ROWS = (
    select(
        _CHUNKS.c.id, _CHUNKS.c.document_id, _CHUNKS.c.collection_id, _DOCUMENTS.c.name, _CHUNKS.c.ordinal,
        _CHUNKS.c.heading, _CHUNKS.c.text, _CHUNKS.c.page, _CHUNKS.c.first_block, _CHUNKS.c.start,
        _CHUNKS.c.last_block, _CHUNKS.c.end, _CHUNKS.c.tokens,
    )
    .join_from(_CHUNKS, _DOCUMENTS, _DOCUMENTS.c.id == _CHUNKS.c.document_id)
    .where(_CHUNKS.c.version == _DOCUMENTS.c.version, _CHUNKS.c.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip
_OWN = select(_VECTORS.c.chunk_id, _VECTORS.c.vector).where(
    _VECTORS.c.embedder == bindparam("embedder"), _VECTORS.c.chunk_id.in_(bindparam("ids", expanding=True))
)


@dataclass(frozen=True)
class Loaded:
    """A live chunk: its columns by name, the words of its heading and of its text."""

    values: dict[str, Any]
    heading: tuple[str, ...]
    body: tuple[str, ...]

    def candidate(self, score: float, ranks: Mapping[str, int | None]) -> Candidate:
        """The chunk with its place in a search."""
        return Candidate(**self.values, in_order=self.body, ranks=ranks, score=score)


@dataclass
class Pool:
    """What was loaded: chunks by id, and vectors by embedder and id."""

    chunks: dict[int, Loaded] = field(default_factory=dict)
    vectors: dict[str, dict[int, Vectors]] = field(default_factory=dict)

    def add(self, other: Pool) -> None:
        """Take what another one has."""
        self.chunks |= other.chunks
        for embedder, vectors in other.vectors.items():
            self.vectors.setdefault(embedder, {}).update(vectors)


def load(session: Session, ids: Sequence[int], embedders: Collection[str], vectors: int | None = None) -> Pool:
    """Those of `ids` that are live, with the vectors they have by these embedders (of the first `vectors` ids)."""
    if not ids:
        return Pool()
    pool = Pool()
    for row in session.execute(_ROWS, {"ids": ids}):
        values = dict(zip(_NAMES, row, strict=True))
        loaded = Loaded(values, tuple(words(values["heading"])), tuple(words(values["text"])))
        pool.chunks[values["chunk_id"]] = loaded
    wanted = ids[:vectors]
    for embedder in embedders if wanted else ():
        rows = session.execute(_OWN, {"embedder": embedder, "ids": wanted})
        pool.vectors[embedder] = {row[0]: unpacked(row[1]) for row in rows}
    return pool
