"""Lines on a page, as a PDF or a scan gives them: points of the page as it is shown, origin top left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

BULLETS = "•‣◦▪■●○·"
BULLET = re.compile(r"^\s*([•‣◦▪■●○·–—*o-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+(?=\S)")
_WIDE = 1.2  # of the size: a gap inside of a line that is wider than any space between words
_TOUCHING = 0.1  # of the size: no space at all


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a line between wide gaps."""

    text: str
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line of text on a page.

    `size` is the height of its font and `base` the lower side of it, the same for all lines of one font, whatever
    letters they have; `cells` are more than one where wide gaps are.
    """

    page: int
    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    base: float
    bold: bool = False
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class PageSize:
    """Width and height in points."""

    width: float
    height: float


def joined(pieces: Sequence[Row]) -> Row:
    """One row of pieces that stand on one line, from left to right; a wide gap between two makes cells."""
    if len(pieces) == 1:
        return pieces[0]
    size = max(piece.size for piece in pieces)
    cells = [Cell(pieces[0].text, pieces[0].x0, pieces[0].x1)]
    for piece in pieces[1:]:
        if piece.x0 - cells[-1].x1 > _WIDE * size:
            cells.append(Cell(piece.text, piece.x0, piece.x1))
        else:
            space = "" if piece.x0 - cells[-1].x1 < _TOUCHING * size else " "
            cells[-1] = Cell(f"{cells[-1].text}{space}{piece.text}", cells[-1].x0, max(cells[-1].x1, piece.x1))
    if len(cells) == 2 and BULLET.match(cells[0].text + " x"):
        cells = [Cell(f"{cells[0].text} {cells[1].text}", cells[0].x0, cells[1].x1)]
    return Row(
        pieces[0].page,
        " ".join(cell.text for cell in cells),
        min(piece.x0 for piece in pieces),
        min(piece.y0 for piece in pieces),
        max(piece.x1 for piece in pieces),
        max(piece.y1 for piece in pieces),
        size,
        pieces[0].base,
        all(piece.bold for piece in pieces),
        tuple(cells) if len(cells) > 1 else (),
    )
