"""Tells on the terminal what is being done and for how long; one line per step is left behind."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from types import TracebackType

QUIET_SECONDS = 30.0  # between lines where the output is no terminal


class Progress:
    """A line that lives while a step runs. On a terminal it is redrawn; in a log it is repeated now and then."""

    def __init__(self, doing: str) -> None:
        self.doing = doing
        self._detail = ""
        self._began = time.monotonic()
        self._over = threading.Event()
        self._live = sys.stdout.isatty()
        self._thread = threading.Thread(target=self._draw, name="progress", daemon=True)

    def now(self, detail: str) -> None:
        """Say what is happening inside the step."""
        self._detail = detail

    def __enter__(self) -> Progress:
        if not self._live:
            print(f"  {self.doing} …", flush=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()
        mark = "✓" if kind is None else "✗"
        self._put(f"{mark} {self.doing} ({elapsed(time.monotonic() - self._began)})", end="\n")

    def _draw(self) -> None:
        while not self._over.wait(0.5 if self._live else QUIET_SECONDS):
            spent = elapsed(time.monotonic() - self._began)
            detail = f": {self._detail}" if self._detail else ""
            self._put(f"… {self.doing} {spent}{detail}", end="" if self._live else "\n")

    def _put(self, text: str, *, end: str) -> None:
        width = shutil.get_terminal_size().columns - 3
        start = "\r\x1b[K  " if self._live else "  "
        line = start + (text[:width] if self._live else text) + end
        sys.stdout.write(line)
        sys.stdout.flush()


def elapsed(seconds: float) -> str:
    """Seconds as people read them: ``3.2 s``, ``1:05 min``."""
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds) // 60}:{int(seconds) % 60:02d} min"
