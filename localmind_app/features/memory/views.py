"""What leaves the memory service: plain typed records, ready for JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from .tables import MemoryRow


@dataclass(frozen=True)
class Memory:
    """A fact as pages and the API see it. `chat` and `message` say where it was said; None when that is gone.

    `until` is None while it holds. Times are ms since 1970; `said` is when it was said.
    """

    id: str
    text: str
    said: int
    since: int
    until: int | None
    source: str
    chat: str | None
    message: str | None
    replaced: bool

    def body(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


@dataclass(frozen=True)
class Recalled:
    """A fact that may help with a question. `ranks` says at which place each list had it (from 1)."""

    memory: Memory
    current: bool
    score: float
    ranks: dict[str, int]


def view(row: MemoryRow) -> Memory:
    """A row as its view."""
    return Memory(
        id=row.id,
        text=row.text,
        said=row.created_at,
        since=row.valid_from,
        until=row.valid_to,
        source=row.source,
        chat=row.chat_id,
        message=row.message_id,
        replaced=row.superseded_by is not None,
    )
