"""Lines on pages to blocks: reading order (order.py), tables, headings, lists, paragraphs.

Works for PDF and for scans alike. All measures are points of the page as it is shown, origin top left. What is
covered: one or several columns, tables whose cells are aligned, headings that are larger or bold, hyphens at the end
of lines, paragraphs that go on on the next page. Not covered: tables inside columns, text that is turned, formulas.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from .document import Box, Line
from .draft import Draft
from .order import ordered, without_running
from .rows import BULLET, BULLETS, Cell, PageSize, Row

_HYPHENS = "-\u00ad\u2010"
LARGER = 1.12  # than the body's letters: a heading
_LONGEST_HEADING = 200  # characters
_HEADING_LEVELS = 6
_SAME_SIZE = 0.12  # relative difference of sizes that counts as the same
_PITCH = 1.2  # of a font's size from line to line, where nothing else is known
_MOST_PITCH = 2.2
_MORE_PITCH = 1.2  # of the usual pitch: a new paragraph
_SHORT = 0.75  # of the paragraph's width: its last line, when a sentence ends there
_LONGEST_CELL = 60  # characters a table's cell has on average, at most; otherwise the page has columns


def add_blocks(pages: Sequence[Sequence[Row]], sizes: Sequence[PageSize], draft: Draft, larger: float = LARGER) -> None:
    """Add the blocks of all pages to `draft`; `pages[n]` are the rows of page n as they come. Raises Full.

    `larger` is how much larger than the body a heading's letters are; scans need more.
    """
    kept = without_running([ordered(rows) for rows in pages], sizes)
    levels = _levels(kept, larger)
    writer = _Writer(draft, sizes, _pitches(kept))
    for rows in kept:
        for group in _groups(rows):
            if len(group) > 1 or len(group[0].cells) > 1:
                writer.add_table(group)
            else:
                writer.add_row(group[0], levels(group[0]))
        writer.end_page()
    writer.close()


def _levels(pages: Sequence[Sequence[Row]], larger: float) -> Callable[[Row], int]:
    """What says the level of a heading for a row, 0 for none: the largest letters are level 1."""
    weights: Counter[float] = Counter()
    for rows in pages:
        for row in rows:
            weights[round(row.size, 1)] += len(row.text)
    if not weights:
        return lambda _: 0
    body = weights.most_common(1)[0][0]
    ranks: list[float] = []
    for size in sorted({row.size for rows in pages for row in rows if _may_head(row, body * larger)}, reverse=True):
        if not ranks or size < ranks[-1] * (1 - _SAME_SIZE / 2):
            ranks.append(size)
    plain_is_bold = _mostly_bold(pages)

    def level(row: Row) -> int:
        if _may_head(row, body * larger):
            return min(
                next(n for n, size in enumerate(ranks, 1) if row.size >= size * (1 - _SAME_SIZE)), _HEADING_LEVELS
            )
        bold = (
            row.bold
            and not plain_is_bold
            and row.size >= body * 0.97
            and not row.text.rstrip().endswith((".", ",", ";"))
        )
        return (
            min(len(ranks) + 1, _HEADING_LEVELS) if bold and len(row.text) < 100 and not BULLET.match(row.text) else 0
        )

    return level


def _pitches(pages: Sequence[Sequence[Row]]) -> dict[float, float]:
    """The usual distance from line to line, by the rounded size of the font."""
    found: dict[float, list[float]] = defaultdict(list)
    for rows in pages:
        for above, below in pairwise(rows):
            pitch = below.base - above.base
            if abs(below.size - above.size) < 0.5 and 0.8 * below.size < pitch < _MOST_PITCH * below.size:
                found[round(below.size)].append(pitch)
    return {size: median(pitches) for size, pitches in found.items()}


def _may_head(row: Row, least: float) -> bool:
    if row.size < least or len(row.text) > _LONGEST_HEADING or len(row.cells) > 1:
        return False
    return sum(letter.isalpha() for letter in row.text) >= 2 and row.text.lstrip()[:1] not in BULLETS


def _mostly_bold(pages: Sequence[Sequence[Row]]) -> bool:
    rows = [row for page in pages for row in page]
    return sum(len(row.text) for row in rows if row.bold) * 3 > sum(len(row.text) for row in rows)


def _groups(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows one by one, but those of a table together: two or more below each other with cells that are aligned."""
    groups: list[list[Row]] = []
    for row in rows:
        last = groups[-1] if groups else []
        if len(row.cells) > 1 and last and len(last[-1].cells) > 1 and _aligned(last, row):
            last.append(row)
        else:
            groups.append([row])
    out: list[list[Row]] = []
    for group in groups:  # a single line with a gap is no table
        single = len(group) == 1 or sum(len(row.text) for row in group) > _LONGEST_CELL * sum(
            len(r.cells) for r in group
        )
        out += [[replace(row, cells=())] for row in group] if single else [group]
    return out


def _aligned(table: Sequence[Row], row: Row) -> bool:
    above = table[-1]
    if row.y0 - above.y1 > 2.5 * above.size or row.y0 < above.y0:
        return False
    columns = _columns(table)
    fits = sum(any(_meets(cell, column, row.size) for column in columns) for cell in row.cells)
    return fits * 2 > len(row.cells)


def _meets(cell: Cell, column: tuple[float, float], size: float) -> bool:
    left, right = column
    near = abs(cell.x0 - left) < size or abs(cell.x1 - right) < size
    return near or abs((cell.x0 + cell.x1) - (left + right)) < 2 * size


