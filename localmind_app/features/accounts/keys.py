"""API keys from the command line. The pages use `AccountsService`."""

from __future__ import annotations

from localmind_app.core.database import Database
from localmind_app.core.home import Home

from .service import add_key, ensure_owner


def create_key(home: Home, name: str) -> str:
    """Make an API key of the owner and return it; it is shown this once and stored as a digest."""
    database = Database(home.database)
    try:
        with database.session() as session:
            return add_key(session, ensure_owner(session).id, name)[0]
    finally:
        database.close()
