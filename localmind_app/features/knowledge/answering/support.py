"""Whether each sentence of an answer stands in the passages it cites.

A sentence is compared with the sentences of its passages, by words (content words, and the details of `details`) and by
meaning (cosine of embeddings). This finds numbers, dates, names and statements that the source does not have.
Not covered: conclusions that are right but not said, and contradictions in wholly other words; `judge` looks at these.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from localmind_app.core.errors import UserError

from . import details, markers
from .details import Compared, Ground, ground
from .markers import Marker
from .offsets import Offsets
from .passages import Passage
from .prompt import NOT_THERE
from .statement import Statement, shared, statement
from .units import Unit, units

# Tuned with tests/bench/citations; docs/benchmarks.md, "Citations", has the figures.
SUPPORTED = 0.55
_BY_WORDS = 0.65  # of the score, the rest is by meaning
_COSINE = (0.25, 0.85)  # from "says something else" to "says the same", of the built-in embedder
_LACKING = 0.45  # what the score is multiplied with where a detail is another
_OF_ANOTHER = 0.3  # is taken from a place that speaks of somebody else
_NUMBER_WEIGHT = 2.0  # a number counts as so many words
_AGAINST = 3  # passages that a sentence is compared with again, the best
_ASKED_MOST = 96  # texts whose embeddings are asked for
_LEAD_IN = re.compile(
    r"^(?:according to|as (?:stated|mentioned|described|said) in|based on|laut|gemäß|wie (?:in|im)) "
    r"(?:(?:the|this|these|your|dem|der|den|diesem|deinem|ihrem) )?(?:reports?|documents?|passages?|sources?|texts?"
    r"|notes?|files?|pages?|bericht|dokumente?n?|stellen?|quellen?|text|datei|seite)(?: \d+)?(?: \w+)?, ",
    re.IGNORECASE,
)
_QUESTION = ("?", "？")

Vectors = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Awaitable[Vectors]]


@dataclass(frozen=True)
class Evidence:
    """The span of a passage that fits a sentence best, and how well its words do (0..1)."""

    n: int
    start: int
    end: int
    text: str
    score: float
    about: frozenset[str] = frozenset()  # the names it points back to, see `details`


@dataclass(frozen=True)
class Sentence:
    """A sentence of the answer with what it cites; `evidence` is the best of each passage, best first."""

    start: int
    end: int
    text: str
    cited: tuple[int, ...]
    markers: tuple[Marker, ...]
    evidence: tuple[Evidence, ...] = ()
    score: float = 0.0
    lacks: tuple[str, ...] = ()  # the kinds of details the passages do not have, see `details`

    @property
    def supported(self) -> bool:
        """Whether the passages say it."""
        return self.score >= SUPPORTED


@dataclass(frozen=True)
class Checked:
    """An answer with its markers read and its sentences compared."""

    text: str
    sentences: tuple[Sentence, ...]
    markers: tuple[Marker, ...]
    dropped: tuple[tuple[int, int], ...]
    spans: dict[tuple[int, int], Evidence] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """What is added to a message's sources: places are UTF-16 units of the answer and of the passages' texts."""
        place = Offsets(self.text)
        return {
            "markers": [
                {
                    "start": place.units(one.start),
                    "end": place.units(one.end),
                    "cited": [{"n": n, "quote": self._quote(one, n)} for n in one.numbers],
                }
                for one in self.markers
            ],
            "dropped": [place.span(*one) for one in self.dropped],
            "support": [
                {
                    "start": place.units(one.start),
                    "end": place.units(one.end),
                    "cited": list(one.cited),
                    "score": round(one.score, 3),
                    "supported": one.supported,
                    "lacks": list(one.lacks),
                    "against": [evidence.n for evidence in one.evidence[:_AGAINST]],
                }
                for one in self.sentences
            ],
        }

    def _quote(self, marker: Marker, n: int) -> list[int] | None:
        found = self.spans.get((marker.start, n))
        return [found.start, found.end] if found else None


async def check(answer: str, passages: Sequence[Passage], embed: Embed | None = None) -> Checked:
    """Compare every sentence of `answer` that states something. Without `embed`, or when it fails, by words alone."""
    by_number = {one.n: one for one in passages}
    grounds = {one.n: ground(one.text, one.heading, one.name) for one in passages}
    marks, dropped = markers.read(answer, by_number.keys())
    sentences = _sentences(answer, marks, dropped)
    # A long answer without markers takes a second: the event loop goes on meanwhile.
    made = await asyncio.to_thread(_placed, sentences, passages, grounds)
    cosines = await _cosines(made, embed) if embed else {}
    claims = [one for one in made if statement(one.text).claims]
    scored = await asyncio.to_thread(lambda: [_scored(one, by_number, cosines, grounds) for one in claims])
    spans = {}
    for one in made:
        fitting = {evidence.n: evidence for evidence in one.evidence}
        for mark in one.markers:
            for n in mark.numbers:
                if n in fitting:
                    offsets = Offsets(by_number[n].text)
                    start, end = offsets.span(fitting[n].start, fitting[n].end)
                    spans[mark.start, n] = replace(fitting[n], start=start, end=end)
    return Checked(answer, tuple(scored), tuple(marks), tuple(dropped), spans)


def _placed(sentences: Sequence[Sentence], passages: Sequence[Passage], grounds: dict[int, Ground]) -> list[Sentence]:
    """The sentences with the places that fit them best."""
    views = {one.n: [(unit, _evidence_text(one, unit)) for unit in units(one.text)] for one in passages}
    return [replace(one, evidence=_evidence(one, passages, views, grounds)) for one in sentences]


def _sentences(answer: str, marks: Sequence[Marker], dropped: Sequence[tuple[int, int]]) -> list[Sentence]:
    """Sentences, list items and rows; a marker belongs to the one it stands in or right behind."""
    plain = answer
    for start, end in [*((one.start, one.end) for one in marks), *dropped, *markers.code(answer)]:
        plain = plain[:start] + "".join("\n" if sign == "\n" else " " for sign in plain[start:end]) + plain[end:]
    found = [one for one in units(plain) if _states(plain, one)]
    out = []
    for number, one in enumerate(found):
        past = found[number + 1].start if number + 1 < len(found) else len(answer)
        begin = one.start if number else 0
        own = tuple(mark for mark in marks if begin <= mark.start < past)
        # Behind a blank line nothing belongs to what stood before it.
        own = tuple(mark for mark in own if mark.start < one.end or "\n\n" not in plain[one.end : mark.start])
        cited = tuple(dict.fromkeys(n for mark in own for n in mark.numbers))
        out.append(Sentence(one.start, one.end, _bare(plain[one.start : one.end]), cited, own))
    return out


def _states(text: str, one: Unit) -> bool:
    own = text[one.start : one.end].strip()
    if own.startswith("#") or own.endswith(_QUESTION) or own.endswith(":"):
        return False
    return NOT_THERE.rstrip(".").casefold() not in own.casefold()


def _bare(text: str) -> str:
    """Without what Markdown puts round words, and without "According to the report,"."""
    bare = text.lstrip("-*+•>#| \t").replace("**", "").replace("`", "").replace("\\", "").strip()
    return _LEAD_IN.sub("", bare)


def _evidence_text(passage: Passage, unit: Unit) -> str:
    own = passage.text[unit.start : unit.end]
    return f"{unit.head}\n{own}" if unit.head else own


def _evidence(
    sentence: Sentence,
    passages: Sequence[Passage],
    views: dict[int, list[tuple[Unit, str]]],
    grounds: dict[int, Ground],
) -> tuple[Evidence, ...]:
    """The best place in each passage the sentence cites, or in all where it cites none: one unit or two neighbours."""
    wanted = statement(sentence.text)
    found: list[Evidence] = []
    for passage in passages:
        if sentence.cited and passage.n not in sentence.cited:
            continue
        best: Evidence | None = None
        own, there = views[passage.n], grounds[passage.n]
        names = details.names(sentence.text, wanted, [there])
        foreign = [details.elsewhere(names, place, there) for place in there.places]
        for at, (unit, text) in enumerate(own):
            tries = [(unit.end, text)]
            if at + 1 < len(own):
                tries.append((own[at + 1][0].end, f"{text} {own[at + 1][1]}"))
            for width, (end, evidence) in enumerate(tries):
                about = frozenset().union(*(place.about for place in there.places[at : at + 1 + width]))
                score = _covered(wanted, statement(evidence), passage.heading, about) - 0.05 * width
                score -= _OF_ANOTHER * any(foreign[at : at + 1 + width])
                if best is None or score > best.score:
                    best = Evidence(passage.n, unit.start, end, evidence, score, about)
        if best is not None and best.score > 0:
            found.append(best)
    return tuple(sorted(found, key=lambda one: -one.score))


def _covered(wanted: Statement, there: Statement, heading: str, about: frozenset[str]) -> float:
    """The share of the sentence's words and numbers that are there. What only the heading says counts half."""
    above = statement(heading)
    words = wanted.words
    total = len(words) + _NUMBER_WEIGHT * len(wanted.numbers)
    if not total:
        return 0.0
    inside = shared(words, there.every | about)
    over = shared(words - inside, above.every)
    figures = len(wanted.numbers & there.numbers) + 0.5 * len((wanted.numbers - there.numbers) & above.numbers)
    return (len(inside) + 0.5 * len(over) + _NUMBER_WEIGHT * figures) / total


