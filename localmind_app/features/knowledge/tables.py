"""Tables of the knowledge feature: collections, their documents, the chunks these were cut into, and vectors.

A chunk is live, that is found by searches, exactly when its `version` is its document's `version`. Committing a
document moves that number in one transaction, so a document is searchable whole or not at all, and the old version
serves while a new one is made. Text and vectors are all here: the vector index and the word index can be made again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Float, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from localmind_app.core.database import Base

CHUNK_BITS = 28  # a collection's chunk ids begin at number << CHUNK_BITS; the whole stays below 2**53 for JavaScript


class CollectionRow(Base):
    """A set of documents that is searched together. kind: collection, or chat (the files of the chat `chat_id`).

    `number` is never given twice. `chunks_made` numbers the chunks, also of deleted documents, so that ids are never
    reused; `chunks_live` counts those that searches find. `embedder` made the vectors that serve now, and
    `next_embedder` those that are being made to replace them.
    """

    __tablename__ = "collections"
    __table_args__ = (
        Index("ix_collections_user_id_updated_at", "user_id", "updated_at"),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(26), unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20))
    chat_id: Mapped[str | None] = mapped_column(String(26), index=True)
    embedder: Mapped[str] = mapped_column(String(300))
    next_embedder: Mapped[str | None] = mapped_column(String(300))
    chunks_made: Mapped[int] = mapped_column(Integer)
    chunks_live: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)
    deleted_at: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def first_chunk(self) -> int:
        """No chunk of this collection has a smaller id, and none of a later one has one below `past_chunk`."""
        return self.number << CHUNK_BITS

    @property
    def past_chunk(self) -> int:
        """The first id that is not this collection's."""
        return (self.number + 1) << CHUNK_BITS


class DocumentRow(Base):
    """A file or page in a collection.

    state: queued, parsing, embedding, storing, ready, failed, cancelled; it tells how far the newest reading of the
    file is. What searches find is `version` alone (0: nothing yet), of which there are `chunks` chunks with `tokens`
    tokens together. `progress` is 0..1. With `deleted_at` it was removed and can come back for a while: its version is
    negative then (see `trash`).
    """

    __tablename__ = "documents"
    __table_args__ = (
        Index("ix_documents_collection_id_state", "collection_id", "state"),
        Index("ix_documents_collection_id_sha256", "collection_id", "sha256"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    collection_id: Mapped[str] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[str | None] = mapped_column(String(26), index=True)
    url: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(300))
    media_type: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), index=True)
    progress: Mapped[float] = mapped_column(Float)
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(Integer)
    chunks: Mapped[int] = mapped_column(Integer)
    tokens: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(Text)
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)
    deleted_at: Mapped[int | None] = mapped_column(BigInteger)


class ParsedRow(Base):
    """A version of a document as it was read (`parsing.document.to_bytes`): chunks and citations point into it.

    It is a table of its own because SQLite writes a whole row again when its progress changes, and this is megabytes.
    """

    __tablename__ = "parsed_documents"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ChunkRow(Base):
    """A piece of one version of a document.

    Its place is from character `start` of block `first_block` to before character `end` of block `last_block` of the
    parsed document. `digest` is of the text that was embedded: the same one has the same vector.
    """

    __tablename__ = "chunks"
    __table_args__ = (
        UniqueConstraint("document_id", "version", "ordinal"),
        Index("ix_chunks_collection_id_digest", "collection_id", "digest"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    collection_id: Mapped[str] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(Integer)
    ordinal: Mapped[int] = mapped_column(Integer)
    first_block: Mapped[int] = mapped_column(Integer)
    start: Mapped[int] = mapped_column(Integer)
    last_block: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    page: Mapped[int | None] = mapped_column(Integer)
    tokens: Mapped[int] = mapped_column(Integer)
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    heading: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)


class VectorRow(Base):
    """The vector of a chunk as one embedder made it, float32 little-endian, of length one."""

    __tablename__ = "chunk_vectors"
    __table_args__ = (Index("ix_chunk_vectors_chunk_id", "chunk_id"),)

    embedder: Mapped[str] = mapped_column(String(300), primary_key=True)
    chunk_id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), ForeignKey("chunks.id", ondelete="CASCADE"), primary_key=True
    )
    vector: Mapped[bytes] = mapped_column(LargeBinary)
