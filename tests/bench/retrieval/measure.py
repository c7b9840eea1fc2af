"""recall@5, recall@10, nDCG@10 and MRR of ranked answers, over questions whose answers have one or more parts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .questions import Question


@dataclass(frozen=True)
class Figures:
    """Means over questions, each 0..1."""

    recall5: float
    recall10: float
    ndcg10: float
    mrr: float
    count: int


def figures(asked: Sequence[Question], answers: Sequence[Sequence[frozenset[int]]]) -> Figures:
    """`answers` are ranked, each the set of passages it counts for."""
    rows = [_one(question, ranked) for question, ranked in zip(asked, answers, strict=True)]
    count = max(len(rows), 1)
    return Figures(*(sum(column) / count for column in zip(*rows, strict=True)), len(rows))


def _one(question: Question, ranked: Sequence[frozenset[int]]) -> tuple[float, float, float, float]:
    places = [
        next((rank for rank, given in enumerate(ranked, 1) if given & wanted), None) for wanted in question.answers
    ]
    parts = len(places)
    gain = 0.0
    for place in places:
        # One chunk that answers both parts stands at one rank, and counts there for both.
        if place is not None and place <= 10:
            gain += 1 / math.log2(place + 1)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, parts + 1))
    first = min((place for place in places if place), default=None)
    return (
        sum(place is not None and place <= 5 for place in places) / parts,
        sum(place is not None and place <= 10 for place in places) / parts,
        min(1.0, gain / ideal),
        1 / first if first else 0.0,
    )
