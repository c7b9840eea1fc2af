"""Which facts help with a question: four ranked lists, fused.

Dense (exact, over the vectors of all facts of one person and of the questions they answer), words (BM25 over text and
attribute), names, and time, joined by reciprocal rank (Cormack et al. 2009, k = 60). What a newer fact has ended is
looked at only when the question is about the past. Who asks about themself gets nothing that is not near enough to be
an answer (`relevance`): no answer is one too. Anything else gets what no list has a reason against.
"""

# ruff: noqa: E501 -- patterns are read as lists

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from . import dates, relevance, store, words
from .dates import Span
from .relevance import Vector, Wanted
from .tables import MemoryRow
from .views import Recalled, view

K = 60
DEPTH = 50  # of each list
WEIGHTS: Mapping[str, float] = {"dense": 1.0, "words": 1.0, "names": 0.7, "time": 1.0}
# Of a question about the asker, whose dense list is one of relevance, in which the words count already.
PERSONAL: Mapping[str, float] = {**WEIGHTS, "dense": 2.5}
# Below, the sentences have nothing to do with each other (all-MiniLM-L6-v2: unrelated ones have about 0.05).
LIKELY = 0.3
# A shared word says little alone ("my code does not work", "I work as a nurse"); beside it this much has to be alike.
PLAUSIBLE = 0.12
# Where a list's first is clearly meant, what is far below it is left out.
FAR_BELOW = 0.35
# Of a fact about somebody whom the question does not mention.
OTHERS = 0.5

