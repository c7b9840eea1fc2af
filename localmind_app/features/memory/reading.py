"""Reads people's own messages for facts, some time after they were written: by rules, then by a model if there is one.

Only what a person wrote is read, in chats that may be remembered, each message once: memories that a prompt contained,
answers, and what was forgotten never come back this way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.features.accounts.tables import UserRow
from localmind_app.features.chat.tables import ChatRow, MessageRow

from . import explicit, rules, sentences, store
from .fact import Fact
from .tables import MemoryReadingRow, MemoryRow

PREFERENCE = "memory"  # a user's switch; absent is on
AT_ONCE = 200  # messages a transaction reads
_BEGIN = ""  # sorts before every id


@dataclass(frozen=True)
class Unread:
    """A message to be read. `invented` says that its chat plays or invents something."""

    id: str
    chat_id: str
    text: str
    written: int
    invented: bool


def is_on(session: Session, user_id: str) -> bool:
    """Whether this person wants a memory."""
    user = session.get(UserRow, user_id)
    return user is not None and user.preferences.get(PREFERENCE) is not False


def readers(session: Session) -> list[str]:
    """The people who want a memory."""
    return [id for id in session.scalars(select(UserRow.id).order_by(UserRow.id)) if is_on(session, id)]


def reading(session: Session, user_id: str) -> MemoryReadingRow:
    """How far this person's messages were read."""
    row = session.get(MemoryReadingRow, user_id)
    if row is None:
        row = MemoryReadingRow(user_id=user_id, rules_to=_BEGIN, model_to=_BEGIN)
        session.add(row)
        session.flush()
    return row


def unread(session: Session, user_id: str, after: str, limit: int = AT_ONCE) -> list[Unread]:
    """The person's messages after an id, oldest first, up to one that still waits to be sent."""
    query = (
        select(MessageRow, ChatRow.system_prompt)
        .join(ChatRow, ChatRow.id == MessageRow.chat_id)
        .where(ChatRow.user_id == user_id, ChatRow.deleted_at.is_(None), ChatRow.remembers.is_(True))
        .where(MessageRow.role == "user", MessageRow.id > after)
        .order_by(MessageRow.id)
        .limit(limit)
    )
    found: list[Unread] = []
    invented: dict[str, str | None] = {}
    for message, system_prompt in session.execute(query):
        if message.status == "queued":
            break
        if message.chat_id not in invented:
            invented[message.chat_id] = _first_invented(session, message.chat_id, system_prompt)
        since = invented[message.chat_id]
        found.append(
            Unread(
                message.id, message.chat_id, message.text, message.created_at, since is not None and since <= message.id
            )
        )
    return found


def _first_invented(session: Session, chat_id: str, system_prompt: str) -> str | None:
    """The first message from which on a chat is fiction; all of it when its instructions say so."""
    if system_prompt and sentences.is_fiction(system_prompt):
        return _BEGIN
    query = select(MessageRow.id, MessageRow.text).where(MessageRow.chat_id == chat_id, MessageRow.role == "user")
    rows = session.execute(query.order_by(MessageRow.id))
    return next((id for id, text in rows if sentences.is_fiction(text)), None)


def read_by_rules(session: Session, user_id: str, limit: int = AT_ONCE) -> tuple[int, int]:
    """Read the next messages by the rules; (messages read, facts added)."""
    place = reading(session, user_id)
    messages, added = unread(session, user_id, place.rules_to, limit), 0
    for message in messages:
        added += len(take(session, user_id, message, lambda one: rules.read(one.text, one.written)))
        place.rules_to = message.id
    session.flush()
    return len(messages), added


def take(
    session: Session, user_id: str, message: Unread, reader: Callable[[Unread], Sequence[Fact]]
) -> list[MemoryRow]:
    """Add what a reader finds in a message. What was asked for in so many words was done when it was sent."""
    if message.invented:
        return []
    asked = [wish.words for wish in explicit.wishes(message.text)]
    added = [
        store.add(session, user_id, fact, said=message.written, chat_id=message.chat_id, message_id=message.id)
        for fact in reader(message)
        if not any(fact.span in words for words in asked)
    ]
    return [row for row in added if row is not None]
