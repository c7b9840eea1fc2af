"""What of a passage is quoted, and what of an answer is checked, as one: a sentence, a table's row or a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..sentences import sentences

_LINE = re.compile(r"[^\n]*\S[^\n]*")
_SEPARATOR = re.compile(r"\s*\|?[\s:|-]+\|[\s:|-]*")
_OWN_LINE = re.compile(r"\s{4}|\t|\s*(?:[-*+•–▪◦]|\d{1,3}[.)]|[a-z][.)]|#{1,6}|>)\s")
_WRAPPED = 45  # characters a line of running text has at least where it was wrapped
_ENDED = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*\s*$")


@dataclass(frozen=True)
class Unit:
    """Characters `start` to before `end` of a text. `head` is the header of the table whose row it is."""

    start: int
    end: int
    head: str = ""


def units(text: str) -> list[Unit]:
    """The units of `text` in order. A table's header belongs to its rows and is none itself, unless it has none."""
    found: list[Unit] = []
    for table, lines in _runs(text):
        if table:
            found += _rows(text, lines)
        else:
            for start, end in _paragraphs(text, lines):
                found += [Unit(start + one, start + past) for one, past in sentences(text[start:end])]
    return found


def _runs(text: str) -> Iterator[tuple[bool, list[tuple[int, int]]]]:
    """Lines of a table together, and what is between tables."""
    run: list[tuple[int, int]] = []
    was = False
    for match in _LINE.finditer(text):
        table = match[0].lstrip().startswith("|")
        if run and table != was:
            yield was, run
            run = []
        was = table
        run.append(match.span())
    if run:
        yield was, run


def _rows(text: str, lines: list[tuple[int, int]]) -> list[Unit]:
    if len(lines) > 2 and _SEPARATOR.fullmatch(text[slice(*lines[1])]):
        head = text[lines[0][0] : lines[1][1]]
        return [Unit(start, end, head) for start, end in lines[2:]]
    return [Unit(start, end) for start, end in lines if not _SEPARATOR.fullmatch(text[start:end])]


def _paragraphs(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Lines that belong together: running text that was wrapped is one."""
    start, end = lines[0]
    for following in lines[1:]:
        line = text[slice(*following)]
        before = text[start:end]
        wrapped = len(before.rsplit("\n", 1)[-1]) >= _WRAPPED and not _ENDED.search(before)
        if wrapped and text[end : following[0]] == "\n" and not _OWN_LINE.match(line):
            end = following[1]
            continue
        yield start, end
        start, end = following
    yield start, end
