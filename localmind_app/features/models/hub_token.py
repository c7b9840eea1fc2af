"""The owner's access token for the model hub, with which it gives models whose terms they accepted there.

It is kept sealed among the owner's preferences and can be replaced or removed, never shown. It belongs to the one hub
it was entered for: where LocalMind is told to ask another one, it stays where it is.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from sqlalchemy.orm import Session

from localmind_app.core.errors import Invalid
from localmind_app.features.accounts.tables import UserRow

from .remote.seal import Seal

PREFERENCE = "hub.token"
LONGEST = 500
_TOKEN = re.compile(r"[!-~]+")  # what may stand in a header


def store(session: Session, user_id: str, seal: Seal, hub: str, token: str) -> None:
    """Keep the token for the origin `hub`, in place of an older one. Raises Invalid when it cannot be one."""
    token = token.strip()
    if not _TOKEN.fullmatch(token) or len(token) > LONGEST:
        raise Invalid("That is no access token: it has no blanks and at most {limit} characters.", limit=LONGEST)
    sealed = base64.b64encode(seal.close(token, _owner(user_id, hub))).decode("ascii")
    _put(session, user_id, {"hub": hub, "sealed": sealed})


def clear(session: Session, user_id: str) -> None:
    """Forget it."""
    _put(session, user_id, None)


def is_set(session: Session, user_id: str, hub: str) -> bool:
    """Whether there is one for that hub."""
    return _kept(session, user_id, hub) is not None


def read(session: Session, user_id: str, seal: Seal, hub: str) -> str | None:
    """The token for that hub, None where there is none. Raises Invalid when it cannot be opened any more."""
    sealed = _kept(session, user_id, hub)
    if sealed is None:
        return None
    try:
        return seal.open(base64.b64decode(sealed, validate=True), _owner(user_id, hub))
    except (Invalid, binascii.Error) as error:
        raise Invalid("The stored access token cannot be read any more. Enter it again, or remove it.") from error


def _owner(user_id: str, hub: str) -> str:
    return f"hub token {user_id} {hub}"


def _kept(session: Session, user_id: str, hub: str) -> str | None:
    user = session.get(UserRow, user_id)
    kept: Any = user.preferences.get(PREFERENCE) if user is not None else None
    return str(kept["sealed"]) if isinstance(kept, dict) and kept.get("hub") == hub else None


def _put(session: Session, user_id: str, value: dict[str, str] | None) -> None:
    user = session.get_one(UserRow, user_id)
    others = {name: kept for name, kept in user.preferences.items() if name != PREFERENCE}
    user.preferences = others if value is None else {**others, PREFERENCE: value}
