"""Remote engines, and on every message who answered it, what it cost and whether it left this machine."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "remote_engines",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("base_url", sa.String(300), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("price_in", sa.Float),
        sa.Column("price_out", sa.Float),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("probe", sa.JSON),
        sa.Column("state", sa.JSON),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.add_column("messages", sa.Column("origin", sa.JSON))