async def _cosines(sentences: Sequence[Sentence], embed: Embed) -> dict[tuple[int, int], float]:
    """By (sentence's start, passage): the cosine with its best place there."""
    texts: dict[str, int] = {}
    pairs: list[tuple[int, int, str, str]] = []
    for one in sentences:
        if not statement(one.text).claims:
            continue
        for evidence in one.evidence[:3]:
            if len(texts) >= _ASKED_MOST:
                break
            texts.setdefault(one.text, len(texts))
            texts.setdefault(evidence.text, len(texts))
            pairs.append((one.start, evidence.n, one.text, evidence.text))
    if not pairs:
        return {}
    try:
        vectors = await embed(list(texts))
    except UserError:  # the engine is away: words alone have to do
        return {}
    return {(start, n): float(vectors[texts[one]] @ vectors[texts[other]]) for start, n, one, other in pairs}


def _scored(
    sentence: Sentence,
    passages: dict[int, Passage],
    cosines: dict[tuple[int, int], float],
    grounds: dict[int, Ground],
) -> Sentence:
    """The sentence with the best that any passage it is compared with makes of it, or all it cites together."""
    tries: list[Sequence[Evidence]] = [[one] for one in sentence.evidence]
    if len(sentence.evidence) > 1 and len(sentence.cited) > 1:
        tries.append(sentence.evidence)
    best = sentence
    for evidence in tries:
        compared = details.compare(sentence.text, [grounds[one.n] for one in evidence])
        score = _against(sentence, evidence, compared, passages, cosines) * (_LACKING if compared.lacks else 1.0)
        if score > best.score:
            best = replace(sentence, score=score, lacks=compared.lacks)
    return best


def _against(
    sentence: Sentence,
    evidence: Sequence[Evidence],
    compared: Compared,
    passages: dict[int, Passage],
    cosines: dict[tuple[int, int], float],
) -> float:
    """How much of a sentence a few places say, by words and meaning (0..1)."""
    wanted = statement(sentence.text)
    heading = "\n".join(passages[one.n].heading for one in evidence)
    about = frozenset().union(*(one.about for one in evidence))
    covered = _covered(wanted, statement("\n".join(one.text for one in evidence)), heading, about)
    if compared.clauses > 1:
        # Each clause may come from a place of its own.
        there = statement("\n".join(one.whole for one in compared.places))
        about = frozenset().union(*(one.about for one in compared.places))
        covered = max(covered, _covered(wanted, there, heading, about))
    covered = min(1.0, covered)
    near = [cosines[sentence.start, one.n] for one in evidence if (sentence.start, one.n) in cosines]
    if not near:
        return covered
    low, high = _COSINE
    meaning = min(1.0, max(0.0, (max(near) - low) / (high - low)))
    # Words that all stand there say more than a distance does.
    return max(covered * _BY_WORDS + meaning * (1 - _BY_WORDS), covered * 0.9 if covered > 0.85 else 0.0)
