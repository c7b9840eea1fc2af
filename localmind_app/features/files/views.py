"""What leaves the file service: plain typed records, ready for JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from .tables import FileRow


@dataclass(frozen=True)
class FileView:
    """A file. `size` is in bytes, `created_at` in milliseconds since 1970."""

    id: str
    name: str
    size: int
    sha256: str
    media_type: str
    created_at: int

    @classmethod
    def of(cls, row: FileRow) -> FileView:
        """A row as its view."""
        return cls(row.id, row.name, row.size_bytes, row.sha256, row.media_type, row.created_at)

    def body(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


@dataclass(frozen=True)
class UploadView:
    """A file that comes in pieces: `offset` of `size` bytes are there. `file` is what became of it at the end."""

    id: str
    name: str
    size: int
    offset: int
    expires_at: int
    file: FileView | None = None

    def body(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)
