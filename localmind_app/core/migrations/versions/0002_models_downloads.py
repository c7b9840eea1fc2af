"""The ledger of egress, and where the model files in the models folder came from."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "egress",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("host", sa.String(300), nullable=False),
        sa.Column("purpose", sa.String(100), nullable=False),
        sa.Column("sent", sa.BigInteger, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_egress_at", "egress", ["at"])
    op.create_table(
        "model_files",
        sa.Column("path", sa.String(500), primary_key=True),
        sa.Column("entry", sa.String(100)),
        sa.Column("source", sa.String(1000), nullable=False),
        sa.Column("revision", sa.String(64)),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("vouched", sa.String(20), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
