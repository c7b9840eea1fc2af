"""The ledger of egress says what made LocalMind ask: a chat, where one did."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("egress", sa.Column("reason", sa.String(100), nullable=False, server_default=""))
