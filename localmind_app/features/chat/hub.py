"""Hands events to whoever is watching a chat, within this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from .views import Event

# A watcher this far behind is cut off; it comes back and replays from the journal.
LONGEST_QUEUE = 1000


class Hub:
    """Watchers by chat."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[asyncio.Queue[Event]]] = {}

    def publish(self, chat_id: str, events: Iterable[Event]) -> None:
        """Give events to every watcher of a chat."""
        watchers = self._watchers.get(chat_id, ())
        for event in events:
            for queue in list(watchers):
                if queue.qsize() >= LONGEST_QUEUE:
                    queue.put_nowait(Event("reset", {}))
                    self._drop(chat_id, queue)
                else:
                    queue.put_nowait(event)

    @contextmanager
    def watch(self, chat_id: str) -> Iterator[asyncio.Queue[Event]]:
        """A queue that receives the chat's events while the context is open."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._watchers.setdefault(chat_id, set()).add(queue)
        try:
            yield queue
        finally:
            self._drop(chat_id, queue)

    def _drop(self, chat_id: str, queue: asyncio.Queue[Event]) -> None:
        watchers = self._watchers.get(chat_id)
        if watchers is not None:
            watchers.discard(queue)
            if not watchers:
                del self._watchers[chat_id]
