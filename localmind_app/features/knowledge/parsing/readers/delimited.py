"""CSV and TSV: one table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from ..draft import Draft, table
from ..source import Source

_SAMPLE = 64 * 1024  # characters from which separator and quotes are guessed
_LONGEST_CELL = 1 << 20


def read(source: Source, draft: Draft) -> None:
    """One table of all rows, as far as limits allow. Raises Unreadable, Full."""
    draft.parser = "csv"
    text, limits = source.text(), source.limits
    csv.field_size_limit(_LONGEST_CELL)
    rows = _rows(source, text)
    try:
        kept = [row[: limits.columns] for row in islice(rows, limits.rows) if any(cell.strip() for cell in row)]
    except csv.Error:  # a cell without an end; the text can still be found
        draft.add("text", text)
        return
    if next(rows, None) is not None:
        draft.warn("Only the first {limit} rows were read.", limit=limits.rows)
    if len(kept) == 1 and len(kept[0]) == 1:
        draft.add("text", kept[0][0])
    else:
        draft.add("table", table(kept))


def _rows(source: Source, text: str) -> Iterator[list[str]]:
    if source.media_type == "text/tab-separated-values":
        return csv.reader(io.StringIO(text, newline=""), delimiter="\t")
    try:
        dialect = csv.Sniffer().sniff("\n".join(text[:_SAMPLE].splitlines()[:50])[:8192], delimiters=",;\t|")
    except csv.Error:  # one column, or nothing it recognises
        return csv.reader(io.StringIO(text, newline=""))
    dialect.doublequote = True  # the sniffer says no where it saw none; RFC 4180 has it
    return csv.reader(io.StringIO(text, newline=""), dialect)
