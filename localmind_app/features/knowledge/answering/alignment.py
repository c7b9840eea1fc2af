"""Where the words of a text stand in another reading of the same document: in the PDF copy of an office file.

Only letters and digits are compared, without case, accents, ligatures, hyphens and spaces. Runs that are the same in
both are found first; a chain of them in the same order, close together, wins over repetitions elsewhere; what lies
between two of them is compared letter by letter. Not covered: words that only one of both has, such as a slide's notes.
"""

from __future__ import annotations

import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from ..parsing.document import Box, Document

_SEED = 10  # letters that must be the same for a run; fewer for a short text
_SHORTEST_SEED = 3
_MOST_RUNS, _MOST_COMPARED = 20_000, 500_000  # runs, and letters in them; a page of the same letters has millions
_MOST_CHAINED = 300  # the longest of them
_MOST_REPEATED = 8  # times a seed may be in the text
_FAR = 0.002  # of a letter lost for each letter that two runs are further apart in one text than in the other
_MOST_LOST = 6.0
_WIDEST_GAP = 300  # letters between two runs that are compared one by one
_MOSTLY = 0.5  # of such letters must be the same; of less only longer pieces count
_PIECE = 6
_BY_CHANCE = 2  # letters
_ROOM = 80


@dataclass(frozen=True)
class _Run:
    """`length` letters from `at` in the text are those from `there` in the copy."""

    at: int
    there: int
    length: int


class Lines:
    """The lines of a document that has boxes, ready to be searched."""

    def __init__(self, document: Document) -> None:
        self.boxes: list[Box] = []
        self.line_of = array("l")  # by letter
        found: list[str] = []
        for block in document.blocks:
            for line in block.lines:
                said, _ = _letters(block.text[line.start : line.end])
                found.append(said)
                self.line_of.extend([len(self.boxes)] * len(said))
                self.boxes.append(line.box)
        self.text = "".join(found)

    def places(self, before: str, text: str, after: str) -> Places:
        """Where `text` stands; what is around it tells its place from another where the same is said."""
        head, _ = _letters(before)
        said, characters = _letters(text)
        tail, _ = _letters(after)
        lines = [-1] * len(said)
        for run in _runs(head + said + tail, self.text):
            for number in range(run.length):
                place = run.at + number - len(head)
                if 0 <= place < len(said):
                    lines[place] = self.line_of[run.there + number]
        return Places(self.boxes, characters, lines)


@dataclass(frozen=True)
class Places:
    """The line each letter of a text stands on, -1 where that is not known."""

    boxes: Sequence[Box]
    characters: Sequence[int]  # by letter: its place in the text
    lines: Sequence[int]

    def share(self, start: int, end: int) -> float:
        """How much of characters `start` to before `end` was found, 0 to 1."""
        own = [line for _, line in self._within(start, end)]
        return sum(line >= 0 for line in own) / len(own) if own else 0.0

    def of(self, start: int, end: int) -> list[Box]:
        """The boxes of the lines that characters `start` to before `end` stand on, each once, in order."""
        seen = Counter(line for _, line in self._within(start, end))
        # One or two letters at the end of a run are the beginning of the next line by chance.
        kept = (line for line, count in seen.items() if count > _BY_CHANCE or len(seen) == 1)
        return [self.boxes[line] for line in kept if line >= 0]

    def _within(self, start: int, end: int) -> Iterable[tuple[int, int]]:
        both = zip(self.characters, self.lines, strict=True)
        return ((place, line) for place, line in both if start <= place < end)


def _letters(text: str) -> tuple[str, list[int]]:
    """What is compared of a text, and where each letter of it comes from."""
    found: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        plain = char.lower() if char.isascii() else unicodedata.normalize("NFKD", char).casefold()
        for one in plain:
            if one.isalnum():
                found.append(one)
                places.append(place)
    return "".join(found), places


def _runs(text: str, copy: str) -> list[_Run]:
    """Runs that are the same in both, each letter of `text` in one at most, in the order of `text`."""
    every = sorted(_same(text, copy), key=lambda run: -run.length)
    chain = _chain(every[:_MOST_CHAINED])
    filled = [*chain, *_between(chain, text, copy)]
    covered = bytearray(len(text))
    for run in filled:
        covered[run.at : run.at + run.length] = b"\1" * run.length
    return sorted([*filled, *_elsewhere(every, covered)], key=lambda run: run.at)


