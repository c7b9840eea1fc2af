"""The worker's thread that takes documents in and follows folders, from `start` to `stop`."""

from __future__ import annotations

import asyncio
import threading

from localmind_app.core.home import Home

_PATIENCE = 1.5  # the supervisor gives the whole process two seconds


class IngestionThread(threading.Thread):
    """Serves one data folder."""

    def __init__(self, home: Home) -> None:
        super().__init__(name="ingestion", daemon=True)
        self._home = home
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()

    def run(self) -> None:
        """The thread's own work; call `start`."""
        from .serve import serve  # takes a second to import, which the start of the worker does not wait for

        with asyncio.Runner(loop_factory=lambda: self._loop) as loop:
            loop.run(serve(self._home, self._stopped))

    def stop(self) -> None:
        """End what is under way and wait for the thread. The next start goes on from there."""
        if self.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
            self.join(_PATIENCE)
