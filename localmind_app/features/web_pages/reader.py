"""From a fetched page to a Document: HTML in a child of our own, everything else by the parsers of `knowledge`."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

from localmind_app.core.errors import TooLarge
from localmind_app.features.knowledge.parsing.document import Document, from_bytes
from localmind_app.features.knowledge.parsing.run import parse

from .address import read
from .contained import run
from .fetch import Page

LARGEST_HTML = 8_000_000  # bytes; the text of a book is a tenth of it
_SECONDS = 45.0
_ENDINGS = {
    "application/pdf": ".pdf",
    "application/json": ".json",
    "application/xml": ".xml",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/plain": ".txt",
}


async def document(page: Page, scratch: Path) -> tuple[Page, Document]:
    """The page with what it says of itself, and its Document. `scratch` is a folder for a moment's file.

    Raises TooLarge, SourceError, and what `parsing.run.parse` raises.
    """
    if page.kind != "html":
        return await _parsed(page, scratch)
    host = read(page.final_url).host
    if len(page.data) > LARGEST_HTML:
        raise TooLarge(
            "The page of {host} is larger than {limit} MB, the most that is read of one. Nothing was kept.",
            host=host,
            limit=LARGEST_HTML // 1_000_000,
        )
    request = {"url": page.final_url, "charset": page.charset, "host": host}
    about, data = await run("page", request, page.data, seconds=_SECONDS)
    made = from_bytes(data)
    known = dataclasses.replace(
        page, title=about["title"], date=about["date"], site=about["site"], canonical=about["canonical"]
    )
    return known, made


async def _parsed(page: Page, scratch: Path) -> tuple[Page, Document]:
    with TemporaryDirectory(dir=scratch, prefix="page-") as folder:
        path = Path(folder) / "page"
        path.write_bytes(page.data)
        made = await parse(path, name_of(page))
    return dataclasses.replace(page, title=made.title), made


def name_of(page: Page) -> str:
    """A file name for a page: the last part of its path, or its host, with the ending that fits."""
    address = read(page.final_url)
    last = unquote(address.path.rstrip("/").rpartition("/")[2])
    name = "".join(c for c in last if c.isprintable() and c not in '\\/:*?"<>|')[:120].strip(". ")
    name = name or address.host
    ending = _ENDINGS.get(page.media_type, "")
    return name if Path(name).suffix.lower() == ending else name + ending
