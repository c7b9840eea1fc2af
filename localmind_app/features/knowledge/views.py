"""What leaves the knowledge service: plain typed records, ready for JSON. Times are milliseconds since 1970."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class FolderView:
    """The folder a collection follows. state: waiting, reading, following, missing; `left_out` counts what was not
    taken: links, hidden and unreadable files."""

    path: str
    state: str
    error: dict[str, Any] | None
    left_out: int
    scanned_at: int | None


@dataclass(frozen=True)
class CollectionView:
    """A collection. `states` counts its documents by state, `searchable` those that searches find; `size` is bytes."""

    id: str
    name: str
    description: str
    kind: str
    chat_id: str | None
    documents: int
    searchable: int
    states: dict[str, int]
    size: int
    chunks: int
    pages: int
    paused: bool
    folder: FolderView | None
    created_at: int
    updated_at: int

    def body(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


@dataclass(frozen=True)
class DocumentView:
    """A document. `progress` is 0..1 of the newest reading; `searchable` says whether an (older) version is found.

    `error` is why it failed and `note` what it waits for, both as `UserError.body`. `size` is of its file, in bytes.
    """

    id: str
    collection_id: str
    name: str
    title: str
    media_type: str
    file_id: str | None
    url: str | None
    size: int | None
    state: str
    progress: float
    error: dict[str, Any] | None
    note: dict[str, Any] | None
    searchable: bool
    version: int
    chunks: int
    tokens: int
    pages: int
    created_at: int
    updated_at: int

    def body(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


@dataclass(frozen=True)
class Details:
    """A document, what read it, and what that left out: English templates with their fields."""

    document: DocumentView
    parser: str
    warnings: tuple[dict[str, Any], ...]

    def body(self) -> dict[str, Any]:
        """The JSON form."""
        return {**self.document.body(), "parser": self.parser, "warnings": list(self.warnings)}


@dataclass(frozen=True)
class Listed:
    """Some documents of a collection, newest first. `following` is the id to ask for more after, None at the end."""

    documents: tuple[DocumentView, ...]
    following: str | None
    collection: CollectionView

    def body(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "documents": [one.body() for one in self.documents],
            "next": self.following,
            "collection": self.collection.body(),
        }
