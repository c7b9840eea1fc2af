"""The web process's door to the jobs: hand one in, see how far the long ones are, pause, continue and cancel them.

It knows no users: services check who may ask before they ask here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from .home import Home
from .jobs import Payload, Queue
from .long_jobs import JobState


class JobDesk:
    """Jobs of one data folder, for callers on an event loop. The file is opened on first use."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._opened: Queue | None = None
        self._opening = asyncio.Lock()

    async def _queue(self) -> Queue:
        async with self._opening:
            if self._opened is None:
                self._opened = await asyncio.to_thread(Queue, self._home)
            return self._opened

    async def submit(self, name: str, payload: Payload) -> str:
        """Queue a registered job; its id. It is on disk when this returns."""
        return await asyncio.to_thread((await self._queue()).submit, name, payload)

    async def states(self, names: Iterable[str]) -> list[JobState]:
        """The long jobs of these kinds, newest first."""
        return await asyncio.to_thread((await self._queue()).board.states, list(names))

    async def find(self, job_id: str) -> JobState | None:
        """One long job; None when there is none."""
        return await asyncio.to_thread((await self._queue()).board.find, job_id)

    async def pause(self, job_id: str) -> bool:
        """Ask it to pause; False when that makes no sense now."""
        return await asyncio.to_thread((await self._queue()).pause, job_id)

    async def resume(self, job_id: str) -> bool:
        """Continue it; False when it is not paused, failed or lost."""
        return await asyncio.to_thread((await self._queue()).resume, job_id)

    async def cancel(self, job_id: str) -> bool:
        """Ask it to end and to clean up; False when it is over."""
        return await asyncio.to_thread((await self._queue()).cancel, job_id)

    async def close(self) -> None:
        """Close the file."""
        if self._opened is not None:
            await asyncio.to_thread(self._opened.close)
