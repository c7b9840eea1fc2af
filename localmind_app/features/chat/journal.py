"""The journal: every event of a chat gets the next number and is on disk before anybody sees it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from .tables import ChatRow, EventRow
from .views import Event


def append(session: Session, chat_id: str, kind: str, data: Any, message_id: str | None = None) -> Event:
    """Store the next event of a chat."""
    seq = session.execute(
        update(ChatRow).where(ChatRow.id == chat_id).values(seq=ChatRow.seq + 1).returning(ChatRow.seq)
    ).scalar_one()
    session.execute(
        insert(EventRow).values(chat_id=chat_id, seq=seq, kind=kind, message_id=message_id, data=json.dumps(data))
    )
    return Event(kind, data, seq)


def after(session: Session, chat: ChatRow, seq: int) -> list[Event] | None:
    """The events after number `seq`; None when they cannot be replayed one by one any more."""
    if seq < chat.floor or seq > chat.seq:
        return None
    query = select(EventRow).where(EventRow.chat_id == chat.id, EventRow.seq > seq).order_by(EventRow.seq)
    return [Event(row.kind, json.loads(row.data), row.seq) for row in session.scalars(query)]


def pending_text(session: Session, message_id: str, chat_id: str) -> str:
    """The pieces of a streaming message that are in the journal and not yet in its row."""
    query = select(EventRow.data).where(
        EventRow.chat_id == chat_id, EventRow.kind == "text", EventRow.message_id == message_id
    )
    return "".join(json.loads(data) for data in session.scalars(query.order_by(EventRow.seq)))


def fold(session: Session, chat: ChatRow) -> None:
    """Forget the events up to now. Only while nothing streams: then the rows hold everything."""
    session.execute(delete(EventRow).where(EventRow.chat_id == chat.id))
    session.flush()
    session.refresh(chat)
    chat.floor = chat.seq
    session.flush()
