"""How many threads a model computes with: as many as nobody else needs.

llama.cpp's threads meet at a barrier after every operation, spinning. One other busy process on their cores makes each
step wait for a thread that is not running: on two cores, 160 tokens/s become 2. One thread fewer costs far less, so the
number follows what other programs use, a few times a second. Not covered: other machines' limits (cgroup shares).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import psutil

LOOK_SECONDS = 0.25
CALM_SECONDS = 2.0  # this long nobody must want the core before it is taken back
# Of a core; this much of others' work fits between the steps.
TOLERATED = 0.6

Clock = Callable[[], tuple[float, float, float]]


def processor_seconds() -> tuple[float, float, float]:
    """Now, and the processor seconds used since boot by everybody and by this process."""
    everybody, own = psutil.cpu_times(), time.process_time()
    idle = everybody.idle + getattr(everybody, "iowait", 0.0)
    guests = getattr(everybody, "guest", 0.0) + getattr(everybody, "guest_nice", 0.0)  # counted in user time already
    return time.monotonic(), sum(everybody) - idle - guests, own


class Governor:
    """Chooses between 1 and `most` threads. Ask `threads` between steps; it looks at the machine every 250 ms."""

    def __init__(self, most: int, clock: Clock = processor_seconds) -> None:
        self._most, self._clock = most, clock
        self._threads = most
        self._seen = clock()
        self._looked = time.monotonic()
        self._calm_since = self._seen[0]

    def begin(self) -> None:
        """Work begins after a rest: what others did meanwhile says nothing about now."""
        self._seen, self._looked = self._clock(), time.monotonic()

    def threads(self) -> int:
        """The number for the next step."""
        if self._most == 1 or time.monotonic() - self._looked < LOOK_SECONDS:
            return self._threads
        self._looked = time.monotonic()
        now, everybody, own = self._clock()
        before, everybody_before, own_before = self._seen
        self._seen = (now, everybody, own)
        if now > before:
            self._decide(now, ((everybody - everybody_before) - (own - own_before)) / (now - before))
        return self._threads

    def _decide(self, now: float, others: float) -> None:
        wanted = max(1, self._most - math.ceil(max(0.0, others - TOLERATED)))
        if wanted < self._threads:
            self._threads = wanted
        if wanted <= self._threads:
            self._calm_since = now
        elif now - self._calm_since >= CALM_SECONDS:
            self._threads, self._calm_since = wanted, now
