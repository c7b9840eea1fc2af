"""What every file becomes: a title and a list of blocks, each with its place on a page.

A block's text is what is indexed, shown and cited; tables are Markdown rows. Boxes are fractions of the page, so
they fit a page image of any width. Not covered: fonts, colours and pictures; a page image shows those.
Standard library only.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import Any, Literal

FORMAT = 1
MAX_BYTES = 256 << 20  # of a document's JSON; what a parser's child may send is far less
DIGITS = 5  # of a box's fractions: a hundredth of a pixel on a page image 1,000 pixels wide

Kind = Literal["heading", "text", "list", "table", "code", "quote"]


@dataclass(frozen=True)
class Box:
    """A rectangle on a page: fractions 0..1 of the page's width and height, origin top left; `page` from 0."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class Line:
    """Where the characters `start` to `end` of a block's text are."""

    start: int
    end: int
    box: Box


@dataclass(frozen=True)
class Block:
    """A heading, paragraph, list, table, piece of code or quote.

    `level` is a heading's, 1 to 6. `page` counts from 0: the page it begins on, or the slide, sheet or chapter.
    `lines` only where a page image exists (PDF and scans).
    """

    kind: Kind
    text: str
    level: int = 0
    page: int | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Remark:
    """What a reader of the document must know: an English template and its fields, as in core/errors.py."""

    message: str
    params: tuple[tuple[str, str | int | float], ...] = ()

    @property
    def text(self) -> str:
        """The English sentence with its fields filled in."""
        return self.message.format(**dict(self.params))


def remark(message: str, **params: str | int | float) -> Remark:
    """A remark with its fields by name."""
    return Remark(message, tuple(params.items()))


@dataclass(frozen=True)
class Document:
    """A file that was read.

    `pages` counts the page images that can be drawn, 0 for none; `parser` names what read it, with its version;
    `warnings` say what was left out.
    """

    title: str
    blocks: tuple[Block, ...]
    pages: int = 0
    media_type: str = ""
    parser: str = ""
    warnings: tuple[Remark, ...] = ()

    @property
    def text(self) -> str:
        """All blocks, a blank line between them."""
        return "\n\n".join(block.text for block in self.blocks)


def to_bytes(document: Document) -> bytes:
    """Compact JSON, compressed; `from_bytes` is its inverse (boxes are rounded to `DIGITS`)."""
    plain = {
        "format": FORMAT,
        "title": document.title,
        "pages": document.pages,
        "media_type": document.media_type,
        "parser": document.parser,
        "warnings": [[one.message, dict(one.params)] for one in document.warnings],
        "blocks": [_plain_block(block) for block in document.blocks],
    }
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "replace"), 6)  # a lone surrogate from a file's text becomes "?"


def from_bytes(data: bytes) -> Document:
    """The document `to_bytes` wrote. Raises `ValueError` for anything else, also for what unpacks to too much."""
    unpack = zlib.decompressobj()
    try:
        text = unpack.decompress(data, MAX_BYTES)
        if not unpack.eof:
            raise ValueError("The document is cut off or larger than allowed.")
        plain = json.loads(text)
        if plain["format"] != FORMAT:
            raise ValueError("The document was written by another version.")
        return Document(
            title=plain["title"],
            blocks=tuple(_block(one) for one in plain["blocks"]),
            pages=plain["pages"],
            media_type=plain["media_type"],
            parser=plain["parser"],
            warnings=tuple(remark(message, **params) for message, params in plain["warnings"]),
        )
    except (zlib.error, KeyError, TypeError, IndexError, RecursionError) as error:
        raise ValueError("This is not a document.") from error


def _plain_block(block: Block) -> list[Any]:
    lines = []
    for line in block.lines:
        box = line.box
        sides = [round(side, DIGITS) for side in (box.x0, box.y0, box.x1, box.y1)]
        lines.append([line.start, line.end, box.page, *sides])
    plain: list[Any] = [block.kind, block.text, block.level, block.page, lines]
    return plain


def _block(plain: list[Any]) -> Block:
    kind, text, level, page, lines = plain
    return Block(kind, text, level, page, tuple(Line(one[0], one[1], Box(*one[2:])) for one in lines))
