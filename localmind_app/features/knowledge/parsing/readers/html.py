"""HTML files."""

from __future__ import annotations

import re

from lxml import etree

from ..draft import Draft
from ..encoding import decode, drop_controls
from ..markup import TooDeep, blocks_of, parse_html, title_of, without_tags
from ..source import Source

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_HEAD = 4096  # bytes in which the page may say its encoding


def read(source: Source, draft: Draft) -> None:
    """The page's blocks, without scripts and navigation. Raises Unreadable, Full."""
    draft.parser = f"lxml {etree.__version__}"
    data = source.bytes()
    said = _CHARSET.search(data[:_HEAD])
    add_html(decode(data, said.group(1).decode("ascii") if said else None), draft)


def add_html(text: str, draft: Draft, page: int | None = None) -> None:
    """The blocks of a page, and its title where the draft has none. Raises Full."""
    try:
        root = parse_html(text)
    except TooDeep:
        draft.warn("This page is nested so deeply that only its text could be read, without headings and tables.")
        draft.add("text", drop_controls(without_tags(text)).strip(), page=page)
        return
    if root is None:
        return
    draft.title = draft.title or title_of(root)
    blocks_of(root, draft, page)
