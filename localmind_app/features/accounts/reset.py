"""A way back for an owner who forgot the password: whoever can run commands on the machine may remove it."""

from __future__ import annotations

from sqlalchemy import delete

from localmind_app.core.database import Database
from localmind_app.core.home import Home

from .service import ensure_owner
from .tables import SessionRow


def forget_password(home: Home) -> None:
    """Remove the owner's password and end their sessions; the link of the next start is the way in."""
    database = Database(home.database)
    try:
        with database.session() as session:
            owner = ensure_owner(session)
            owner.password_hash = None
            session.execute(delete(SessionRow).where(SessionRow.user_id == owner.id))
    finally:
        database.close()
