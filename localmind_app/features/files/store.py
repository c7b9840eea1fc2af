"""Files on an open database session. The contents move only in here and in `upkeep`, inside write transactions: the
database lets one process at a time have these, so a content is never taken away from a row that was just made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from localmind_app.core.errors import NotFound
from localmind_app.core.files.blobs import Blobs
from localmind_app.core.files.part import Part
from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.accounts.tables import UserRow

from .limits import PREFERENCE, FileLimits, read_limits
from .tables import FileRow, UploadRow


def limits_of(session: Session, user_id: str) -> FileLimits:
    """What a person may bring."""
    return read_limits(session.get_one(UserRow, user_id).preferences.get(PREFERENCE, {}))


def used(session: Session, user_id: str, besides: str | None = None) -> int:
    """How many bytes a person's files take, with the room kept for open uploads other than `besides`."""
    files = select(func.coalesce(func.sum(FileRow.size_bytes), 0)).where(FileRow.user_id == user_id)
    coming = select(func.coalesce(func.sum(UploadRow.size_bytes), 0)).where(
        UploadRow.user_id == user_id, UploadRow.file_id.is_(None), UploadRow.expires_at > now_ms()
    )
    if besides is not None:
        coming = coming.where(UploadRow.id != besides)
    return int(session.scalar(files) or 0) + int(session.scalar(coming) or 0)


def find(session: Session, user_id: str, file_id: str) -> FileRow:
    """The row of a person's file. Raises NotFound when it is not there or not theirs."""
    row = session.get(FileRow, file_id)
    if row is None or row.user_id != user_id:
        raise NotFound("There is no file {file}.", file=file_id)
    return row


def attached(session: Session, user_id: str, file_ids: Iterable[str]) -> list[dict[str, Any]]:
    """What a message keeps of its files, so that it can name them when they are gone. Raises NotFound."""
    rows = [find(session, user_id, file_id) for file_id in dict.fromkeys(file_ids)]
    return [{"id": row.id, "name": row.name, "size": row.size_bytes, "media_type": row.media_type} for row in rows]


def add(
    session: Session,
    blobs: Blobs,
    part: Part,
    *,
    user_id: str,
    name: str,
    sha256: str,
    media_type: str,
    upload_id: str | None = None,
) -> FileRow:
    """The row of a finished part, and its content in its place.

    Raises Invalid for a kind that is not taken and TooLarge when the quota has no room for it beside what is there;
    the room that the upload `upload_id` kept is its own.
    """
    limits, size = limits_of(session, user_id), part.size
    limits.check_type(media_type)
    limits.check_quota(size, used(session, user_id, besides=upload_id))
    row = FileRow(
        id=new_id(),
        user_id=user_id,
        name=name,
        size_bytes=size,
        sha256=sha256,
        media_type=media_type,
        created_at=now_ms(),
    )
    session.add(row)
    session.flush()
    blobs.keep(part, sha256)
    return row


def release(session: Session, blobs: Blobs, sha256: str) -> Part | None:
    """Take a content nobody refers to from its place; what is returned is to be dropped after the transaction."""
    if session.scalar(select(FileRow.id).where(FileRow.sha256 == sha256).limit(1)) is not None:
        return None
    return blobs.set_aside(sha256)
