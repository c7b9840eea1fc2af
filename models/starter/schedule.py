"""How long Starter trains, on how much text, and from which seeds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to train; ``batch_tokens`` counts tokens with padding.

    ``openings`` are single questions whose answer is cut after ``first_words`` tokens: the choice of
    the answer is made there, the rest is recited, so most of the time goes into understanding.
    """

    conversations: int = 6_000
    openings: int = 45_000
    first_words: int = 12
    settled: bool = False
    batch_tokens: int = 768
    longest: int = 1024
    learning_rate: float = 1.5e-3
    final_rate: float = 0.03
    warmup: int = 100
    weight_decay: float = 0.05
    seed: int = 7
    threads: int = 2


STAGES = (
    Schedule(),
    Schedule(conversations=4_000, openings=60_000, first_words=6, settled=True, learning_rate=1e-3, seed=21),
    Schedule(conversations=3_000, openings=80_000, first_words=6, settled=True, learning_rate=1e-3, seed=35),
)
"""First to speak and to listen, then mostly to listen."""
