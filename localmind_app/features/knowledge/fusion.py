"""Makes one list of several: reciprocal rank fusion, then what is worth showing of it.

Fusion: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
Methods", SIGIR 2009.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

K = 60
WEIGHTS = {"dense": 1.0, "words": 1.0}  # others gain nothing (tests/bench/retrieval/tune.py)
SAME_WORDS = 0.9  # of the words of two passages together: then they are one text
SHARE = 0.75  # of the places that one document may take while others have something nearly as good
NEARLY = 0.6  # of the best score
MERGED = 3  # chunks that become one passage at most

Reason = Literal["same", "joined", "crowded", "below"]


@dataclass(frozen=True)
class Candidate:
    """A chunk that may be shown; `in_order` are its words, `ranks` its places from 1 in the lists that have it."""

    chunk_id: int
    document_id: str
    collection_id: str
    document_name: str
    ordinal: int
    heading: str
    text: str
    page: int | None
    first_block: int
    start: int
    last_block: int
    end: int
    tokens: int
    in_order: tuple[str, ...]
    ranks: Mapping[str, int | None]
    score: float = 0.0
    parts: tuple[int, ...] = ()

    @cached_property
    def words(self) -> frozenset[str]:
        """The different words of its text."""
        return frozenset(self.in_order)


def fuse(
    lists: Mapping[str, Sequence[int]], weights: Mapping[str, float] = WEIGHTS, k: int = K
) -> list[tuple[int, float]]:
    """(id, score) best first; each list gives weight / (k + rank) to what it has, ranks from 1. Ties by id."""
    scores: dict[int, float] = {}
    for name, ids in lists.items():
        for rank, one in enumerate(ids, 1):
            scores[one] = scores.get(one, 0.0) + weights.get(name, 1.0) / (k + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def choose(
    ranked: Sequence[Candidate], limit: int, *, merge: bool = True
) -> tuple[list[Candidate], list[tuple[Candidate, Reason]]]:
    """At most `limit` passages of a ranked list, and what was left out, each with its reason.

    A text that is there already is dropped; one document does not take all places while others have something nearly
    as good; chunks that stand side by side become one passage, in the place of the better one.
    """
    out: list[tuple[Candidate, Reason]] = []
    kept: list[Candidate] = []
    crowded: list[Candidate] = []
    most = max(1, math.ceil(limit * SHARE))
    best = ranked[0].score if ranked else 0.0
    taken: dict[str, int] = {}
    for one in ranked:
        if len(kept) == limit:
            out.append((one, "below"))
        elif any(_same(one, other) for other in kept):
            out.append((one, "same"))
        elif taken.get(one.document_id, 0) >= most and _others(ranked, kept, one, best):
            crowded.append(one)
        else:
            kept.append(one)
            taken[one.document_id] = taken.get(one.document_id, 0) + 1
    while len(kept) < limit and crowded:
        kept.append(crowded.pop(0))
    out += [(one, "crowded") for one in crowded]
    if merge:
        kept, joined = _merge(kept)
        out += [(one, "joined") for one in joined]
    return kept, out


def _others(ranked: Sequence[Candidate], kept: Sequence[Candidate], one: Candidate, best: float) -> bool:
    chosen = {candidate.chunk_id for candidate in kept}
    return any(
        other.document_id != one.document_id and other.chunk_id not in chosen and other.score >= NEARLY * best > 0
        for other in ranked
    )


def _same(one: Candidate, other: Candidate) -> bool:
    if one.text == other.text:
        return True
    union = len(one.words | other.words)
    return union > 0 and len(one.words & other.words) >= SAME_WORDS * union and _numbers(one) == _numbers(other)


def _numbers(one: Candidate) -> frozenset[str]:
    """Two rows of a table, or two versions of a clause, may differ in nothing but a number."""
    return frozenset(word for word in one.words if any(sign.isdigit() for sign in word))


def _merge(kept: Sequence[Candidate]) -> tuple[list[Candidate], list[Candidate]]:
    """Neighbours under one heading become one passage; also returns what went into another one."""
    made: list[Candidate] = []
    joined: list[Candidate] = []
    for one in kept:
        at = next((index for index, other in enumerate(made) if _beside(other, one)), None)
        if at is None:
            made.append(replace(one, parts=(one.chunk_id,)))
        else:
            made[at] = _join(made[at], one)
            joined.append(one)
    return made, joined


def _beside(passage: Candidate, one: Candidate) -> bool:
    if passage.document_id != one.document_id or passage.heading != one.heading or len(passage.parts) >= MERGED:
        return False
    return one.ordinal in (passage.ordinal - 1, passage.ordinal + len(passage.parts))


def _join(passage: Candidate, one: Candidate) -> Candidate:
    before = one.ordinal < passage.ordinal
    first, last = (one, passage) if before else (passage, one)
    # The sentence that both have is written once.
    again = first.end - last.start if first.last_block == last.first_block else 0
    glue = "" if again > 0 else " " if first.last_block == last.first_block else "\n"
    return replace(
        passage,
        ordinal=first.ordinal,
        text=first.text + glue + last.text[max(again, 0) :],
        page=first.page,
        first_block=first.first_block,
        start=first.start,
        last_block=last.last_block,
        end=last.end,
        tokens=first.tokens + last.tokens,
        in_order=first.in_order + last.in_order,
        parts=(one.chunk_id, *passage.parts) if before else (*passage.parts, one.chunk_id),
    )
