"""What leaves the chat service: plain typed records, ready for JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class MessageView:
    """A message as pages and the API see it. `siblings` holds the ids of all versions at this place, in order."""

    id: str
    parent: str | None
    role: str
    text: str
    status: str
    error: dict[str, Any] | None
    model: str | None
    siblings: list[str]
    created: int
    usage: dict[str, Any] | None
    finish: str | None
    origin: dict[str, Any] | None = None
    files: list[dict[str, Any]] | None = None
    memory: dict[str, Any] | None = None
    sources: dict[str, Any] | None = None

    def body(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


@dataclass(frozen=True)
class ChatItem:
    """A chat in the list."""

    id: str
    title: str
    pinned: bool
    updated_at: int


@dataclass(frozen=True)
class ChatDetail:
    """A chat's own properties."""

    id: str
    title: str
    model: str | None
    system_prompt: str
    sampling: dict[str, Any]
    pinned: bool
    leaf: str | None
    seq: int
    remembers: bool = True
    collections: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Snapshot:
    """The newest part of a chat's shown path, oldest first, exact as of event number `chat.seq`."""

    chat: ChatDetail
    messages: list[MessageView]
    more: bool

    def body(self) -> dict[str, Any]:
        """The JSON form."""
        return {"chat": asdict(self.chat), "messages": [m.body() for m in self.messages], "more": self.more}


@dataclass(frozen=True)
class Event:
    """One event of a chat. `seq` None marks a passing notice (such as a stage) that is never replayed.

    kind: text (data is the next piece), message, patch, stage, path, reset, gone.
    """

    kind: str
    data: Any
    seq: int | None = None


@dataclass
class Posted:
    """What a command stored, the events to publish, and the answer to start (None when it waits in the queue)."""

    chat_id: str
    message_id: str
    events: list[Event] = field(default_factory=list)
    start: str | None = None
