"""Knowledge: collections, documents, chunks with their vectors, and the index of their words."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def _user() -> sa.Column[str]:
    return sa.Column("user_id", sa.String(26), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False)


def _collection() -> sa.Column[str]:
    parent = sa.ForeignKey("collections.id", ondelete="CASCADE")
    return sa.Column("collection_id", sa.String(26), parent, nullable=False)


def _collections() -> None:
    op.create_table(
        "collections",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(26), nullable=False),
        _user(),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("chat_id", sa.String(26)),
        sa.Column("embedder", sa.String(300), nullable=False),
        sa.Column("next_embedder", sa.String(300)),
        sa.Column("chunks_made", sa.Integer, nullable=False),
        sa.Column("chunks_live", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("deleted_at", sa.BigInteger),
        sa.UniqueConstraint("id", name="uq_collections_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_collections_user_id_updated_at", "collections", ["user_id", "updated_at"])
    op.create_index("ix_collections_chat_id", "collections", ["chat_id"])


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(26), primary_key=True),
        _collection(),
        _user(),
        sa.Column("file_id", sa.String(26)),
        sa.Column("url", sa.Text),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("media_type", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("error", sa.JSON),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("chunks", sa.Integer, nullable=False),
        sa.Column("tokens", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "parsed_documents",
        sa.Column("document_id", sa.String(26), sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_documents_collection_id_state", "documents", ["collection_id", "state"])
    op.create_index("ix_documents_collection_id_sha256", "documents", ["collection_id", "sha256"])
    for column in ("user_id", "file_id", "state"):
        op.create_index(f"ix_documents_{column}", "documents", [column])


def _chunks() -> None:
    op.create_table(
        "chunks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("document_id", sa.String(26), sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
        _collection(),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("version", "ordinal", "first_block", "start")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("last_block", "end")),
        sa.Column("page", sa.Integer),
        sa.Column("tokens", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("heading", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.UniqueConstraint("document_id", "version", "ordinal", name="uq_chunks_document_id_version_ordinal"),
    )
    op.create_index("ix_chunks_collection_id_digest", "chunks", ["collection_id", "digest"])
    op.create_table(
        "chunk_vectors",
        sa.Column("embedder", sa.String(300), primary_key=True),
        sa.Column(
            "chunk_id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            sa.ForeignKey("chunks.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    # A chunk that goes takes its vectors along: without this every deletion would read the whole table.
    op.create_index("ix_chunk_vectors_chunk_id", "chunk_vectors", ["chunk_id"])


def upgrade() -> None:
    _collections()
    _documents()
    _chunks()
    # Contentless: the text is in `chunks`. Words come prepared by features/knowledge/words.py, rowids are chunk ids.
    op.execute(
        "CREATE VIRTUAL TABLE chunk_search USING fts5 "
        "(heading, body, parts, content='', tokenize=\"unicode61 remove_diacritics 2 categories 'L* N* Co M*'\")"
    )
    op.execute("CREATE VIRTUAL TABLE chunk_search_words USING fts5vocab (chunk_search, 'row')")
