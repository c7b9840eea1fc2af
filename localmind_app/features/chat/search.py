"""Full-text search over message texts (SQLite FTS5)."""

from __future__ import annotations

import re

from sqlalchemy import text
from sqlalchemy.orm import Session

_WORD = re.compile(r"\w+", re.UNICODE)


def index(session: Session, chat_id: str, message_id: str, content: str) -> None:
    """Make a finished text findable; replaces what was indexed for the message before."""
    session.execute(text("DELETE FROM message_search WHERE message_id = :id"), {"id": message_id})
    session.execute(
        text("INSERT INTO message_search (text, message_id, chat_id) VALUES (:text, :id, :chat)"),
        {"text": content, "id": message_id, "chat": chat_id},
    )


def forget(session: Session, chat_id: str) -> None:
    """Remove a chat from the index."""
    session.execute(text("DELETE FROM message_search WHERE chat_id = :chat"), {"chat": chat_id})


def forget_gone(session: Session) -> None:
    """Remove what is in the index of chats that are not there any more: those of an account go without being named."""
    session.execute(text("DELETE FROM message_search WHERE chat_id NOT IN (SELECT id FROM chats)"))


def matching_chats(session: Session, query: str, limit: int = 200) -> list[str]:
    """Ids of chats with a message that has every word of `query` (the last one may be unfinished)."""
    words = _WORD.findall(query)[:20]
    if not words:
        return []
    # Each word is quoted, so no character of it can be read as query syntax.
    match = " ".join(f'"{word}"' for word in words) + "*"
    rows = session.execute(
        text("SELECT DISTINCT chat_id FROM message_search WHERE message_search MATCH :match LIMIT :limit"),
        {"match": match, "limit": limit},
    )
    return [row[0] for row in rows]


def ranked_messages(session: Session, user_id: str, query: str, limit: int = 20) -> list[str]:
    """Ids of one person's messages that have any word of `query`, those that fit best first (BM25)."""
    words = _WORD.findall(query)[:32]
    if not words:
        return []
    match = " OR ".join(f'"{word}"' for word in words)
    rows = session.execute(
        text(
            "SELECT message_search.message_id FROM message_search JOIN chats ON chats.id = message_search.chat_id"
            " WHERE message_search MATCH :match AND chats.user_id = :user AND chats.deleted_at IS NULL"
            " ORDER BY bm25(message_search) LIMIT :limit"
        ),
        {"match": match, "user": user_id, "limit": limit},
    )
    return [row[0] for row in rows]
