"""Tables of the chat feature: chats, their tree of messages, and the journal of numbered events."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from localmind_app.core.database import Base


class ChatRow(Base):
    """A chat. `leaf_id` is the end of the path that is shown; `seq` numbers its events, `floor` is the number up to
    which events were folded into messages and cannot be replayed one by one any more. `remembers` lets the memory
    read it and take part in it."""

    __tablename__ = "chats"
    __table_args__ = (Index("ix_chats_user_id_updated_at", "user_id", "updated_at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(300))
    model: Mapped[str | None] = mapped_column(String(300))
    system_prompt: Mapped[str] = mapped_column(Text)
    sampling: Mapped[dict[str, Any]] = mapped_column(JSON)
    pinned: Mapped[bool]
    leaf_id: Mapped[str | None] = mapped_column(String(26))
    seq: Mapped[int] = mapped_column(Integer)
    floor: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)
    deleted_at: Mapped[int | None] = mapped_column(BigInteger)
    remembers: Mapped[bool] = mapped_column(default=True)
    collections: Mapped[list[str]] = mapped_column(JSON, default=list)


class MessageRow(Base):
    """One message. While `status` is "streaming" its newest text is still in the journal.

    status: complete, queued (waits for the answer before it), streaming, stopped (by the user), interrupted (by a
    crash; can be continued), failed (no answer came; `error` says why).
    `origin` says which remote engine answered, whether text left this machine for it, and what it cost; None where
    the local engine did (see `origin.py`).
    `files` names what was sent along (id, name, size, media_type), also when a file was deleted since.
    `memory` says which memories (ids) an answer was given, and what a message of the user's did to the memory.
    `sources` says which passages an answer was given and what it made of them, and of a message of the user's whom it
    asks (collections, quotations only); `found` is how they were found (see `knowledge.answering`).
    `given` is what an answer was given, as it went out (see `given`).
    `client_id` makes sending idempotent: the same one never stores two messages.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("chat_id", "client_id"),
        Index("ix_messages_chat_id_parent_id", "chat_id", "parent_id"),
        Index("ix_messages_status", "status"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    chat_id: Mapped[str] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))
    model: Mapped[str | None] = mapped_column(String(300))
    finish: Mapped[str | None] = mapped_column(String(20))
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    usage: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    origin: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    files: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    memory: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    sources: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    found: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    given: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    client_id: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[int] = mapped_column(BigInteger)


class EventRow(Base):
    """One numbered event of a chat; kind "text" carries the next piece of the streaming answer."""

    __tablename__ = "chat_events"

    chat_id: Mapped[str] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    message_id: Mapped[str | None] = mapped_column(String(26))
    data: Mapped[str] = mapped_column(Text)
