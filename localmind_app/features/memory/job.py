"""The worker's job for the memory: once a minute, what is new is read."""

from __future__ import annotations

import asyncio
import logging
import threading

from localmind_app.core.home import Home
from localmind_app.core.jobs import Job, Payload

log = logging.getLogger(__name__)
MINUTE = 60.0
_one_at_a_time = threading.Lock()


def read_new(home: Home, payload: Payload) -> None:
    """One round; does nothing while the one before still runs."""
    from .rounds import MemoryRound  # late: the worker starts without numpy

    del payload
    if not _one_at_a_time.acquire(blocking=False):
        return
    try:
        asyncio.run(MemoryRound(home).run())
    finally:
        _one_at_a_time.release()


def purge_memories(home: Home, payload: Payload) -> None:
    """Remove what was forgotten for good."""
    from localmind_app.core.database import Database

    from .store import purge

    del payload
    database = Database(home.database)
    try:
        with database.session() as session:
            removed = purge(session)
    finally:
        database.close()
    log.info("purge-memories removed %d", removed)


READ = Job("read-memories", read_new, repeat=True, every=MINUTE)
PURGE = Job("purge-memories", purge_memories, repeat=True, every=60 * MINUTE)
