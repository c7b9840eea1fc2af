"""An answer without a language model: the best sentences of the passages, word for word, each with its marker.

Exact by construction, and useful with nothing downloaded. Not covered: putting two sentences together to a new one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from localmind_app.core.errors import UserError

from ..terms import words
from ..words import Weighed
from .offsets import Offsets
from .passages import Passage
from .support import Embed
from .units import Unit, units
from .weights import covered, vocabulary

NOTHING = "This is not in your documents."
MOST = 6  # sentences
_CONSIDERED = 96  # sentences whose embeddings are asked for
_SHARE = 0.72  # of the best sentence's score that another one needs
_SAME = 0.8  # of two sentences' words: then one is enough
_SHORTEST = 3  # words
_BY_WORDS = 0.8  # beside the cosine, which counts in full
_HEADING = 0.3  # of what a word counts that stands in the heading only
_BY_PLACE = 0.1  # for the passage that search put first
# A sentence that begins so needs the one before it.
_LEANS = re.compile(
    r"(?:it|they|he|she|this|that|these|those|such|however|therefore|er|sie|es|dies\w*|jedoch|daher|deshalb)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Quoted:
    """A piece of passage `n`, characters `start` to before `end`; `head` is the header of the table it is a row of."""

    n: int
    start: int
    end: int
    head: str = ""
    score: float = 0.0


async def choose(
    question: str,
    terms: Sequence[Weighed],
    passages: Sequence[Passage],
    best: Sequence[int],
    embed: Embed | None = None,
) -> list[Quoted]:
    """At most `MOST` pieces that answer the question, in reading order. `best` are chunk ids as the search put them.

    Without `embed`, or when it fails, words decide alone.
    """
    candidates = [
        (passage, at, unit, own)
        for passage in passages
        for own in (units(passage.text),)
        for at, unit in enumerate(own)
        if _is_quotable(passage.text[unit.start : unit.end])
    ]
    places = {chunk: 1 - place / max(len(best), 1) for place, chunk in enumerate(best)}
    scored = [
        (_by_words(terms, one[0], one[2]) + _BY_PLACE * places.get(one[0].chunk_id, 0.0), one) for one in candidates
    ]
    scored.sort(key=lambda one: -one[0])
    scored = scored[:_CONSIDERED]
    cosines = await _cosines(question, [_said(one[0], one[2]) for _, one in scored], embed)
    ranked = sorted(
        ((score + cosine, *one) for (score, one), cosine in zip(scored, cosines, strict=True)),
        key=lambda one: (-one[0], one[1].n, one[3].start),
    )
    kept: list[tuple[Quoted, frozenset[str]]] = []
    for score, passage, at, unit, own in ranked:
        if len(kept) == MOST or score < _SHARE * ranked[0][0]:
            break
        said = frozenset(words(passage.text[unit.start : unit.end]))
        if any(_same(said, other) for _, other in kept):
            continue
        start = own[at - 1].start if at and not unit.head and _leans(passage.text, own[at - 1], unit) else unit.start
        kept.append((Quoted(passage.n, start, unit.end, unit.head, score), said))
    return _joined(sorted((one for one, _ in kept), key=lambda one: (one.n, one.start)))


def beginnings(passages: Sequence[Passage]) -> list[Quoted]:
    """The first sentence of passages spread over all of them: what a document says on the whole, as far as that goes
    without a model."""
    step = max(1.0, len(passages) / MOST)
    found = []
    for number in range(min(MOST, len(passages))):
        passage = passages[int(number * step)]
        first = next((one for one in units(passage.text) if _is_quotable(passage.text[one.start : one.end])), None)
        if first is not None:
            found.append(Quoted(passage.n, first.start, first.end, first.head))
    return found


def renumbered(passages: Sequence[Passage], quotes: Sequence[Quoted]) -> tuple[list[Passage], list[Quoted]]:
    """Those passages alone that are quoted, with numbers from 1, and the quotes with these numbers."""
    quoted = {one.n for one in quotes}
    kept = [one for one in passages if one.n in quoted]
    numbers = {one.n: number for number, one in enumerate(kept, 1)}
    return [replace(one, n=numbers[one.n]) for one in kept], [replace(one, n=numbers[one.n]) for one in quotes]


def spans(quotes: Sequence[Quoted], passages: Sequence[Passage]) -> list[list[int]]:
    """[n, start, end] of each piece, in the order of the markers `written` makes; places are UTF-16 units."""
    offsets = {one.n: Offsets(one.text) for one in passages}
    return [[one.n, *offsets[one.n].span(one.start, one.end)] for one in quotes]


def written(quotes: Sequence[Quoted], passages: Sequence[Passage]) -> list[str]:
    """The answer in pieces, as Markdown: a block of quotation for each passage, a marker behind each piece."""
    texts = {one.n: one.text for one in passages}
    blocks = [_block(list(group), texts[n]) for n, group in groupby(quotes, key=lambda one: one.n)]
    return [block if not number else f"\n\n{block}" for number, block in enumerate(blocks)]


def _block(quotes: Sequence[Quoted], text: str) -> str:
    lines: list[str] = []
    before: Quoted | None = None
    for one in quotes:
        part = escaped(text[one.start : one.end])
        if one.head:
            if before is None or before.head != one.head:
                lines += ([""] if lines else []) + escaped(one.head).split("\n")
            lines.append(re.sub(r"\s*\|?\s*$", f" [{one.n}] |", part, count=1))
        else:
            spoken = [" ".join(line.split()) for line in part.split("\n") if line.strip()]
            spoken[-1] += f" [{one.n}]"
            if before is None or before.head:
                lines += [""] if before else []
            else:
                lines[-1] += (" … " if text[before.end : one.start].strip() else " ") + spoken.pop(0)
            lines += spoken
        before = one
    return "\n".join(f"> {line}".rstrip() for line in lines)


_MARKDOWN = re.compile(r"[\\`*\[\]<>~&$]|(?<!\w)_|_(?!\w)|^[ \t]*[#+-](?=\s)", re.MULTILINE)
# No backslash goes before this bracket, so an invisible sign behind it parts it from the number.
_ROUND = re.compile(r"【(?=\s*\d)")
_NUMBERED = re.compile(r"^([ \t]*\d{1,9})([.)])(?=\s)", re.MULTILINE)


def escaped(text: str) -> str:
    """Text of a document as Markdown that shows it as it is: no link, picture, code, heading or marker comes of it."""
    text = _ROUND.sub("\\g<0>\u2060", text)
    text = _MARKDOWN.sub(lambda match: match[0][:-1] + "\\" + match[0][-1], text)
    return _NUMBERED.sub(r"\1\\\2", text)


def _is_quotable(text: str) -> bool:
    bare = text.strip()
    return len(words(bare)) >= _SHORTEST and not bare.endswith(("?", "？", ":"))


def _said(passage: Passage, unit: Unit) -> str:
    own = passage.text[unit.start : unit.end]
    return f"{unit.head.split(chr(10))[0]}\n{own}" if unit.head else own


def _by_words(terms: Sequence[Weighed], passage: Passage, unit: Unit) -> float:
    own = vocabulary(_said(passage, unit))
    inside = covered(terms, own)
    return _BY_WORDS * (inside + _HEADING * (covered(terms, own | vocabulary(passage.heading)) - inside))


async def _cosines(question: str, texts: Sequence[str], embed: Embed | None) -> list[float]:
    if embed is None or not texts:
        return [0.0] * len(texts)
    try:
        vectors = await embed([question, *texts])
    except UserError:  # the engine is away: words alone have to do
        return [0.0] * len(texts)
    return [float(one) for one in np.maximum(vectors[1:] @ vectors[0], 0.0)]


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    numbers = {word for word in one ^ other if any(sign.isdigit() for sign in word)}
    return not numbers and len(one & other) >= _SAME * max(min(len(one), len(other)), 1)


def _leans(text: str, before: Unit, unit: Unit) -> bool:
    return (
        not before.head
        and _LEANS.match(text[unit.start : unit.end]) is not None
        and _is_quotable(text[before.start : before.end])
    )


def _joined(quotes: Sequence[Quoted]) -> list[Quoted]:
    """Pieces that overlap become one."""
    made: list[Quoted] = []
    for one in quotes:
        last = made[-1] if made else None
        if last and last.n == one.n and one.start < last.end:
            made[-1] = replace(last, end=max(last.end, one.end), score=max(last.score, one.score))
        else:
            made.append(one)
    return made
