"""Tables of uploaded files and of batches. What a file holds lies in the data folder, named by its id."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from localmind_app.core.database import Base


class FileRow(Base):
    """A file of JSON lines: uploaded (purpose `batch`) or made by a batch (`batch_output`)."""

    __tablename__ = "api_files"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    purpose: Mapped[str] = mapped_column(String(20))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[int] = mapped_column(BigInteger)

    def body(self) -> dict[str, Any]:
        """The file object of the API."""
        return {
            "id": self.id,
            "object": "file",
            "bytes": self.size_bytes,
            "created_at": self.created_at // 1000,
            "filename": self.name,
            "purpose": self.purpose,
            "status": "processed",
        }


class BatchRow(Base):
    """A batch. `times` holds when it reached each state (`created_at`, `in_progress_at`, …), in seconds since 1970.

    `details` is the caller's metadata; `errors` is why its input was refused.
    """

    __tablename__ = "batches"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    endpoint: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20), index=True)
    input_file_id: Mapped[str] = mapped_column(String(40))
    output_file_id: Mapped[str | None] = mapped_column(String(40))
    error_file_id: Mapped[str | None] = mapped_column(String(40))
    errors: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    details: Mapped[dict[str, str]] = mapped_column(JSON)
    times: Mapped[dict[str, int]] = mapped_column(JSON)
    total: Mapped[int] = mapped_column(Integer)
    completed: Mapped[int] = mapped_column(Integer)
    failed: Mapped[int] = mapped_column(Integer)

    def body(self) -> dict[str, Any]:
        """The batch object of the API."""
        return {
            "id": self.id,
            "object": "batch",
            "endpoint": self.endpoint,
            "status": self.status,
            "input_file_id": self.input_file_id,
            "output_file_id": self.output_file_id,
            "error_file_id": self.error_file_id,
            "completion_window": "24h",
            "errors": None if self.errors is None else {"object": "list", "data": self.errors},
            "metadata": self.details,
            "request_counts": {"total": self.total, "completed": self.completed, "failed": self.failed},
            **self.times,
        }
