"""Speculative decoding by prompt lookup: where the last words stood before, what followed them is tried as one batch.

Every tried token is sampled as it would have been alone and the first one that differs ends the try, so answers keep
their distribution; a try only costs time. How many are tried follows from how often tries of this answer came true and
from what a row costs on this machine beside a whole step. Source: prompt lookup decoding (Saxena, 2023).
"""

from __future__ import annotations

import numpy as np

from ..llamacpp import Ints

MOST_TRIED = 8  # tokens
_GRAM = 3  # tokens that must be the same
_WINDOW = 8192  # tokens to look back
_OPTIMISM = 0.6  # how often a try comes true before anything is known
_MEMORY = 0.2  # weight of the newest try
_RECOVERY = 0.004  # what hope grows with each token that was not tried for


class Lookup:
    """The tries of one answer."""

    def __init__(self) -> None:
        self._truth = _OPTIMISM
        self.tried = self.true = 0

    def draft(self, tokens: Ints, step_seconds: float, row_seconds: float) -> Ints:
        """Tokens that may follow `tokens`, whose last one is to be decoded next; none where a try would not pay."""
        self._truth = min(1.0, self._truth + _RECOVERY)
        most = self._worthwhile(step_seconds, row_seconds)
        if not most or len(tokens) <= _GRAM:
            return tokens[:0]
        recent = tokens[-_WINDOW:]
        ends = np.flatnonzero(recent[_GRAM - 1 : -1] == recent[-1]) + _GRAM - 1  # where the last token stood before
        for back in range(1, _GRAM):
            ends = ends[recent[ends - back] == recent[-1 - back]]
        if not len(ends):
            return tokens[:0]
        ample = ends[ends + most < len(recent)]  # places with enough behind them; the latest of those
        start = int(ample[-1] if len(ample) else ends[-1]) + 1
        return recent[start : start + most].copy()

    def learn(self, tried: int, true: int) -> None:
        """Note how many tokens of a try came true."""
        if tried:
            self.tried += tried
            self.true += true
            self._truth += _MEMORY * (true / tried - self._truth)

    def _worthwhile(self, step_seconds: float, row_seconds: float) -> int:
        """The number of tokens to try that gives most tokens a second; 0 where none is quicker."""
        if step_seconds <= 0:
            return 0
        best, best_rate = 0, 1.0 / step_seconds
        expected = 1.0
        for count in range(1, MOST_TRIED + 1):
            expected += self._truth**count
            rate = expected / (step_seconds + count * row_seconds)
            if rate > best_rate:
                best, best_rate = count, rate
        return best
