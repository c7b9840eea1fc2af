"""API keys from the command line. The pages use `AccountsService`."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import NotFound
from localmind_app.core.home import Home

from .rates import Limits
from .scopes import ALL
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


def create_key(
    home: Home,
    name: str,
    *,
    scopes: Iterable[str] = (),
    expires_at: int | None = None,
    limits: Limits | None = None,
) -> str:
    """Make an API key of the owner and return it; it is shown this once and stored as a digest.

    See `add_key` for the fields and errors.
    """
    with _session(home) as session:
        owner = ensure_owner(session).id
        return add_key(session, owner, name, scopes=scopes, expires_at=expires_at, limits=limits)[0]


def list_keys(home: Home) -> list[str]:
    """One line per key: id, hint, name, scopes, when made, when last used, when it ends."""

    def day(ms: int | None) -> str:
        return time.strftime("%Y-%m-%d", time.localtime(ms / 1000)) if ms else "never"

    with _session(home) as session:
        rows = session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.id)).all()
        return [
            f"{row.id}  {row.hint}  {row.name}  ({', '.join(row.scopes or [ALL])}; made {day(row.created_at)}, "
            f"used {day(row.used_at)}, ends {day(row.expires_at)})"
            for row in rows
        ]


def revoke_key(home: Home, key_id: str) -> None:
    """End a key at once. Raises NotFound when there is none of this id."""
    with _session(home) as session:
        row = session.get(ApiKeyRow, key_id)
        if row is None:
            raise NotFound("There is no such key.")
        session.delete(row)
