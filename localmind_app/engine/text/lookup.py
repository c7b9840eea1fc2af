"""Speculative decoding by prompt lookup: where the last words stood before, what followed them is tried as one batch.

Every tried token is sampled as it would have been alone and the first one that differs ends the try, so answers keep
their distribution; a try only costs time. Source: prompt lookup decoding (Saxena, 2023).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..llamacpp import Ints
from .odds import Odds

_GRAM = 3  # tokens that must be the same
_WINDOW = 8192  # tokens to look back


class Lookup:
    """The tries of one answer."""

    def __init__(self) -> None:
        self.odds = Odds()

    def draft(self, tokens: Ints, step_seconds: float, costs: Sequence[float]) -> Ints:
        """Tokens that may follow `tokens`, whose last one is to be decoded next; none where a try would not pay."""
        most = self.odds.worthwhile(step_seconds, costs)
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
