"""One-time sign-in links: made at every start, good for one use within an hour."""

from __future__ import annotations

from sqlalchemy import delete

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.ids import now_ms

from .secrets import digest, new_secret
from .tables import LinkRow

LIFETIME_MS = 60 * 60 * 1000


def new_link(home: Home) -> str:
    """Make a link and return its token. Older unused links end: only the newest one works."""
    database = Database(home.database)
    token, now = new_secret(), now_ms()
    try:
        with database.session() as session:
            session.execute(delete(LinkRow))
            session.add(LinkRow(digest=digest(token), created_at=now, expires_at=now + LIFETIME_MS, used_at=None))
    finally:
        database.close()
    return token
