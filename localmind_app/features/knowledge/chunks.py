"""Cuts a document into pieces small enough for the embedder, along its own structure.

A piece never crosses a heading. Sentences, rows and lines stay whole where they fit; a table's header row is repeated
in each of its pieces; code is cut between its functions; where running text is cut, the last sentence is said again.
The heading path goes in front of every piece for both indexes, so a piece is understood alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .parsing.document import Block, Document
from .sentences import sentences

SIZE = 220  # tokens of a piece with its heading; the built-in embedder was trained on up to 256
OVERLAP = 40  # tokens of the longest sentence that is said again
PATH = " › "
_HEADING_SHARE = 3  # the heading path takes at most a third of a piece

Count = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True)
class Piece:
    """A piece of a document: from character `start` of block `first_block` to before `end` of `last_block`.

    `heading` is the path to it ("Title › Section"), `tokens` counts heading and text. `text` may begin with a table's
    header row that is not within the span.
    """

    heading: str
    text: str
    first_block: int
    start: int
    last_block: int
    end: int
    page: int | None
    tokens: int

    @property
    def indexed(self) -> str:
        """What the embedder reads."""
        return f"{self.heading}\n{self.text}" if self.heading else self.text


@dataclass(frozen=True)
class _Unit:
    """What is not cut any further: a sentence, row, line or part of a long one. `head` is a table's header."""

    block: int
    start: int
    end: int
    tokens: int = 0
    head: str = ""
    head_tokens: int = 0


