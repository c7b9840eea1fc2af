"""HTML and XHTML to blocks: headings, paragraphs, lists, tables, code and quotes, in the order of the text.

The tree is walked without recursion, so that depth costs nothing. Scripts, styles and navigation are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from lxml import etree

from .draft import Draft, table
from .encoding import drop_controls

_SKIP = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "math",
        "iframe",
        "object",
        "canvas",
        "audio",
        "video",
        "nav",
        "button",
        "select",
        "textarea",
        "head",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "center",
        "details",
        "dialog",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "legend",
        "main",
        "p",
        "section",
        "summary",
        "tr",
        "caption",
        "option",
        "optgroup",
    ]
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_SPACE_ONLY = re.compile(r"[ \t\r\f\xa0]+")  # not the line breaks that <br> left
_BREAKS = re.compile(r" *\n *")
_TAG = re.compile(r"<[^<>]*>")
_MOST_COLUMNS_SPANNED = 100


class TooDeep(Exception):
    """Elements in elements in elements, more than the parser takes (2,048): the rest of the page is lost to it."""


def parse_html(text: str) -> etree._Element | None:
    """The tree of a page, however bad its HTML; None when there is nothing in it. Raises TooDeep."""
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True, recover=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.ParserError:  # "Document is empty"
        return None
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise TooDeep
    return root


def parse_xml(data: bytes) -> etree._Element:
    """The tree of an XML file: no entity is resolved, nothing is fetched. Raises etree.XMLSyntaxError."""
    return etree.fromstring(
        data,
        etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        ),
    )


def without_tags(text: str) -> str:
    """What is left of a page when everything between < and > is left out."""
    return unescape(_TAG.sub(" ", text))


def title_of(root: etree._Element) -> str:
    """What the page calls itself."""
    for element in root.iter("{*}title"):
        return " ".join("".join(str(text) for text in element.itertext()).split())
    return ""


def tag_of(element: etree._Element) -> str:
    """The name without its namespace, in lower case."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def blocks_of(root: etree._Element, draft: Draft, page: int | None = None, heading_shift: int = 0) -> None:
    """Add the page's blocks to `draft`. Raises Full."""
    walk = _Walk(draft, page, heading_shift)
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        tag = tag_of(element)
        if tag in _SKIP and element is not root:
            if event == "start":
                events.skip_subtree()
            else:
                walk.text(element.tail)
        elif event == "start":
            walk.start(tag, element)
            walk.text(element.text)
        else:
            walk.end(tag)
            if element is not root:
                walk.text(element.tail)
    walk.flush()


