"""Excel files (XLSX): a heading per sheet, then its tables; an empty row ends a table.

Formulas are read as the value they had when the file was saved. Not covered: charts, pictures, formats of numbers.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from lxml import etree
from openpyxl.utils.exceptions import InvalidFileException

from .. import archive
from ..draft import Draft, table
from ..encoding import drop_controls
from ..source import Source

_MOST_EMPTY_ROWS = 100_000  # in a row; a sheet may claim a million


def read(source: Source, draft: Draft) -> None:
    """The workbook's tables; `page` is the sheet. Raises Unreadable, Full."""
    draft.parser = f"openpyxl {version('openpyxl')}"
    with archive.opened(source) as packed:
        archive.refuse_document_types(source, packed)
    try:
        with source.open() as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            draft.title = book.properties.title or ""
            left = source.limits.rows
            for number, sheet in enumerate(book.worksheets):
                left -= _add_sheet(source, draft, sheet, number, left)
                source.progress((number + 1) / len(book.worksheets))
    except (
        *archive.BROKEN, InvalidFileException, ValueError, TypeError, AttributeError, IndexError,
        ParseError, etree.XMLSyntaxError,
    ) as error:  # fmt: skip
        raise source.damaged() from error


def _add_sheet(source: Source, draft: Draft, sheet: Any, number: int, room: int) -> int:
    draft.add("heading", drop_controls(sheet.title), level=1, page=number)
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    count, rows = 0, []
    for row in _rows(source, sheet):
        if row:
            count += 1
            rows.append(row)
        else:
            draft.add("table", table(_without_empty_columns(rows)), page=number)
            rows = []
        if count > room:
            draft.warn("Only the first {limit} rows were read.", limit=source.limits.rows)
            rows.pop()
            break
    draft.add("table", table(_without_empty_columns(rows)), page=number)
    return count


def _rows(source: Source, sheet: Any) -> Iterator[list[str]]:
    """The rows as text; one empty row for any number of them."""
    empty = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True, max_col=source.limits.columns)):
        row = [_text(value) for value in values]
        if number % 1000 == 0:
            source.progress(0)
        if any(row):
            empty = 0
            yield row
        else:
            empty += 1
            if empty == 1:
                yield []
            if empty > _MOST_EMPTY_ROWS:
                return


def _without_empty_columns(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    used = sorted({place for row in rows for place, cell in enumerate(row) if cell})
    return [[row[place] if place < len(row) else "" for place in used] for row in rows]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
    return drop_controls(str(value)).strip()
