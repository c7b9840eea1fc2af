"""A removed document can be brought back for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("documents", sa.Column("deleted_at", sa.BigInteger))
