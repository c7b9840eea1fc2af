"""What a chat asks of a memory, so that it works with any, and with none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from .tables import ChatRow, MessageRow


@dataclass(frozen=True)
class Reminder:
    """What the model is told beside the chat itself: `text` for the system part, `record` to be kept on the answer.

    `lines` are (id, text) of the memories in it, `frame` is what stands around them.
    """

    text: str
    record: dict[str, Any]
    lines: tuple[tuple[str, str], ...] = ()
    frame: str = ""


# By the ids of a chat and of the answer that is about to be written.
Remind = Callable[[str, str], Awaitable[Reminder | None]]
# Within the transaction that stores a message of the user's; what it did, to be kept on the message.
Notice = Callable[[Session, ChatRow, MessageRow], dict[str, Any] | None]
