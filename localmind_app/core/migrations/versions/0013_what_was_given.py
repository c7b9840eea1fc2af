"""What an answer was given: the request as it went out, part by part."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("messages", sa.Column("given", sa.JSON))
