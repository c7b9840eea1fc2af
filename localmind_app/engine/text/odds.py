"""How many tokens are worth trying at once: from how often tries came true, and what they cost on this machine."""

from __future__ import annotations

from collections.abc import Sequence

MOST_TRIED = 8  # tokens
_OPTIMISM = 0.6  # how often a try comes true before anything is known
_MEMORY = 0.2  # weight of the newest try
_RECOVERY = 0.004  # what hope grows with each token that was not tried for


class Odds:
    """What the tries of one guesser were worth so far."""

    def __init__(self) -> None:
        self._truth = _OPTIMISM

    def worthwhile(self, step_seconds: float, costs: Sequence[float]) -> int:
        """The number of tokens to try that gives most tokens a second; 0 where none is quicker. Ask once a step.

        `step_seconds` is what a step takes without any, `costs` what 1, 2, 3 … tried tokens add to it.
        """
        self._truth = min(1.0, self._truth + _RECOVERY)
        if step_seconds <= 0:
            return 0
        best, best_rate = 0, 1.0 / step_seconds
        expected = 1.0
        for count, seconds in enumerate(costs, 1):
            expected += self._truth**count
            rate = expected / (step_seconds + seconds)
            if rate > best_rate:
                best, best_rate = count, rate
        return best

    def learn(self, tried: int, true: int) -> None:
        """Note how many tokens of a try came true."""
        if tried:
            self._truth += _MEMORY * (true / tried - self._truth)
