"""What PDFium knows of a PDF file: its pages' lines with their boxes, and page images.

PDFium is used for everything that is read of a PDF, text, title and protection: one parser, one thing to attack.
Its coordinates are turned into points of the page as it is shown (rotated, cropped), origin top left.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as c
from PIL import Image

from .encoding import drop_controls
from .rows import PageSize, Row, joined
from .source import Source

_SCALE = 100_000  # of the whole numbers PDFium gives for places on a page
_LINE_END = re.compile("\r\n|[\x02\ufffe](?:\r\n)?")  # the others stand for a hyphen at the end of a line
_BOLD = 600  # font weight
_FORCED_BOLD = 1 << 18  # font flag (ISO 32000-1, 9.8.2)
_MOST_CHARACTERS = 400_000  # on one page


@contextmanager
def opened(source: Source) -> Iterator[pypdfium2.PdfDocument]:
    """The file. Raises Unreadable."""
    file = source.open()
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        file.close()
        raise source.encrypted() if error.err_code == c.FPDF_ERR_PASSWORD else source.damaged() from error
    try:
        yield document
    except (pypdfium2.PdfiumError, ctypes.ArgumentError) as error:
        raise source.damaged() from error
    finally:
        document.close()
        file.close()


def image_of(page: pypdfium2.PdfPage, longest: int) -> Image.Image:
    """The page drawn so that its longer side has that many pixels."""
    width, height = page.get_size()
    image: Image.Image = page.render(scale=longest / max(width, height, 1.0), may_draw_forms=False).to_pil()
    return image


@dataclass
class _Place:
    """From PDFium's coordinates of a page to points of the page as it is shown."""

    across: tuple[float, float, float]
    down: tuple[float, float, float]

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """The rectangle, its left and top first."""
        (a, b, e), (c_, d, f) = self.across, self.down
        xs, ys = (a * x0 + b * y0 + e, a * x1 + b * y1 + e), (c_ * x0 + d * y0 + f, c_ * x1 + d * y1 + f)
        return min(xs), min(ys), max(xs), max(ys)


