"""A document while its reader writes it: blocks are added in reading order, and it says when enough is enough."""

from __future__ import annotations

from collections.abc import Sequence

from .document import Block, Document, Kind, Line, Remark, remark
from .source import Source


class Full(Exception):
    """The document has as much text as it may have; what was added before stays."""


class Draft:
    """What becomes a Document. `title` may stay empty: the heading above all others or the file's name is used then."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._room = source.limits.characters
        self.title = ""
        self.parser = ""
        self.pages = 0
        self.blocks: list[Block] = []
        self.warnings: list[Remark] = []

    def add(
        self, kind: Kind, text: str, *, level: int = 0, page: int | None = None, lines: Sequence[Line] = ()
    ) -> None:
        """One block; empty ones are dropped. Raises Full."""
        if not text.strip():
            return
        if len(text) > self._room:
            text = text[: self._room]
            lines = [line for line in lines if line.end <= len(text)]
        self._room -= len(text)
        level = min(max(level, 1), 6) if kind == "heading" else 0
        if text.strip():
            self.blocks.append(Block(kind, text, level, page, tuple(lines)))
        if self._room <= 0:
            raise Full

    def warn(self, message: str, **params: str | int | float) -> None:
        """Add a remark, once."""
        one = remark(message, **params)
        if one not in self.warnings:
            self.warnings.append(one)

    def document(self) -> Document:
        """The finished document."""
        title = self.title.strip() or self._first_heading() or self._source.stem
        return Document(
            title=" ".join(title.split())[:300],
            blocks=tuple(self.blocks),
            pages=self.pages,
            media_type=self._source.media_type,
            parser=self.parser,
            warnings=tuple(self.warnings),
        )

    def _first_heading(self) -> str:
        """The heading that stands above all others; a first chapter among several is not the document's title."""
        headings = [block for block in self.blocks if block.kind == "heading"]
        alone = headings and all(block.level > headings[0].level for block in headings[1:])
        return headings[0].text if alone else ""


def table(rows: Sequence[Sequence[str]]) -> str:
    """Markdown rows; the first is the head. Empty for a table without text."""
    width = max((len(row) for row in rows), default=0)
    if not any(cell.strip() for row in rows for cell in row):
        return ""
    lines = [_row([*row, *[""] * (width - len(row))]) for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
