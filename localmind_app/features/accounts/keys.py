"""API keys from the command line. The pages use `AccountsService`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import NotFound
from localmind_app.core.home import Home

from .service import add_key, ensure_owner
from .tables import ApiKeyRow


@contextmanager
def _session(home: Home) -> Iterator[Session]:
    database = Database(home.database)
    try:
        with database.session() as session:
            yield session
    finally:
        database.close()


def create_key(home: Home, name: str) -> str:
    """Make an API key of the owner and return it; it is shown this once and stored as a digest."""
    with _session(home) as session:
        return add_key(session, ensure_owner(session).id, name)[0]


def list_keys(home: Home) -> list[str]:
    """One line per key: id, hint, name, when made, when last used."""

    def day(ms: int | None) -> str:
        return time.strftime("%Y-%m-%d", time.localtime(ms / 1000)) if ms else "never"

    with _session(home) as session:
        rows = session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.id)).all()
        return [
            f"{row.id}  {row.hint}  {row.name}  (made {day(row.created_at)}, used {day(row.used_at)})" for row in rows
        ]


def revoke_key(home: Home, key_id: str) -> None:
    """End a key at once. Raises NotFound when there is none of this id."""
    with _session(home) as session:
        row = session.get(ApiKeyRow, key_id)
        if row is None:
            raise NotFound("There is no such key.")
        session.delete(row)
