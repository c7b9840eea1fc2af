"""Tells a child that hangs from one that works on something long.

A living child takes processor time, reads from disk, finishes steps or moves its progress. One that owes an answer and
does nothing of that for half a minute hangs (five minutes while it loads: a network drive may be slow). One that
computes, but finishes no step for a quarter of an hour, does too: no step is that long.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import psutil

STILL_SECONDS = 30.0
STILL_LOADING_SECONDS = 300.0
LONGEST_STEP_SECONDS = 900.0
_NOTICED_CPU = 0.05  # processor seconds; waiting for a message takes less


@dataclass(frozen=True)
class Sign:
    """What is seen of a child from outside: processor seconds, bytes read, steps done, progress of loading."""

    cpu: float
    read: int
    steps: float
    progress: float


def sign_of(pid: int, steps: float, progress: float) -> Sign | None:
    """The signs of process `pid` now; None when it is gone."""
    try:
        process = psutil.Process(pid)
        times = process.cpu_times()
        read = process.io_counters().read_bytes if sys.platform != "darwin" else 0
    except psutil.Error:
        return None
    return Sign(times.user + times.system, read, steps, progress)


class Pulse:
    """Follows one child. Time is given by the caller as seconds since the last look."""

    def __init__(self, still: float = STILL_SECONDS) -> None:
        self._still = still
        self._last: Sign | None = None
        self._still_for = self._stepless_for = 0.0

    def look(self, sign: Sign, elapsed: float, *, owes: bool, loading: bool) -> float | None:
        """The seconds it has hung for, or None where it does not. `owes`: somebody waits for an answer."""
        last, self._last = self._last, sign
        if last is None or not owes:
            self._still_for = self._stepless_for = 0.0
            return None
        stepped = (sign.steps, sign.progress) != (last.steps, last.progress)
        moved = stepped or sign.cpu - last.cpu > _NOTICED_CPU or sign.read != last.read
        self._stepless_for = 0.0 if stepped else self._stepless_for + elapsed
        self._still_for = 0.0 if moved else self._still_for + elapsed
        if self._still_for >= (max(self._still, STILL_LOADING_SECONDS) if loading else self._still):
            return self._still_for
        return self._stepless_for if self._stepless_for >= LONGEST_STEP_SECONDS and not loading else None