def place_of(page: pypdfium2.PdfPage, size: PageSize) -> _Place:
    """How places on this page are computed: three points tell."""

    def shown(x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        c.FPDF_PageToDevice(page.raw, 0, 0, _SCALE, _SCALE, 0, x, y, across, down)
        return across.value / _SCALE * size.width, down.value / _SCALE * size.height

    far = max(size.width, size.height, 1.0)
    (x, y), (rx, ry), (ux, uy) = shown(0, 0), shown(far, 0), shown(0, far)
    return _Place(((rx - x) / far, (ux - x) / far, x), ((ry - y) / far, (uy - y) / far, y))


def rows_of(page: pypdfium2.PdfPage, number: int, size: PageSize) -> list[Row]:
    """The lines of text, in the order of the file."""
    text_page = page.get_textpage()
    try:
        rows = _Lines(text_page.raw, place_of(page, size), number).rows()
        return [row for row in rows if _is_seen(row, size)]
    finally:
        text_page.close()


def _is_seen(row: Row, size: PageSize) -> bool:
    """Whether any of it is on the page: what stands outside is not read."""
    return row.x1 > 0 and row.y1 > 0 and row.x0 < size.width and row.y0 < size.height


class _Lines:
    """The lines of one page; PDFium's functions take the handle and the number of a character."""

    def __init__(self, handle: Any, place: _Place, number: int) -> None:
        self._handle, self._place, self._number = handle, place, number
        self._doubles = [ctypes.c_double() for _ in range(4)]
        self._bold: dict[str, bool] = {}

    def rows(self) -> Iterator[Row]:
        """One row after the other."""
        count = min(c.FPDFText_CountChars(self._handle), _MOST_CHARACTERS)
        if count <= 0:
            return
        buffer = (ctypes.c_ushort * (count + 1))()
        written = c.FPDFText_GetText(self._handle, 0, count, buffer)
        # One place in the string for every 16-bit unit, as PDFium counts.
        text = "".join(map(chr, buffer[: max(0, written - 1)]))
        same = len(text) == count
        start = 0
        while start < len(text):
            found = _LINE_END.search(text, start)
            end = found.start() if found else len(text)
            hyphen = found is not None and found[0][0] != "\r"
            if text[start:end].strip():
                first = start if same else c.FPDFText_GetCharIndexFromTextIndex(self._handle, start)
                last = end - 1 if same else c.FPDFText_GetCharIndexFromTextIndex(self._handle, end - 1)
                if 0 <= first <= last:
                    yield from self._row(text[start:end] + "-" * hyphen, first, last - first + 1 + hyphen)
            start = found.end() if found else end

    def _row(self, units: str, first: int, count: int) -> Iterator[Row]:
        text = _whole(units)
        size, base, bold = self._letters(units, first)
        boxes = self._boxes(first, count)
        if not boxes or not text.strip():
            return
        if len(boxes) > 1 and count == len(units):
            pieces = self._pieces(units, first, size, base, bold)
            if len(pieces) > 1:
                yield joined(pieces)
                return
        x0, y0, x1, y1 = _around(boxes)
        yield Row(self._number, text.strip(), x0, y0, x1, y1, size, base or y1, bold)

    def _boxes(self, first: int, count: int) -> list[tuple[float, float, float, float]]:
        found = []
        for number in range(c.FPDFText_CountRects(self._handle, first, count)):
            left, top, right, bottom = self._doubles
            if c.FPDFText_GetRect(self._handle, number, left, top, right, bottom):
                found.append(self._place.box(left.value, bottom.value, right.value, top.value))
        return found

    def _pieces(self, units: str, first: int, size: float, base: float, bold: bool) -> list[Row]:
        """The line cut where there is more room than a space takes."""
        pieces: list[tuple[int, int, list[tuple[float, float, float, float]]]] = []
        left, right, bottom, top = self._doubles
        for number, unit in enumerate(units):
            if unit.isspace() or not c.FPDFText_GetCharBox(self._handle, first + number, left, right, bottom, top):
                continue
            box = self._place.box(left.value, bottom.value, right.value, top.value)
            if pieces and box[0] - pieces[-1][2][-1][2] < 1.2 * size:
                pieces[-1] = (pieces[-1][0], number + 1, [*pieces[-1][2][:1], _around([*pieces[-1][2][1:], box])])
            else:
                pieces.append((number, number + 1, [box, box]))
        rows = []
        for start, end, boxes in pieces:
            x0, y0, x1, y1 = _around(boxes)
            rows.append(Row(self._number, _whole(units[start:end]).strip(), x0, y0, x1, y1, size, base or y1, bold))
        return rows

    def _letters(self, units: str, first: int) -> tuple[float, float, bool]:
        """Height and lower side of the first letter's font, and whether it is bold; bullets do not count."""
        seen = [n for n, unit in enumerate(units) if not unit.isspace()]
        at = first + next((n for n in seen if units[n].isalnum()), seen[0])
        rectangle = c.FS_RECTF()
        size = base = 0.0
        if c.FPDFText_GetLooseCharBox(self._handle, at, rectangle):
            _, y0, _, base = self._place.box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
            size = base - y0
        flags = ctypes.c_int()
        name = ctypes.create_string_buffer(128)
        c.FPDFText_GetFontInfo(self._handle, at, name, len(name), flags)
        bold = (
            b"bold" in name.value.lower()
            or b"black" in name.value.lower()
            or bool(flags.value & _FORCED_BOLD)
            or c.FPDFText_GetFontWeight(self._handle, at) >= _BOLD
        )
        return round(size, 2) or 1.0, base, bold


def _around(boxes: list[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _whole(units: str) -> str:
    """Text of 16-bit units, halves of a character joined."""
    text = units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return drop_controls(text)