def _columns(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """The columns' left and right sides: cells that overlap are in one."""
    columns: list[tuple[float, float]] = []
    for cell in sorted((cell for row in rows for cell in row.cells), key=lambda one: one.x0):
        if columns and cell.x0 < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], cell.x1))
        else:
            columns.append((cell.x0, cell.x1))
    return columns


class _Writer:
    """Joins rows to blocks and keeps where every row went."""

    def __init__(self, draft: Draft, sizes: Sequence[PageSize], pitches: dict[float, float]) -> None:
        self._draft, self._sizes, self._pitches = draft, sizes, pitches
        self._rows: list[Row] = []
        self._kind = ""  # "text", "list" or "heading 2"
        self._page_ended = False

    def add_row(self, row: Row, level: int) -> None:
        """The next line: it goes on with the block before it, or begins a new one."""
        bullet = level == 0 and BULLET.match(row.text) is not None
        kind = f"heading {level}" if level else "list" if bullet else "text"
        if not self._goes_on(row, kind, bullet):
            self.close()
            self._kind = kind
        self._rows.append(row)
        self._page_ended = False

    def end_page(self) -> None:
        """What comes next is on another page."""
        self._page_ended = True

    def add_table(self, rows: Sequence[Row]) -> None:
        """Rows whose cells are aligned become a Markdown table."""
        self.close()
        columns = _columns(rows)
        text, lines = "", []
        for number, row in enumerate(rows):
            cells = [""] * len(columns)
            for cell in row.cells:
                middle = (cell.x0 + cell.x1) / 2
                place = _nearest(columns, middle)
                cells[place] = f"{cells[place]} {cell.text}".strip().replace("|", "\\|")
            start = len(text)
            text += "| " + " | ".join(cells) + " |"
            lines.append(Line(start, len(text), self._box(row)))
            text += "\n" + ("|" + " --- |" * len(columns) + "\n" if number == 0 else "")
        self._draft.add("table", text.rstrip("\n"), page=rows[0].page, lines=lines)

    def close(self) -> None:
        """Write the block that is open."""
        rows, self._rows = self._rows, []
        if not rows:
            return
        kind, _, level = self._kind.partition(" ")
        text = ""
        lines: list[Line] = []
        for row in rows:
            piece = row.text.strip()
            if not piece:
                continue
            if text and kind == "list" and BULLET.match(piece):
                text += "\n"
            elif text:
                text = _joint(text, piece)
                if lines and lines[-1].end > len(text):  # the hyphen is gone
                    lines[-1] = replace(lines[-1], end=len(text))
            piece = piece[:-1] + "-" if piece[-1] in _HYPHENS else piece
            lines.append(Line(len(text), len(text) + len(piece), self._box(row)))
            text += piece
        if kind == "heading":
            self._draft.add("heading", text, level=int(level), page=rows[0].page, lines=lines)
        else:
            self._draft.add("list" if kind == "list" else "text", text, page=rows[0].page, lines=lines)

    def _goes_on(self, row: Row, kind: str, bullet: bool) -> bool:
        if not self._rows:
            return False
        last = self._rows[-1]
        if abs(row.size - last.size) > _SAME_SIZE * max(row.size, last.size):
            return False
        if self._page_ended or row.page != last.page:
            return kind == self._kind == "text" and _continues(last.text, row.text)
        if row.base + row.size < last.base:  # a new column
            return kind == self._kind == "text" and _continues(last.text, row.text)
        pitch = row.base - last.base
        usual = self._pitches.get(round(row.size), _PITCH * row.size)
        if self._kind == "list":
            inside = row.x0 > self._rows[0].x0 + row.size * 0.3
            return pitch < 2 * usual if bullet else kind == "text" and inside and pitch <= _MORE_PITCH * usual
        if kind != self._kind or pitch > _MORE_PITCH * usual:
            return False
        return kind != "text" or not self._ended(row)

    def _ended(self, row: Row) -> bool:
        """Whether the open paragraph ended before this row: by a short last line, or because the row is indented."""
        last = self._rows[-1]
        left, right = min(one.x0 for one in self._rows), max(one.x1 for one in self._rows)
        short = last.x1 - left < _SHORT * (max(right, row.x1) - left) and last.text.rstrip()[-1:] in ".!?:"
        indented = len(self._rows) > 1 and row.x0 - last.x0 > row.size * 0.8 and last.x0 <= self._rows[0].x0
        return short or indented

    def _box(self, row: Row) -> Box:
        size = self._sizes[row.page]
        width, height = size.width or 1.0, size.height or 1.0
        sides = (row.x0 / width, row.y0 / height, row.x1 / width, row.y1 / height)
        return Box(row.page, *(min(max(side, 0.0), 1.0) for side in sides))


def _nearest(columns: Sequence[tuple[float, float]], at: float) -> int:
    return min(range(len(columns)), key=lambda number: _distance(columns[number], at))


def _distance(column: tuple[float, float], at: float) -> float:
    left, right = column
    return 0.0 if left <= at <= right else min(abs(at - left), abs(at - right))


def _continues(before: str, after: str) -> bool:
    before, after = before.rstrip(), after.lstrip()
    return bool(before and after) and (before[-1] in _HYPHENS or (before[-1] not in ".!?:;" and after[0].islower()))


def _joint(text: str, piece: str) -> str:
    """`text` with what stands between it and the next line: nothing where a word was hyphenated, else a space."""
    if text[-1] == "-" and len(text) > 1 and text[-2].isalpha() and piece[0].islower():
        return text[:-1]
    return text if text[-1] == "-" and len(text) > 1 and text[-2].isalnum() else text + " "
