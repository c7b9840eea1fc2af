"""The switch of one use of the network: asking the model hub. Off until the owner turns it on, then for that person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from localmind_app.core.errors import NotAllowed
from localmind_app.features.accounts.tables import UserRow

PREFERENCE = "egress.hub"


def is_on(session: Session, user_id: str) -> bool:
    """Whether this person lets LocalMind ask the model hub."""
    user = session.get(UserRow, user_id)
    return user is not None and user.role == "owner" and user.preferences.get(PREFERENCE) is True


def turn(session: Session, user_id: str, on: bool) -> None:
    """Turn it on or off."""
    user = session.get_one(UserRow, user_id)
    user.preferences = {**user.preferences, PREFERENCE: on}


def refusal() -> NotAllowed:
    """The error of asking while it is off."""
    return NotAllowed(
        "LocalMind may not ask the model hub yet, so nothing left this machine. Allow it on the models page to search "
        "and download."
    )
