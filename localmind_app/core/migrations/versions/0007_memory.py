"""Long-term memory: facts with their source and times, words to find them by, and where chats use them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "memories",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("user_id", sa.String(26), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("span", sa.Text, nullable=False),
        sa.Column("message_id", sa.String(26), sa.ForeignKey("messages.id", ondelete="SET NULL")),
        sa.Column("chat_id", sa.String(26), sa.ForeignKey("chats.id", ondelete="SET NULL")),
        sa.Column("subject", sa.String(100)),
        sa.Column("attribute", sa.String(40)),
        sa.Column("value", sa.String(300)),
        sa.Column("valid_from", sa.BigInteger, nullable=False),
        sa.Column("valid_to", sa.BigInteger),
        sa.Column("superseded_by", sa.String(26), sa.ForeignKey("memories.id", ondelete="SET NULL")),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("deleted_at", sa.BigInteger),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("vector", sa.LargeBinary),
        sa.Column("embedder", sa.String(100)),
    )
    op.create_index("ix_memories_user_id_subject_attribute", "memories", ["user_id", "subject", "attribute"])
    op.create_index("ix_memories_message_id", "memories", ["message_id"])
    op.create_index("ix_memories_chat_id", "memories", ["chat_id"])
    op.create_table(
        "memory_readings",
        sa.Column("user_id", sa.String(26), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("rules_to", sa.String(26), nullable=False),
        sa.Column("model_to", sa.String(26), nullable=False),
    )
    op.add_column("messages", sa.Column("memory", sa.JSON))
    op.add_column("chats", sa.Column("remembers", sa.Boolean, nullable=False, server_default=sa.true()))
    # `keys` holds the everyday words of the fact's attribute, so that "job" finds "I work as a nurse".
    op.execute(
        "CREATE VIRTUAL TABLE memory_search USING fts5("
        "text, keys, memory_id UNINDEXED, user_id UNINDEXED, tokenize = 'porter unicode61 remove_diacritics 2')"
    )
