"""From a chunk to its place in the document: which characters of which blocks, which lines of which pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..found import Span
from ..parsing.document import Block, Box, Document

AROUND = 1500  # characters of a document shown before and behind a passage
_GAP = "\n\n"


@dataclass(frozen=True)
class Piece:
    """Characters `start` to before `end` of a chunk's text are those of block `block` from `at` on."""

    start: int
    end: int
    block: int
    at: int


def pieces(document: Document, span: Span, text: str) -> list[Piece]:
    """Which block each part of a chunk's text comes from; a table's header that was repeated comes from its table.

    What cannot be found again is left out.
    """
    found: list[Piece] = []
    at = 0
    for number, start, end in _slices(document, span):
        part = _storable(document.blocks[number].text[start:end])
        bare = part.strip()
        place = text.find(bare, at) if bare else -1
        if place < 0:
            continue
        if place > at:
            found += _head(document.blocks[number], number, text[at:place], at)
        found.append(Piece(place, place + len(bare), number, start + part.index(bare)))
        at = place + len(bare)
    return found


def _slices(document: Document, span: Span) -> list[tuple[int, int, int]]:
    made = []
    for number in range(span.first_block, min(span.last_block + 1, len(document.blocks))):
        length = len(document.blocks[number].text)
        start = span.start if number == span.first_block else 0
        end = span.end if number == span.last_block else length
        made.append((number, start, min(end, length)))
    return made


def _head(block: Block, number: int, said: str, at: int) -> list[Piece]:
    bare = said.strip()
    place = _storable(block.text).find(bare) if bare else -1
    return [Piece(at + said.index(bare), at + said.index(bare) + len(bare), number, place)] if place >= 0 else []


def _storable(text: str) -> str:
    """As chunks have it: a lone surrogate is "?" there, and every place stays the same."""
    return text.encode("utf-8", "replace").decode()


def boxes(document: Document, found: Sequence[Piece], start: int, end: int) -> list[Box]:
    """The lines that characters `start` to before `end` of the chunk stand on, each once, in order."""
    made: list[Box] = []
    for piece in found:
        first, past = max(start, piece.start), min(end, piece.end)
        if first >= past:
            continue
        begin, stop = piece.at + first - piece.start, piece.at + past - piece.start
        for line in document.blocks[piece.block].lines:
            if line.start < stop and line.end > begin and line.box not in made:
                made.append(line.box)
    return made


def around(document: Document, span: Span) -> tuple[str, str]:
    """The document's text right before and right behind a passage, whole blocks where they fit."""
    before = [document.blocks[span.first_block].text[: span.start]] if document.blocks else [""]
    for block in reversed(document.blocks[: span.first_block]):
        if sum(map(len, before)) >= AROUND:
            break
        before.insert(0, block.text)
    behind = [document.blocks[span.last_block].text[span.end :]] if span.last_block < len(document.blocks) else [""]
    for block in document.blocks[span.last_block + 1 :]:
        if sum(map(len, behind)) >= AROUND:
            break
        behind.append(block.text)
    return _GAP.join(before)[-AROUND:], _GAP.join(behind)[:AROUND]
