"""Markdown (CommonMark with tables), without its marks: what is searched and shown is the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import version

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ..draft import Draft, table
from ..source import Source

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title:\s*(.+?)\s*$", re.MULTILINE)
_TAG = re.compile(r"<[^<>]{0,1000}>")
_PARSER = MarkdownIt("commonmark", {"maxNesting": 50}).enable(["table", "strikethrough"])


def read(source: Source, draft: Draft) -> None:
    """Headings, paragraphs, lists, tables, code and quotes. Raises Unreadable, Full."""
    draft.parser = f"markdown-it-py {version('markdown-it-py')}"
    text = source.text()
    front = _FRONT_MATTER.match(text)
    if front:
        said = _TITLE.search(front.group(1))
        draft.title = said.group(1).strip("\"'") if said else ""
        text = text[front.end() :]
    add_markdown(text, draft)


def add_markdown(text: str, draft: Draft, page: int | None = None) -> None:
    """The blocks of a Markdown text. Raises Full."""
    writer = _Writer(draft, page)
    for token in _PARSER.parse(text):
        writer.take(token)


class _Writer:
    """What is open while the tokens go by. They come flat: `list_open`, `paragraph_open`, `inline` …"""

    def __init__(self, draft: Draft, page: int | None) -> None:
        self._draft, self._page = draft, page
        self._level = 0
        self._quotes = 0
        self._lists: list[int | None] = []  # the number of the next item; None for bullets
        self._items: list[str] = []
        self._marker = ""
        self._rows: list[list[str]] | None = None

    def take(self, token: Token) -> None:
        """The next token of the text."""
        kind = token.type
        if kind == "inline":
            self._text(_plain(token.children or ()))
        elif kind in ("fence", "code_block"):
            self._code(token.content.rstrip("\n"))
        elif kind == "html_block":
            self._text(_TAG.sub("", token.content).strip())
        elif kind in ("heading_open", "heading_close"):
            self._level = int(token.tag[1:]) if token.nesting > 0 else 0
        elif kind in ("blockquote_open", "blockquote_close"):
            self._quotes += token.nesting
        elif kind in ("bullet_list_open", "ordered_list_open"):
            self._lists.append(int(token.attrs.get("start", 1)) if kind.startswith("ordered") else None)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self._end_list()
        elif kind == "list_item_open":
            self._marker = self._next_marker()
        elif kind == "table_open":
            self._rows = []
        elif kind == "tr_open" and self._rows is not None:
            self._rows.append([])
        elif kind == "table_close":
            rows, self._rows = self._rows or [], None
            self._put("table", table(rows))

    def _text(self, text: str) -> None:
        if self._rows is not None:
            self._rows[-1].append(text)
        elif self._lists:
            self._add_item(text)
        elif self._level:
            self._draft.add("heading", " ".join(text.split()), level=self._level, page=self._page)
        else:
            self._draft.add("quote" if self._quotes else "text", text, page=self._page)

    def _code(self, text: str) -> None:
        if self._lists:
            self._add_item(text)
        else:
            self._draft.add("code", text, page=self._page)

    def _put(self, kind: str, text: str) -> None:
        if self._lists:
            self._add_item(text)
        elif kind == "table":
            self._draft.add("table", text, page=self._page)

    def _add_item(self, text: str) -> None:
        marker = self._marker or "  "
        indent = "  " * (len(self._lists) - 1)
        for number, line in enumerate(text.split("\n")):
            self._items.append(indent + (" " * len(marker) if number else marker) + line)
        self._marker = ""

    def _next_marker(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _end_list(self) -> None:
        self._lists.pop()
        if not self._lists:
            lines, self._items, self._marker = self._items, [], ""
            self._draft.add("list", "\n".join(lines), page=self._page)


def _plain(tokens: Sequence[Token]) -> str:
    parts = []
    for token in tokens:
        if token.type in ("text", "code_inline", "text_special"):
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
        elif token.type == "image":
            parts.append(_plain(token.children or ()))
    return "".join(parts).strip()
