"""From a web page to a Document: its main text without menus, and what it says of itself.

Runs in the child. The main text is found by trafilatura; where it finds none (a short page), all text is taken.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import lxml.html
import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from localmind_app.core.errors import Invalid, SourceError
from localmind_app.features.knowledge.parsing.document import Block, Document, to_bytes
from localmind_app.features.knowledge.parsing.encoding import decode

from .address import follow
from .address import read as read_address

MOST_CHARACTERS = 2_000_000  # of a page's main text
LONGEST_TITLE = 300
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\f\v\xa0]*\n[ \t\r\f\v\xa0]*|[ \t\r\f\v\xa0]+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_PARSER = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
_UNSHOWN = ("head", "script", "style", "noscript", "template", "svg", "iframe", "object", "select", "textarea")
_WITHIN_LINES = {
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "kbd", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
}  # fmt: skip
# The date is only shown, so one that the page states is taken and none is searched for in its text.
_DATES = {"original_date": True, "extensive_search": False, "outputformat": "%Y-%m-%d"}


def read(data: bytes, url: str, charset: str) -> tuple[dict[str, Any], bytes]:
    """What a page says of itself (title, date, site, canonical) and its Document as bytes.

    Raises SourceError when there is no text in it.
    """
    text = decode(data, _fitting(data, charset))
    host = read_address(url).host
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=_PARSER)
    except etree.ParserError as error:
        raise _empty(host) from error
    canonical = _canonical(tree, url)
    found: Any = trafilatura.bare_extraction(
        tree,
        url=url,
        include_comments=False,
        include_tables=True,
        include_formatting=True,
        with_metadata=True,
        date_extraction_params=_DATES,
    )
    about = {"title": "", "date": "", "site": ""}
    blocks: list[Block] = []
    if found is not None:
        about = {"title": found.title or "", "date": found.date or "", "site": found.sitename or ""}
        blocks = list(_limited(_blocks(found.body)))
    if not blocks:
        blocks = list(_limited(_plain(tree)))
    if not blocks:
        raise _empty(host)
    title = _clean(about["title"] or _own_title(tree) or next((b.text for b in blocks if b.kind == "heading"), host))
    about["date"] = about["date"] if _DATE.fullmatch(about["date"]) else ""
    about = {**about, "title": title[:LONGEST_TITLE], "site": _clean(about["site"])[:100], "canonical": canonical}
    document = Document(
        about["title"], tuple(blocks), media_type="text/html", parser=f"trafilatura {version('trafilatura')}"
    )
    return about, to_bytes(document)


def _fitting(data: bytes, charset: str) -> str | None:
    """The charset that the server or the page names, if the page can be in it."""
    named = _CHARSET.search(data[:4096])
    for name in (charset, named[1].decode("ascii") if named else ""):
        with contextlib.suppress(LookupError, ValueError):
            data.decode(name)
            return name
    return None


def _canonical(tree: HtmlElement, url: str) -> str:
    """The page's own name for itself. A page of another host cannot be named: the source shown would be a lie."""
    for link in tree.xpath("//link[@href][contains(concat(' ', normalize-space(@rel), ' '), ' canonical ')]/@href"):
        here = read_address(url)
        try:
            there = follow(here, str(link).strip())
        except Invalid:
            return ""
        return there.url if there.host == here.host else ""
    return ""


def _own_title(tree: HtmlElement) -> str:
    return str(tree.findtext(".//title") or "")


def _empty(host: str) -> SourceError:
    return SourceError(
        "There is no text on this page of {host}. Pages that are drawn by a script cannot be read; "
        "open it in your browser and copy what you need.",
        host=host,
    )


def _limited(blocks: Iterator[Block]) -> Iterator[Block]:
    room = MOST_CHARACTERS
    for block in blocks:
        if len(block.text) > room:
            return
        room -= len(block.text)
        yield block


def _blocks(body: etree._Element) -> Iterator[Block]:
    """The blocks of trafilatura's tree, whose elements are named as in TEI."""
    for element in body:
        made = _block(element)
        if made is not None and made.text:
            yield made
        elif made is None:
            yield from _blocks(element)
        if tail := _clean(element.tail or ""):
            yield Block("text", tail)


def _block(element: etree._Element) -> Block | None:
    """One block; None for what only holds others."""
    match element.tag:
        case "head":
            level = str(element.get("rend") or "h2").removeprefix("h")
            return Block("heading", _clean(_inline(element)), int(level) if level in "123456" else 2)
        case "list":
            return Block("list", "\n".join(_items(element, 0)))
        case "table":
            return Block("table", _table(element))
        case "code":
            return Block("code", "".join(element.itertext()).strip("\n"))
        case "quote":
            return Block("quote", _clean("\n".join(_inline(part) for part in element) or _inline(element)))
        case "div" | "body" | "main" | "fw":
            return None
        case _:
            return Block("text", _clean(_inline(element)))


def _items(element: etree._Element, depth: int) -> Iterator[str]:
    numbered = element.get("rend") == "ol"
    for number, item in enumerate(element.iterchildren("item"), 1):
        inner = list(item.iterchildren("list"))
        text = _clean(_inline(item, skip="list")).replace("\n", " ")
        if text:
            yield "  " * depth + (f"{number}. " if numbered else "- ") + text
        for nested in inner:
            yield from _items(nested, min(depth + 1, 6))


def _table(element: etree._Element) -> str:
    rows = [
        [_clean(_inline(cell)).replace("\n", " ").replace("|", "\\|") for cell in row.iterchildren("cell")]
        for row in element.iter("row")
    ]
    width = max((len(row) for row in rows), default=0)
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows if any(row)]
    if lines:
        lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def _inline(element: etree._Element, skip: str = "") -> str:
    """The text of an element, line breaks kept, without the children named `skip`."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "lb":
            parts.append("\n")
        elif child.tag != skip:
            parts.append(_inline(child, skip))
        parts.append(child.tail or "")
    return "".join(parts)


def _plain(tree: HtmlElement) -> Iterator[Block]:
    """All text of a page, line by line, without what is never shown."""
    parts: list[str] = []
    etree.strip_elements(tree, *_UNSHOWN, with_tail=False)
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag not in _WITHIN_LINES:
            parts.append("\n")
        parts.append((element.text if event == "start" else element.tail) or "")
    for line in "".join(parts).split("\n"):
        if text := _clean(line):
            yield Block("text", text)


def _clean(text: str) -> str:
    return _BLANKS.sub(lambda blank: "\n" if "\n" in blank[0] else " ", text).strip()
