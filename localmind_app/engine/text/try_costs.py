"""What trying so many tokens adds to a step on this machine, as measured.

It is no multiple of what one adds: on a processor the second row of a batch may cost twice a whole step and the next
six together no more, since llama.cpp multiplies one row in another way than several.
"""

from __future__ import annotations

import numpy as np

from .odds import MOST_TRIED

_MEMORY = 0.3  # weight of the newest measurement
_FADING = 0.002  # what a figure loses with each step, so that one bad moment is not believed for ever
_UNKNOWN = 0.5  # of a step, however many: the first try, of as many as there are, tells


class TryCosts:
    """The seconds that 1 to MOST_TRIED tries cost, learned from those that were made."""

    def __init__(self) -> None:
        self._known: dict[int, float] = {}

    def of(self, step_seconds: float) -> list[float]:
        """What 1, 2, 3 … tokens add to a step that takes `step_seconds` without any. Ask once a step."""
        if not self._known:
            return [_UNKNOWN * step_seconds] * MOST_TRIED
        self._known = {count: seconds * (1 - _FADING) for count, seconds in self._known.items()}
        counts = [0, *sorted(self._known)]
        seconds = [0.0, *(self._known[count] for count in counts[1:])]
        most, at_most = counts[-1], seconds[-1]
        found = np.interp(np.arange(1, MOST_TRIED + 1), counts, seconds)
        return [float(one) if at <= most else at_most * at / most for at, one in enumerate(found, 1)]

    def learn(self, count: int, seconds: float) -> None:
        """A step with `count` tries took so many seconds more."""
        before = self._known.get(count)
        seconds = max(0.0, seconds)
        self._known[count] = seconds if before is None else before + _MEMORY * (seconds - before)
