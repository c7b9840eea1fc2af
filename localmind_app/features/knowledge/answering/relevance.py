"""Whether anything was found that answers the question at all: the nearest list always has a nearest entry."""

from __future__ import annotations

from collections.abc import Sequence

from ..found import Found
from ..terms import words as words_of
from ..words import Asked

# Tuned with `python -m tests.bench.citations.main tune`; docs/benchmarks.md, "Citations", has the figures.
FLOOR = 0.45
_BY_WORDS = 0.6


def relevance(found: Found, asked: Asked, texts: Sequence[str]) -> float:
    """0..1.6: the best cosine, and the share of the question's weight (inverse document frequencies) that one passage
    has. `texts` are the passages' headings and texts."""
    nearest = max((one.score for one in found.dense), default=0.0)
    return max(nearest, 0.0) + _BY_WORDS * max((covered(asked, text) for text in texts), default=0.0)


def covered(asked: Asked, text: str) -> float:
    """The share of the question's weight whose words `text` has."""
    total = sum(one.idf for one in asked.terms)
    if not total:
        return 0.0
    there = set(words_of(text))
    return sum(one.idf for one in asked.terms if set(one.term.words) <= there) / total
