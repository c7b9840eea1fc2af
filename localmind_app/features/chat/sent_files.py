"""The files that were sent along in chats: with the last chat that names one it goes, unless a document needs it.

Those that were read are in the chat's own collection, and go with it (`knowledge.upkeep`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.features.knowledge import used_files

from .tables import MessageRow


def of(session: Session, chat_ids: Sequence[str] | None = None) -> set[str]:
    """The files that messages of these chats name; of all chats there are, without any."""
    query = select(MessageRow.files).where(MessageRow.files.is_not(None))
    if chat_ids is not None:
        query = query.where(MessageRow.chat_id.in_(chat_ids))
    return {one["id"] for files in session.scalars(query) for one in files or []}


def forget(session: Session, file_ids: Iterable[str]) -> None:
    """Remove those of these files that no chat names and no document is made of; the upkeep of files frees room."""
    wanted = set(file_ids)
    if wanted:
        used_files.forget(session, sorted(wanted - of(session)))
