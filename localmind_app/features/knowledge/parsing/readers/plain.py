"""Plain text as paragraphs, and source code as it stands."""

from __future__ import annotations

import re

from ..draft import Draft
from ..source import Source

_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_PROSE = ("text/plain", "text/x-rst", "text/x-tex", "text/vtt", "application/x-subrip")
_PROSE_ENDINGS = (".txt", ".text", ".log", ".asc", ".md", "")  # of files that are just "text"


def read(source: Source, draft: Draft) -> None:
    """One block for every paragraph of a text, one for a whole file of code. Raises Unreadable, Full."""
    draft.parser = "plain"
    if is_prose(source):
        add_paragraphs(source.text(), draft)
    else:
        draft.add("code", source.text().strip("\n").rstrip())


def add_paragraphs(text: str, draft: Draft) -> None:
    """A block for everything between empty lines. Raises Full."""
    for paragraph in _PARAGRAPHS.split(text):
        draft.add("text", paragraph.strip("\n").rstrip())


def is_prose(source: Source) -> bool:
    """Whether its type and name say that people wrote it for people."""
    return source.media_type in _PROSE and (source.media_type != "text/plain" or source.ending in _PROSE_ENDINGS)
