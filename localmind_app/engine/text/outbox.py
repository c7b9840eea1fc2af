"""What the child has to tell, gathered: one write per step, and fewer where the words come faster than anybody reads.

Every write wakes the engine's process and its clients, on the cores the model computes on. A small model makes a
thousand tokens a second; sent singly they cost it a third of its speed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ..wire import Message

# Messages that are not urgent, the later pieces of an answer, wait this long for more.
GATHER_SECONDS = 0.004


class Outbox:
    """Messages on their way to the engine; `send` writes several at once."""

    def __init__(self, send: Callable[[list[Message]], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._send, self._clock = send, clock
        self._messages: list[Message] = []
        self._pieces: dict[int, Message] = {}  # the waiting delta of each request
        self._urgent = False
        self._sent = 0.0

    def add(self, message: Message, *, urgent: bool) -> None:
        """Queue a message; a delta joins the one of its request that waits already. An urgent one takes all along."""
        number = message["id"]
        self._urgent |= urgent
        waiting = self._pieces.get(number)
        if message["event"] == "delta" and waiting is not None:
            waiting["text"] += message["text"]
            waiting["tokens"] = waiting.get("tokens", 1) + 1
            if "logprobs" in message:
                waiting.setdefault("logprobs", []).extend(message["logprobs"])
            return
        self._messages.append(message)
        if message["event"] == "delta":
            self._pieces[number] = message
        else:
            self._pieces.pop(number, None)

    def flush(self) -> None:
        """Send what is due."""
        if self._messages and (self._urgent or self._clock() - self._sent >= GATHER_SECONDS):
            self._send(self._messages)
            self._messages, self._pieces, self._urgent = [], {}, False
            self._sent = self._clock()
