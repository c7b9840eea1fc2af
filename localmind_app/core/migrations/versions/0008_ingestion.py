"""Taking documents in: what is to be read, collections that pause, and folders that collections follow."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def _document() -> sa.Column[str]:
    parent = sa.ForeignKey("documents.id", ondelete="CASCADE")
    return sa.Column("document_id", sa.String(26), parent, primary_key=True)


def _collection(key: bool) -> sa.Column[str]:
    parent = sa.ForeignKey("collections.id", ondelete="CASCADE")
    return sa.Column("collection_id", sa.String(26), parent, primary_key=key, nullable=False)


def upgrade() -> None:
    op.create_table(
        "ingestion_tasks",
        _document(),
        sa.Column("id", sa.String(26), nullable=False),
        _collection(key=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("file_id", sa.String(26)),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("note", sa.JSON),
        sa.UniqueConstraint("id", name="uq_ingestion_tasks_id"),
    )
    op.create_index("ix_ingestion_tasks_priority_id", "ingestion_tasks", ["priority", "id"])
    op.create_index("ix_ingestion_tasks_collection_id", "ingestion_tasks", ["collection_id"])
    op.create_table("ingestion_pauses", _collection(key=True), sa.Column("since", sa.BigInteger, nullable=False))
    op.create_table(
        "followed_folders",
        _collection(key=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("device", sa.String(24), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("error", sa.JSON),
        sa.Column("left_out", sa.Integer, nullable=False),
        sa.Column("scanned_at", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "followed_files",
        _document(),
        _collection(key=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.UniqueConstraint("collection_id", "path", name="uq_followed_files_collection_id_path"),
    )
