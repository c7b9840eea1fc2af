"""The words of a question inside of a passage: where they stand, and the part of a long passage worth showing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from localmind_app.features.knowledge.terms import words

SHOWN = 480  # characters of a passage in a list of results
LEAD = 90  # of them, at most, before the first word that was asked for
_TOKEN = re.compile(r"\w+")


@dataclass
class Part:
    """A run of text that is marked or not."""

    text: str
    marked: bool


@dataclass(frozen=True)
class _Mark:
    start: int
    end: int
    word: str


def excerpt(text: str, terms: Sequence[str], limit: int = SHOWN) -> list[Part]:
    """`text` in parts, those marked that `terms` (of `Found`) name; a long one from near where most of them stand."""
    marks = _marks(text, {word for term in terms for word in term.split()})
    start = _beginning(text, marks, limit)
    end = len(text) if len(text) <= start + limit else _before_a_word(text, start + limit)
    parts, at = [], start
    for mark in marks:
        if mark.start < at or mark.end > end:
            continue
        parts += [Part(text[at : mark.start], False), Part(text[mark.start : mark.end], True)]
        at = mark.end
    parts.append(Part(text[at:end], False))
    if start:
        parts.insert(0, Part("… ", False))
    if end < len(text):
        parts.append(Part(" …", False))
    return [part for part in parts if part.text]


def _marks(text: str, wanted: set[str]) -> list[_Mark]:
    """Where wanted words stand, in order. Scripts without spaces are looked at in pairs of characters."""
    marks: list[_Mark] = []
    for token in _TOKEN.finditer(text):
        found = words(token[0])
        if len(found) == 1:
            if found[0] in wanted:
                marks.append(_Mark(token.start(), token.end(), found[0]))
            continue
        for at in range(token.start(), token.end() - 1):
            pair = words(text[at : at + 2])
            if len(pair) == 1 and pair[0] in wanted:
                start = max(at, marks[-1].end if marks else 0)
                marks.append(_Mark(start, at + 2, pair[0]))
    return marks


def _beginning(text: str, marks: Sequence[_Mark], limit: int) -> int:
    """Where to begin, so that as many different wanted words as possible are shown; 0 when all of it is short."""
    if len(text) <= limit or not marks:
        return 0
    best = max(marks, key=lambda one: (_different(marks, one.start, limit - LEAD), -one.start))
    if best.start <= LEAD:
        return 0
    return _after_a_space(text, max(0, min(best.start - LEAD, len(text) - limit)))


def _different(marks: Sequence[_Mark], start: int, length: int) -> int:
    return len({one.word for one in marks if start <= one.start and one.end <= start + length})


def _after_a_space(text: str, at: int) -> int:
    if at == 0:
        return 0
    space = text.find(" ", at, at + LEAD // 2)
    return space + 1 if space >= 0 else at


def _before_a_word(text: str, at: int) -> int:
    space = text.rfind(" ", at - LEAD // 2, at)
    return space if space > 0 else at
