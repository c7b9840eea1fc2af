"""Tables of what is still to be taken in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from localmind_app.core.database import Base


class TaskRow(Base):
    """A document that is to be read, from the file `file_id` or, without one, from its address.

    `id` changes with every new wish, so work on an older one can be told from it, and gives the order within a
    `priority` (the smallest first). `version` is the one that is being made, 0 before its text was kept. `tries` counts
    beginnings that did not come to an end. `note` says what it waits for, as `UserError.body`.
    """

    __tablename__ = "ingestion_tasks"
    __table_args__ = (Index("ix_ingestion_tasks_priority_id", "priority", "id"),)

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(String(26), unique=True)
    collection_id: Mapped[str] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), index=True)
    priority: Mapped[int] = mapped_column(Integer)
    file_id: Mapped[str | None] = mapped_column(String(26))
    sha256: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(Integer)
    tries: Mapped[int] = mapped_column(Integer)
    cancelled: Mapped[bool] = mapped_column(Boolean)
    note: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class PauseRow(Base):
    """A collection whose documents wait until somebody lets it go on."""

    __tablename__ = "ingestion_pauses"

    collection_id: Mapped[str] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[int] = mapped_column(BigInteger)
