"""Slows down guessing: after five wrong tries each further one must wait, twice as long every time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from localmind_app.core.errors import TooMany

FREE_TRIES = 5
LONGEST_WAIT = 15 * 60


@dataclass
class Throttle:
    """Counts failures of one thing (password sign-in). Kept in memory: a restart needs the machine itself."""

    clock: Callable[[], float] = time.monotonic
    _failures: int = field(default=0, init=False)
    _open_at: float = field(default=0.0, init=False)

    def check(self) -> None:
        """Raises TooMany while the wait is not over."""
        left = self._open_at - self.clock()
        if left > 0:
            raise TooMany("Too many wrong passwords. Try again in {seconds} seconds.", retry_after=int(left) + 1)

    def failed(self) -> None:
        """Record a wrong try."""
        self._failures += 1
        if self._failures >= FREE_TRIES:
            self._open_at = self.clock() + min(2.0 ** (self._failures - FREE_TRIES), LONGEST_WAIT)

    def succeeded(self) -> None:
        """Forget the failures."""
        self._failures, self._open_at = 0, 0.0