def _same(text: str, copy: str) -> list[_Run]:
    seed = min(_SEED, max(_SHORTEST_SEED, len(text) // 4))
    seeds: dict[str, list[int]] = defaultdict(list)
    for at in range(len(text) - seed + 1):
        if len(known := seeds[text[at : at + seed]]) < _MOST_REPEATED:
            known.append(at)
    found: list[_Run] = []
    compared = 0
    past: dict[int, int] = {}  # by how far both are apart: where the last run ended
    for there in range(len(copy) - seed + 1):
        for at in seeds.get(copy[there : there + seed], ()):
            if past.get(there - at, 0) > there:
                continue
            length = seed
            while at + length < len(text) and there + length < len(copy) and text[at + length] == copy[there + length]:
                length += 1
            past[there - at] = there + length
            compared += length
            found.append(_Run(at, there, length))
        if len(found) >= _MOST_RUNS or compared >= _MOST_COMPARED:
            break
    return found


def _chain(runs: Sequence[_Run]) -> list[_Run]:
    """The best of them that follow each other in both texts, cut where two overlap."""
    ordered = sorted(runs, key=lambda run: (run.at, run.there))
    best = [float(run.length) for run in ordered]
    back: list[int | None] = [None] * len(ordered)
    for number, run in enumerate(ordered):
        for earlier in range(number):
            one = ordered[earlier]
            overlap = max(0, one.at + one.length - run.at, one.there + one.length - run.there)
            if run.there <= one.there or run.at <= one.at or overlap >= run.length:
                continue
            lost = min(_MOST_LOST, _FAR * abs((run.there - run.at) - (one.there - one.at)))
            if (value := best[earlier] + run.length - overlap - lost) > best[number]:
                best[number], back[number] = value, earlier
    at: int | None = max(range(len(ordered)), key=best.__getitem__) if ordered else None
    chain: list[_Run] = []
    while at is not None:
        chain.insert(0, ordered[at])
        at = back[at]
    return _cut(chain)


def _cut(chain: Sequence[_Run]) -> list[_Run]:
    made: list[_Run] = []
    for run in chain:
        if made:
            last = made[-1]
            overlap = max(0, last.at + last.length - run.at, last.there + last.length - run.there)
            run = _Run(run.at + overlap, run.there + overlap, run.length - overlap)
        made.append(run)
    return made


def _between(chain: Sequence[_Run], text: str, copy: str) -> list[_Run]:
    """What is the same between two runs of the chain, before the first and behind the last."""
    if not chain:
        return []
    first, last = chain[0], chain[-1]
    found = _compared(text, copy, 0, first.at, max(0, first.there - first.at - _ROOM), first.there)
    for one, following in pairwise(chain):
        found += _compared(text, copy, one.at + one.length, following.at, one.there + one.length, following.there)
    end, there = last.at + last.length, last.there + last.length
    return found + _compared(text, copy, end, len(text), there, min(len(copy), there + len(text) - end + _ROOM))


def _compared(text: str, copy: str, start: int, end: int, begin: int, stop: int) -> list[_Run]:
    wide, room = end - start, stop - begin
    if not 0 < wide <= _WIDEST_GAP or not 0 < room <= 4 * wide + _ROOM:
        return []
    blocks = SequenceMatcher(None, text[start:end], copy[begin:stop], autojunk=False).get_matching_blocks()
    mostly = sum(block.size for block in blocks) >= _MOSTLY * wide
    least = min(2, wide) if mostly else _PIECE
    return [_Run(start + block.a, begin + block.b, block.size) for block in blocks if block.size >= least]


def _elsewhere(every: Sequence[_Run], covered: bytearray) -> list[_Run]:
    """Runs for what the chain left out: columns that are on another page, text boxes read in another order."""
    found: list[_Run] = []
    for run in every:
        free = [number for number in range(run.at, run.at + run.length) if not covered[number]]
        if len(free) < _SEED:
            continue
        start, end = free[0], free[-1] + 1
        found.append(_Run(start, run.there + start - run.at, end - start))
        covered[start:end] = b"\1" * (end - start)
    return found
