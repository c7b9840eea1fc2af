"""What remote engines took so far, by day, and which of their models may be used."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("remote_engines", sa.Column("allowed", sa.JSON))
    op.create_table(
        "remote_spend",
        sa.Column("engine_id", sa.String(26), sa.ForeignKey("remote_engines.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("currency", sa.String(3), primary_key=True),
        sa.Column("answers", sa.Integer, nullable=False),
        sa.Column("tokens_read", sa.BigInteger, nullable=False),
        sa.Column("tokens_written", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.Float, nullable=False),
        sa.Column("estimated", sa.Boolean, nullable=False),
    )
