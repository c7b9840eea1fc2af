"""Tables of followed folders, and of what is known of the files in them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from localmind_app.core.database import Base


class FolderRow(Base):
    """The folder a collection follows. state: waiting (for the worker), reading, following, missing.

    `device` names the disk it was on, so that the empty place of an unplugged one is told from an emptied folder.
    `left_out` counts what was not taken.
    """

    __tablename__ = "followed_folders"

    collection_id: Mapped[str] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    device: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(20))
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    left_out: Mapped[int] = mapped_column(Integer)
    scanned_at: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[int] = mapped_column(BigInteger)


class FollowedRow(Base):
    """A file of a followed folder, by its path below it; `changed` is its time of change in nanoseconds."""

    __tablename__ = "followed_files"
    __table_args__ = (UniqueConstraint("collection_id", "path"),)

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    collection_id: Mapped[str] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    changed: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
