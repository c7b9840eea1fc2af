"""Markers in an answer: [1], [2, 3], [1-3], 【1】 and 【4†source】, outside of code and links."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_MARK = re.compile(r"(?<!\\)[\[【]\s*(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)(?:†[^】\]\n]{0,40})?\s*[\]】](?![(:])")
_CODE = re.compile(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1|\Z)|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\2(?!`)", re.DOTALL | re.MULTILINE)
_LONGEST_RANGE = 20


@dataclass(frozen=True)
class Marker:
    """Characters `start` to before `end` name the passages `numbers`, of which there is at least one."""

    start: int
    end: int
    numbers: tuple[int, ...]


def read(text: str, known: Collection[int]) -> tuple[list[Marker], list[tuple[int, int]]]:
    """(markers that name passages, places of those that name none). Numbers that are not `known` are left out."""
    found: list[Marker] = []
    dropped: list[tuple[int, int]] = []
    codes = code(text)
    for match in _MARK.finditer(text):
        if any(start <= match.start() < end for start, end in codes):
            continue
        numbers = tuple(dict.fromkeys(number for number in _numbers(match[1]) if number in known))
        if numbers:
            found.append(Marker(match.start(), match.end(), numbers))
        else:
            dropped.append(match.span())
    return found, dropped


def code(text: str) -> list[tuple[int, int]]:
    """Where code stands in Markdown: fenced blocks, also one that is not closed, and spans within a line."""
    return [match.span() for match in _CODE.finditer(text)]


def _numbers(inside: str) -> list[int]:
    numbers: list[int] = []
    for part in re.split(r"[,;]", inside):
        ends = [int(one) for one in re.findall(r"\d+", part)]
        if len(ends) == 2 and ends[0] <= ends[1] < ends[0] + _LONGEST_RANGE:
            numbers += range(ends[0], ends[1] + 1)
        else:
            numbers += ends
    return numbers
