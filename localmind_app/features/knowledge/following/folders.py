"""Which folder a collection follows, on an open database session."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from localmind_app.core.errors import Conflict, Invalid, NotAllowed
from localmind_app.core.home import Home
from localmind_app.core.ids import now_ms
from localmind_app.features.accounts.service import Actor

from ..tables import CollectionRow
from .scan import device_of
from .tables import FolderRow, FollowedRow

_SYSTEM = ("/proc", "/sys", "/dev", "/run")


def check_owner(actor: Actor) -> None:
    """Raises NotAllowed: who may follow a folder can read whatever this program can read."""
    if actor.role != "owner":
        raise NotAllowed("Only the owner of this LocalMind may let a collection follow a folder of this machine.")


def checked(actor: Actor, path: str, home: Home) -> Path:
    """The folder, without links in its path. Raises NotAllowed, Invalid."""
    check_owner(actor)
    named = Path(path.strip()).expanduser() if path.strip() and "\0" not in path else None
    if named is None or not named.is_absolute():
        raise Invalid("Enter the whole path of a folder, such as /home/me/Documents.")
    try:
        place = named.resolve(strict=True)
        next(place.iterdir(), None)
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise Invalid("The folder {path} cannot be read: {detail}.", path=str(named), detail=detail) from error
    if place != named:
        raise Invalid("{path} leads to {place} by a link. Enter that folder itself.", path=str(named), place=str(place))
    data = home.root.resolve()
    if place == data or data in place.parents:
        raise Invalid("{path} belongs to LocalMind's own data and cannot be followed.", path=str(place))
    if place == Path(place.anchor) or any(str(place) == one or str(place).startswith(f"{one}/") for one in _SYSTEM):
        raise Invalid("{path} belongs to the system and cannot be followed. Choose a folder of yours.", path=str(place))
    return place


def follow(session: Session, collection: CollectionRow, place: Path) -> FolderRow:
    """Follow it. Raises Conflict when the collection follows another one."""
    row = session.get(FolderRow, collection.id)
    if row is not None and row.path != str(place):
        raise Conflict(
            "The collection follows {path}. Stop that first, or make another collection for this folder.", path=row.path
        )
    if row is None:
        row = FolderRow(
            collection_id=collection.id, path=str(place), device=device_of(place), state="waiting", error=None,
            left_out=0, scanned_at=None, created_at=now_ms(),
        )  # fmt: skip
        session.add(row)
    return row


def unfollow(session: Session, collection_id: str) -> None:
    """Forget the folder and which documents come from it."""
    session.execute(delete(FollowedRow).where(FollowedRow.collection_id == collection_id))
    session.execute(delete(FolderRow).where(FolderRow.collection_id == collection_id))
