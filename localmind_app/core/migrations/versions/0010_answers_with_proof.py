"""Answers with proof: the passages of an answer and how they were found, and the collections a chat asks."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("messages", sa.Column("sources", sa.JSON))
    op.add_column("messages", sa.Column("found", sa.JSON))
    op.add_column("chats", sa.Column("collections", sa.JSON, nullable=False, server_default="[]"))
