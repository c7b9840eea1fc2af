"""The tree of messages: paths, siblings and leaves. Works on an open database session."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.orm import Session, aliased

from .tables import MessageRow
from .views import MessageView


def path(session: Session, leaf: str | None, limit: int | None = None) -> list[MessageRow]:
    """The messages from the root (or the `limit` newest ones) down to `leaf`, oldest first."""
    if leaf is None:
        return []
    start = select(MessageRow.id, MessageRow.parent_id, literal(0).label("depth")).where(MessageRow.id == leaf)
    walk = start.cte("walk", recursive=True)
    parent = aliased(MessageRow)
    step = select(parent.id, parent.parent_id, walk.c.depth + 1).join(walk, parent.id == walk.c.parent_id)
    if limit is not None:
        step = step.where(walk.c.depth + 1 < limit)
    walk = walk.union_all(step)
    query = select(MessageRow).join(walk, MessageRow.id == walk.c.id).order_by(walk.c.depth.desc())
    return list(session.scalars(query))


def newest_leaf(session: Session, message_id: str) -> str:
    """The end of the newest branch below `message_id`; itself when nothing is below."""
    while True:
        below = session.scalar(
            select(MessageRow.id).where(MessageRow.parent_id == message_id).order_by(MessageRow.id.desc()).limit(1)
        )
        if below is None:
            return message_id
        message_id = below


def siblings(session: Session, chat_id: str, parents: Iterable[str | None]) -> dict[str | None, list[str]]:
    """The ids below each of `parents`, oldest first (ULIDs sort by time)."""
    wanted = set(parents)
    found: dict[str | None, list[str]] = {parent: [] for parent in wanted}
    known = [parent for parent in wanted if parent is not None]
    query = select(MessageRow.id, MessageRow.parent_id, MessageRow.role).where(MessageRow.chat_id == chat_id)
    rows: list[Any] = []
    if known:
        rows += session.execute(query.where(MessageRow.parent_id.in_(known))).all()
    if None in wanted:
        rows += session.execute(query.where(MessageRow.parent_id.is_(None))).all()
    for row in sorted(rows):
        found[row[1]].append(row[0])
    return found


def view(row: MessageRow, versions: list[str], tail: str = "") -> MessageView:
    """A row as its view; `tail` is text that is still in the journal."""
    return MessageView(
        id=row.id,
        parent=row.parent_id,
        role=row.role,
        text=row.text + tail,
        status=row.status,
        error=row.error,
        model=row.model,
        siblings=versions,
        created=row.created_at,
        usage=row.usage,
        finish=row.finish,
        origin=row.origin,
        files=row.files,
        memory=row.memory,
        sources=row.sources,
    )


def view_one(session: Session, row: MessageRow) -> MessageView:
    """One row as its view, with its versions looked up."""
    return view(row, siblings(session, row.chat_id, [row.parent_id])[row.parent_id])
