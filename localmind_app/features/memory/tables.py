"""Tables of the memory: facts, and how far each person's messages were read for them."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from localmind_app.core.database import Base


class MemoryRow(Base):
    """One fact. Times are ms since 1970.

    `text` is the fact as a sentence, `span` the very words of the message it was read in. `subject`, `attribute` and
    `value` are its key where it has one: two facts of the same subject and attribute cannot both hold now.
    It holds from `valid_from` until `valid_to`; None is until today. `superseded_by` is the newer fact of its key.
    `source` is rule, model or explicit. `vector` is float16, that of the text and those
    of the questions it answers, None until the embedder was asked; `embedder` is who made it, and of what.
    """

    __tablename__ = "memories"
    __table_args__ = (
        Index("ix_memories_user_id_subject_attribute", "user_id", "subject", "attribute"),
        Index("ix_memories_message_id", "message_id"),
        Index("ix_memories_chat_id", "chat_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    span: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"))
    chat_id: Mapped[str | None] = mapped_column(ForeignKey("chats.id", ondelete="SET NULL"))
    subject: Mapped[str | None] = mapped_column(String(100))
    attribute: Mapped[str | None] = mapped_column(String(40))
    value: Mapped[str | None] = mapped_column(String(300))
    valid_from: Mapped[int] = mapped_column(BigInteger)
    valid_to: Mapped[int | None] = mapped_column(BigInteger)
    superseded_by: Mapped[str | None] = mapped_column(ForeignKey("memories.id", ondelete="SET NULL"))
    created_at: Mapped[int] = mapped_column(BigInteger)
    deleted_at: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(String(20))
    vector: Mapped[bytes | None] = mapped_column(LargeBinary)
    embedder: Mapped[str | None] = mapped_column(String(100))


class MemoryReadingRow(Base):
    """Up to which message (ids sort by time) one person's messages were read: by the rules, and by a model."""

    __tablename__ = "memory_readings"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    rules_to: Mapped[str] = mapped_column(String(26))
    model_to: Mapped[str] = mapped_column(String(26))