class _Walk:
    """What is open while the tree is walked."""

    def __init__(self, draft: Draft, page: int | None, heading_shift: int) -> None:
        self._draft, self._page, self._shift = draft, page, heading_shift
        self._buffer: list[str] = []
        self._level = 0  # of the heading that is open
        self._code = self._quotes = 0  # how many are open
        self._lists: list[int | None] = []  # the number of the next item; None for bullets
        self._items: list[str] = []  # lines of the outermost list
        self._marker = ""  # stands before the next text in a list
        self._tables: list[bool] = []  # whether each open table is one of data
        self._rows: list[list[str]] = []

    def text(self, text: str | None) -> None:
        """Text as it stands in the file."""
        if text:
            text = drop_controls(str(text))
            self._buffer.append(text if self._code else _SPACE.sub(" ", text))

    def start(self, tag: str, element: etree._Element) -> None:
        """An element opens."""
        if any(self._tables):
            self._start_in_table(tag, element)
        elif tag in _HEADINGS:
            self.flush()
            self._level = _HEADINGS[tag]
        elif tag in ("ul", "ol", "menu"):
            self.flush()
            self._lists.append(_start_of(element) if tag == "ol" else None)
        elif tag == "li":
            self.flush()
            self._marker = self._next_marker()
        elif tag == "table":
            self.flush()
            self._tables.append(_is_data(element))
        elif tag == "pre":
            self.flush()
            self._code += 1
        elif tag == "blockquote":
            self.flush()
            self._quotes += 1
        elif tag == "br":
            self._buffer.append("\n")
        elif tag == "img":
            self.text(element.get("alt"))
        elif tag in _BLOCKS or tag in ("td", "th"):
            self.flush()

    def end(self, tag: str) -> None:
        """An element closes."""
        if any(self._tables):
            self._end_in_table(tag)
        elif tag in _HEADINGS:
            self.flush()
            self._level = 0
        elif tag in ("ul", "ol", "menu"):
            self.flush()
            if self._lists:
                self._lists.pop()
            if not self._lists:
                self._end_list()
        elif tag == "table":
            self.flush()
            if self._tables:
                self._tables.pop()
        elif tag == "pre":
            self.flush()
            self._code = max(0, self._code - 1)
        elif tag == "blockquote":
            self.flush()
            self._quotes = max(0, self._quotes - 1)
        elif tag in _BLOCKS or tag in ("li", "td", "th"):
            self.flush()

    def flush(self) -> None:
        """What was gathered becomes a block, or a line of the open list."""
        text = "".join(self._buffer)
        self._buffer.clear()
        text = text.strip("\n") if self._code else _BREAKS.sub("\n", _SPACE_ONLY.sub(" ", text)).strip()
        if not text.strip():
            return
        if self._lists:
            self._add_item(text)
        elif self._code:
            self._draft.add("code", text, page=self._page)
        elif self._level:
            self._draft.add("heading", " ".join(text.split()), level=self._level + self._shift, page=self._page)
        else:
            self._draft.add("quote" if self._quotes else "text", text, page=self._page)

    def _add_item(self, text: str) -> None:
        indent = "  " * min(len(self._lists) - 1, 8)
        marker = self._marker or "  "
        lines = text.split("\n")
        self._items.append(indent + marker + lines[0])
        self._items.extend(indent + " " * len(marker) + line for line in lines[1:])
        self._marker = ""

    def _end_list(self) -> None:
        lines, self._items, self._marker = self._items, [], ""
        self._draft.add("list", "\n".join(lines), page=self._page)

    def _next_marker(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "- "
        number = self._lists[-1]
        self._lists[-1] = number + 1
        return f"{number}. "

    def _start_in_table(self, tag: str, element: etree._Element) -> None:
        if tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._buffer.clear()
            if not self._rows:
                self._rows.append([])
            self._span = _number(element.get("colspan"), 1, _MOST_COLUMNS_SPANNED)
        elif tag == "img":
            self.text(element.get("alt"))
        else:
            self._buffer.append(" ")

    def _end_in_table(self, tag: str) -> None:
        if tag in ("td", "th") and self._rows:
            self._rows[-1] += ["".join(self._buffer), *[""] * (self._span - 1)]
            self._buffer.clear()
        elif tag == "caption":
            rows, self._rows = self._rows, []
            tables, self._tables = self._tables, []
            self.flush()
            self._rows, self._tables = rows, tables
        elif tag == "table":
            self._tables.pop()
            rows, self._rows = self._rows, []
            self._buffer.clear()
            text = table([row for row in rows if any(cell.strip() for cell in row)])
            if self._lists:
                self._buffer.append(text)
                self.flush()
            else:
                self._draft.add("table", text, page=self._page)
        else:
            self._buffer.append(" ")


def _is_data(element: etree._Element) -> bool:
    """Whether a table holds data; otherwise it only places things on the page, as in most e-mails."""
    wide = False
    for inner in element.iterdescendants():
        tag = tag_of(inner)
        if tag == "table" or tag in _HEADINGS or tag in ("ul", "ol", "pre", "blockquote"):
            return False
        wide = wide or (tag in ("td", "th") and inner.getnext() is not None)
    return wide


def _start_of(element: etree._Element) -> int:
    return _number(element.get("start"), 1, 1_000_000)


def _number(text: str | None, default: int, most: int) -> int:
    try:
        return min(max(int(text or default), 1), most)
    except ValueError:
        return default


def texts(element: etree._Element, tag: str) -> Iterator[str]:
    """The text of every descendant of that name, in any namespace."""
    for inner in element.iter("{*}" + tag):
        yield "".join(str(text) for text in inner.itertext()).strip()