def cut(document: Document, count_tokens: Count, size: int = SIZE, overlap: int = OVERLAP) -> list[Piece]:
    """The pieces of `document` in order, each at most `size` tokens by `count_tokens` (a little more where it counts
    parts of a text otherwise than the whole)."""
    made: list[Piece] = []
    for heading, blocks in _sections(document):
        heading, taken = _shorten(heading, count_tokens, size // _HEADING_SHARE)
        room = size - taken
        units = [unit for number in blocks for unit in _units(document.blocks[number], number)]
        units = _fit(document, _counted(document, units, count_tokens), count_tokens, room)
        for group in _pack(document, units, room, overlap):
            made.append(_piece(document, heading, taken, group))
    return made


def _sections(document: Document) -> Iterator[tuple[str, list[int]]]:
    """(heading path, numbers of the blocks below it), also for a heading that has nothing below it."""
    path: list[tuple[int, str]] = [(0, _line(document.title))] if document.title.strip() else []
    blocks: list[int] = []
    for number, block in enumerate(document.blocks):
        if block.kind != "heading":
            if block.text.strip():
                blocks.append(number)
            continue
        if blocks:
            yield _path(path), blocks
        blocks = []
        level = max(block.level, 1)
        title = _line(block.text)
        path = [one for one in path if one[0] < level]
        following = next((one for one in document.blocks[number + 1 :] if one.text.strip()), None)
        if following is None or (following.kind == "heading" and max(following.level, 1) <= level):
            yield _path(path), [number]
        if title and (not path or path[-1][1].casefold() != title.casefold()):
            path.append((level, title))
    if blocks:
        yield _path(path), blocks


def _line(text: str) -> str:
    return " ".join(text.split())


def _path(path: Sequence[tuple[int, str]]) -> str:
    return PATH.join(title for _, title in path)


def _shorten(heading: str, count: Count, limit: int) -> tuple[str, int]:
    """A path that is too long loses its beginning, then the end of its last title."""
    if not heading:
        return "", 0
    titles = heading.split(PATH)
    tries = [PATH.join(titles[at:]) for at in range(len(titles))]
    counts = count(tries)
    for text, tokens in zip(tries, counts, strict=True):
        if tokens <= limit:
            return text, tokens
    last = titles[-1]
    text = last[: max(1, len(last) * limit // max(counts[-1], 1))]
    return text, min(limit, count([text])[0])


def _units(block: Block, number: int) -> Iterator[_Unit]:
    if block.kind == "table":
        yield from _rows(block, number)
    elif block.kind == "code":
        yield from (_Unit(number, start, end) for start, end in _code(block.text))
    elif block.kind == "list":
        yield from (_Unit(number, start, end) for start, end in _lines(block.text))
    else:
        yield from (_Unit(number, start, end) for start, end in sentences(block.text))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"[^\n]*\S[^\n]*", text):
        yield match.start(), match.end()


def _rows(block: Block, number: int) -> Iterator[_Unit]:
    rows = list(_lines(block.text))
    header = 2 if len(rows) > 2 and re.fullmatch(r"[\s|:-]+", block.text[slice(*rows[1])]) else 0
    head = block.text[rows[0][0] : rows[1][1]] if header else ""
    if header:  # the header belongs to the first row
        rows = [(rows[0][0], rows[header][1]), *rows[header + 1 :]]
    for at, (start, end) in enumerate(rows):
        yield _Unit(number, start, end, head=head if at else "")


_TOP = re.compile(r"\S")


def _code(text: str) -> list[tuple[int, int]]:
    """Spans from one unindented line after a blank one to the next: functions, classes and what is between them."""
    starts = [0]
    blank = False
    for match in re.finditer(r"[^\n]*\n?", text):
        line = match[0]
        if not line:
            break
        if blank and _TOP.match(line) and not re.match(r"[)\]}]", line) and match.start():
            starts.append(match.start())
        blank = not line.strip()
    spans = [(start, end) for start, end in pairwise([*starts, len(text)]) if text[start:end].strip()]
    return [(start, start + len(text[start:end].rstrip())) for start, end in spans]


def _counted(document: Document, units: Sequence[_Unit], count: Count) -> list[_Unit]:
    texts = [document.blocks[unit.block].text[unit.start : unit.end] for unit in units]
    return [replace(unit, tokens=tokens) for unit, tokens in zip(units, count(texts), strict=True)] if units else []


def _fit(document: Document, units: list[_Unit], count: Count, room: int) -> list[_Unit]:
    """Units of at most `room` tokens: what is longer is cut at lines, else at blanks, else between characters."""
    heads = {unit.head for unit in units if unit.head}
    head_tokens = dict(zip(heads, count(list(heads)), strict=True)) if heads else {}
    # A header that would take half of every piece is not repeated.
    units = [
        replace(unit, head_tokens=tokens) if (tokens := head_tokens.get(unit.head, 0)) <= room // 2
        else replace(unit, head="")
        for unit in units
    ]  # fmt: skip
    while any(unit.tokens > room - unit.head_tokens for unit in units):
        smaller: list[_Unit] = []
        for unit in units:
            smaller += _halves(document, unit) if unit.tokens > room - unit.head_tokens else [unit]
        todo = [unit for unit in smaller if not unit.tokens]
        counted = iter(_counted(document, todo, count))
        following = [unit if unit.tokens else next(counted) for unit in smaller]
        if len(following) == len(units):
            break  # a single character that counts as too many tokens is left as it is
        units = following
    return units


def _halves(document: Document, unit: _Unit) -> list[_Unit]:
    """Two parts of a unit, cut as near to the middle as a line end, a blank or anything allows; tokens not counted."""
    text = document.blocks[unit.block].text
    if unit.end - unit.start < 2:
        return [unit]
    middle = (unit.start + unit.end) // 2
    reach = (unit.end - unit.start) // 4
    for mark in ("\n\n", "\n", "; ", ", ", " "):
        at = text.rfind(mark, middle - reach, middle)
        if at > unit.start:
            middle = at + len(mark)
            break
    return [
        replace(unit, start=start, end=end, tokens=0)
        for start, end in ((unit.start, middle), (middle, unit.end))
        if text[start:end].strip()
    ]


def _pack(document: Document, units: list[_Unit], room: int, overlap: int) -> Iterator[list[_Unit]]:
    """Groups of units that fill a piece each, all of a size where a section needs several."""
    total = sum(unit.tokens for unit in units)
    # Three pieces of 75 tokens find more than two full ones and a rest of five.
    aim = room if total <= room else max(room * 2 // 3, -(-total // -(-total // room)))
    group: list[_Unit] = []
    held = 0
    for unit in units:
        begins = bool(group) and unit.block != group[-1].block
        if group and (held + unit.tokens > room or (held >= aim and (begins or held + unit.tokens > aim))):
            yield group
            group = _repeated(document, group, unit, overlap, room)
            held = sum(one.tokens for one in group)
        held += unit.tokens + (0 if group else unit.head_tokens)
        group.append(unit)
    if group:
        yield group


def _repeated(document: Document, group: list[_Unit], coming: _Unit, overlap: int, room: int) -> list[_Unit]:
    """The last sentence of running text once more, where the text goes on in the same block."""
    last = group[-1]
    running = document.blocks[last.block].kind in ("text", "quote") and last.block == coming.block
    fits = last.tokens <= overlap and last.tokens + coming.tokens <= room
    return [last] if running and fits and len(group) > 1 else []


def _storable(text: str) -> str:
    """A lone surrogate from a file's text becomes "?", as in the parsed document: no database takes it."""
    return text.encode("utf-8", "replace").decode()


def _piece(document: Document, heading: str, taken: int, group: Sequence[_Unit]) -> Piece:
    first, last = group[0], group[-1]
    parts: list[str] = [first.head] if first.head else []
    for number in range(first.block, last.block + 1):
        inside = [unit for unit in group if unit.block == number]
        if inside:
            parts.append(document.blocks[number].text[inside[0].start : inside[-1].end])
    return Piece(
        _storable(heading),
        _storable("\n".join(parts)),
        first.block,
        first.start,
        last.block,
        last.end,
        document.blocks[first.block].page,
        taken + first.head_tokens + sum(unit.tokens for unit in group),
    )
