"""Lines in the order people read them: columns one after the other, without page numbers and running heads."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from .rows import Cell, PageSize, Row

_DIGITS = re.compile(r"\d+")
_EDGE = 0.09  # of the page's height: where running heads and page numbers are


def ordered(rows: Sequence[Row]) -> list[Row]:
    """Rows in reading order.

    The order of the file is right in most files. Where lines jump back up over what was read, the page is cut into
    columns; where many lines have the same gap, into two as well.
    """
    rows = _split_columns(rows)
    jumps = sum(after.y1 <= before.y0 and _overlap(before, after) > 0 for before, after in pairwise(rows))
    if jumps * 8 <= len(rows):
        return list(rows)
    return _cut(rows)


def _overlap(one: Row, other: Row) -> float:
    return min(one.x1, other.x1) - max(one.x0, other.x0)


def _split_columns(rows: Sequence[Row]) -> list[Row]:
    """Rows that reach over two columns of prose, cut at the gap: first what is left of it, then what is right."""
    out: list[Row] = []
    run: list[Row] = []
    for row in [*rows, None]:
        if row is not None and len(row.cells) == 2 and (not run or _same_gap(run[-1], row)):
            run.append(row)
            continue
        prose = len(run) >= 3 and sum(len(cell.text) for one in run for cell in one.cells) / (2 * len(run)) > 25
        if prose and all(_is_full(one, run) for one in run[:-1]):
            for side in (0, 1):
                out += [_piece(one, one.cells[side]) for one in run]
        else:
            out += run
        run = []
        if row is not None:
            if len(row.cells) == 2:
                run = [row]
            else:
                out.append(row)
    return out


def _same_gap(one: Row, other: Row) -> bool:
    return abs(one.cells[1].x0 - other.cells[1].x0) < one.size / 2


def _is_full(row: Row, run: Sequence[Row]) -> bool:
    """Whether the left cell fills its column, as lines of prose do and cells of a table do not."""
    widest = max(one.cells[0].x1 - one.cells[0].x0 for one in run)
    return row.cells[0].x1 - row.cells[0].x0 > 0.7 * widest


def _piece(row: Row, cell: Cell) -> Row:
    return replace(row, text=cell.text, x0=cell.x0, x1=cell.x1, cells=())


def _cut(rows: Sequence[Row]) -> list[Row]:
    """Recursive cuts along empty bands: first between left and right, then between above and below."""
    waiting, out = [(list(rows), 0)], []
    while waiting:
        group, depth = waiting.pop()
        if len(group) > 1 and depth < 8:
            size = sorted(row.size for row in group)[len(group) // 2]
            parts = _bands(group, lambda row: (row.x0, row.x1), size)
            if len(parts) == 1:
                parts = _bands(group, lambda row: (row.y0, row.y1), size * 0.8)
            if len(parts) > 1:
                waiting += [(part, depth + 1) for part in reversed(parts)]
                continue
        out += sorted(group, key=lambda row: (round(row.y0), row.x0))
    return out


def _bands(rows: Sequence[Row], side: Callable[[Row], tuple[float, float]], room: float) -> list[list[Row]]:
    bands: list[list[Row]] = []
    end = float("-inf")
    for row in sorted(rows, key=lambda one: side(one)[0]):
        if not bands or side(row)[0] > end + room:
            bands.append([])
        bands[-1].append(row)
        end = max(end, side(row)[1])
    return bands


def without_running(pages: list[list[Row]], sizes: Sequence[PageSize]) -> list[list[Row]]:
    """Without page numbers and lines that stand at the same edge of most pages (the first one stays)."""
    if len(pages) < 3:
        return pages
    seen: dict[tuple[bool, str], list[Row]] = defaultdict(list)
    for rows in pages:
        for row in rows:
            place = _edge(row, sizes)
            if place is not None:
                seen[place, _DIGITS.sub("#", row.text).strip()].append(row)
    gone = set()
    for (_, pattern), found in seen.items():
        if len({row.page for row in found}) * 2 > len(pages):
            gone |= {id(row) for row in (found if pattern.strip("#-–— .|/") == "" else found[1:])}
    return [[row for row in rows if id(row) not in gone] for rows in pages]


def _edge(row: Row, sizes: Sequence[PageSize]) -> bool | None:
    height = sizes[row.page].height
    if row.y1 < height * _EDGE:
        return True
    return False if row.y0 > height * (1 - _EDGE) else None