_PAST = re.compile(
    r"\b(?:used to|before|previous\w*|former\w*|earlier|in the past|back then|formerly|once|history|last time|old (?:address|job|flat|employer|car)|"
    r"(?:did|was|were) (?:i|my|we)\b|had i|have i (?:ever )?(?:lived|worked|had|been)|"
    r"früher|damals|vorher|zuvor|einst|ehemalig\w*|bisherig\w*|vormals|(?:habe|hatte|war|bin) ich .*\b(?:gewohnt|gelebt|gearbeitet|gefahren)|"
    r"wohnte|lebte|arbeitete|hatte|war(?:en)? (?:ich|mein\w*))\b", re.IGNORECASE,
)  # fmt: skip
_PERSONAL = re.compile(
    r"\b(?:what|who|where|when|which|how|whose|whom)\b.*\b(?:i|my|me|we|our|mine)\b|^(?:am|do|did|was|have|can|tell me|do you (?:know|remember)).*\b(?:i|my|our)\b|"
    r"\b(?:was|wer|wo|wann|welche[rsnm]?|wie|wessen|wem|wen|woher|wohin)\b.*\b(?:ich|mein\w*|mir|mich|wir|unser\w*)\b|^(?:bin|habe|mag|kann|weißt du).*\b(?:ich|mein\w*)\b",
    re.IGNORECASE | re.DOTALL,
)
# "What did I tell you about …" is a past tense that asks about now.
_TOLD = re.compile(
    r"\b(?:did|have|had) i (?:already |ever )?(?:tell|told|mention|mentioned|say|said|talk|talked|write|written)\b|"
    r"\bhabe ich (?:dir )?.*\b(?:gesagt|erzählt|geschrieben|erwähnt)\b", re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A question, its vector where the embedder answered, the time it asks about, and whether it is about the asker."""

    text: str
    vector: Vector | None
    embedder: str | None
    now: int
    span: Span | None
    past: bool
    personal: bool


def question(text: str, now: int, vector: Sequence[float] | None = None, embedder: str | None = None) -> Question:
    """Read a question that is asked at `now` (ms since 1970)."""
    span = dates.said_in(text, now)
    over = span is not None and (span.end or now) <= now
    past = over or bool(_PAST.search(_TOLD.sub(" ", text)))
    made = np.asarray(vector, np.float32) if vector is not None else None
    return Question(text, made, embedder, now, span, past, bool(_PERSONAL.search(text)))


def recall(
    session: Session, user_id: str, asked: Question, limit: int = 5, without: Iterable[str] = ()
) -> list[Recalled]:
    """The facts of one person that may help with a question, the best first; those said in messages `without` are
    left out."""
    left_out = set(without)
    rows = {
        row.id: row for row in store.known(session, user_id) if row.message_id not in left_out or not row.message_id
    }
    rows = {id: row for id, row in rows.items() if asked.past or holds(row, asked.now)}
    if not rows:
        return []
    about = relevance.wanted(asked.text)
    alike, near = _alike(asked, rows.values(), about)
    dense, likely = (near, relevance.FLOOR) if asked.personal else (alike, LIKELY)
    lists = {
        "dense": [id for id in sorted(dense, key=lambda id: -dense[id]) if dense[id] >= likely][:DEPTH],
        "words": [id for id in words.ranked(session, user_id, asked.text, 4 * DEPTH) if id in rows],
        "names": _by_names(asked, rows),
        "time": _by_time(asked, rows),
    }
    lists["words"] = [id for id in lists["words"] if alike.get(id, 1.0) >= PLAUSIBLE][:DEPTH]
    scores: dict[str, float] = {}
    ranks: dict[str, dict[str, int]] = {}
    weights = PERSONAL if near and asked.personal else WEIGHTS
    for name, ids in lists.items():
        for place, id in enumerate(ids, 1):
            scores[id] = scores.get(id, 0.0) + weights[name] / (K + place)
            ranks.setdefault(id, {})[name] = place
    for id in scores:
        if relevance.of_others(about, rows[id]):
            scores[id] *= OTHERS
    best = max(alike.values(), default=0.0)

    def enough(id: str) -> bool:
        if asked.personal:
            return near.get(id, 1.0) >= relevance.FLOOR
        return len(ranks[id]) > 1 or alike.get(id, 1.0) >= best - FAR_BELOW

    ordered = sorted(scores.items(), key=lambda entry: (-entry[1], rows[entry[0]].created_at))
    return [
        Recalled(view(rows[id]), holds(rows[id], asked.now), round(score, 5), ranks[id])
        for id, score in ordered
        if enough(id)
    ][:limit]


def holds(row: MemoryRow, at: int) -> bool:
    """Whether a fact holds at a time, as far as is known."""
    return row.superseded_by is None and (row.valid_to is None or row.valid_to > at)


def _alike(asked: Question, rows: Iterable[MemoryRow], about: Wanted) -> tuple[dict[str, float], dict[str, float]]:
    """Of each fact with vectors of the same embedder: the cosine of its sentence, and how relevant it is."""
    alike: dict[str, float] = {}
    near: dict[str, float] = {}
    if asked.vector is None:
        return alike, near
    for row in rows:
        if row.vector is None or row.embedder != asked.embedder:
            continue
        cosines = relevance.vectors(row.vector, len(asked.vector)) @ asked.vector
        alike[row.id], near[row.id] = float(cosines[0]), relevance.relevance(about, row, cosines)
    return alike, near


def _by_names(asked: Question, rows: Mapping[str, MemoryRow]) -> list[str]:
    """Facts that name somebody or something that the question names, the most names first."""
    wanted = words.names(asked.text)
    if not wanted:
        return []
    shared = {id: len(wanted & (words.names(f". {row.text}"))) for id, row in rows.items()}
    return sorted((id for id, count in shared.items() if count), key=lambda id: -shared[id])[:DEPTH]


def _by_time(asked: Question, rows: Mapping[str, MemoryRow]) -> list[str]:
    """Facts that held or were said in the time that the question names; those said in it first, then the newest."""
    span = asked.span
    if span is None:
        return []
    start, end = span.start or 0, span.end or asked.now + 1

    def fits(row: MemoryRow) -> bool:
        return row.valid_from < end and (row.valid_to is None or row.valid_to > start or row.created_at >= start)

    def key(row: MemoryRow) -> tuple[bool, int]:
        return (not start <= row.created_at < end, -row.valid_from)

    return [row.id for row in sorted(filter(fits, rows.values()), key=key)][:DEPTH]
