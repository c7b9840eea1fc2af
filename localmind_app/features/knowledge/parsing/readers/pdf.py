"""PDF files: text with a box for every line; pages without text, or with garbage for text, are read by OCR."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import version
from itertools import islice

import pypdfium2
import pypdfium2.raw as c

from .. import layout, pdfium, scan
from ..draft import Draft
from ..encoding import drop_controls
from ..rows import PageSize, Row
from ..source import Source

_FEW_LETTERS = 25  # on a page: it may be a scan with a stamp
_MUCH_GARBAGE = 0.3  # of the characters: fonts without a table of letters
_MUCH_COVERED = 0.25  # of the page's area by pictures
_MOST_OBJECTS = 10_000  # that are looked at
_MANY_PATHS = 40  # on a page without text: letters drawn as shapes
_LETTER = re.compile(r"[^\W_]")
_STRANGE = re.compile("[\ufffd\ue000-\uf8ff\x80-\x9f]")  # what stands for letters that a font has no names for
_UNTITLED = ("untitled", "microsoft word", "unknown", "document")


def read(source: Source, draft: Draft) -> None:
    """The document's blocks with boxes. Raises Unreadable, Full."""
    draft.parser = f"pypdfium2 {version('pypdfium2')}"
    with pdfium.opened(source) as document:
        total = len(document)
        if total == 0:
            raise source.damaged()
        draft.title = _title(document)
        count = min(total, source.limits.pages)
        if count < total:
            draft.warn("Only the first {limit} of {pages} pages were read. Split the file to have the rest.",
                       limit=count, pages=total)  # fmt: skip
        draft.pages = count
        reading = _Reading(source, draft)
        for number in range(count):
            reading.add(document, number)
            source.progress((number + 1) / count)
    larger = scan.LARGER if reading.scanned * 2 > count else layout.LARGER
    layout.add_blocks(reading.pages, reading.sizes, draft, larger)


class _Reading:
    """Pages that were read so far."""

    def __init__(self, source: Source, draft: Draft) -> None:
        self._source, self._draft = source, draft
        self.pages: list[Sequence[Row]] = []
        self.sizes: list[PageSize] = []
        self.scanned = 0

    def add(self, document: pypdfium2.PdfDocument, number: int) -> None:
        """Read one page; one that is broken is empty, with a remark."""
        rows: list[Row] = []
        size = PageSize(1.0, 1.0)
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            self._draft.warn("Page {page} is damaged and was left out.", page=number + 1)
        else:
            size = PageSize(*page.get_size())
            rows = self._read(page, number, size)
            page.close()
        self.pages.append(rows)
        self.sizes.append(size)

    def _read(self, page: pypdfium2.PdfPage, number: int, size: PageSize) -> list[Row]:
        rows = pdfium.rows_of(page, number, size)
        if not _is_scan(rows, page, size):
            return rows
        if self.scanned >= self._source.limits.ocr_pages:
            self._draft.warn(
                "Only the first {limit} scanned pages were read. Split the file to have the rest.", limit=self.scanned
            )
            return rows
        self.scanned += 1
        if scan.name() not in self._draft.parser:
            self._draft.parser += f", {scan.name()}"
        found = scan.rows_of(pdfium.image_of(page, scan.LONGEST_SIDE), number, size.width, size.height)
        return found or rows


def _is_scan(rows: Sequence[Row], page: pypdfium2.PdfPage, size: PageSize) -> bool:
    """Whether what is to be read on the page is in a picture, by the quality of the text that is there."""
    text = "".join(row.text for row in rows)
    letters = len(_LETTER.findall(text))
    if letters >= _FEW_LETTERS:
        return len(_STRANGE.findall(text)) > _MUCH_GARBAGE * len(text)
    covered, paths = 0.0, 0
    objects = page.get_objects(filter=(c.FPDF_PAGEOBJ_IMAGE, c.FPDF_PAGEOBJ_PATH), max_depth=3)
    for piece in islice(objects, _MOST_OBJECTS):
        if piece.type == c.FPDF_PAGEOBJ_PATH:
            paths += 1
        else:
            left, bottom, right, top = piece.get_bounds()
            covered += abs(right - left) * abs(top - bottom)
        if covered > _MUCH_COVERED * size.width * size.height or (letters == 0 and paths > _MANY_PATHS):
            return True
    return False


def _title(document: pypdfium2.PdfDocument) -> str:
    """What the file calls itself, unless a program said so without thinking."""
    title = drop_controls(document.get_metadata_value("Title") or "").strip()
    return "" if title.lower().startswith(_UNTITLED) or title.lower().endswith((".doc", ".docx", ".dvi")) else title
