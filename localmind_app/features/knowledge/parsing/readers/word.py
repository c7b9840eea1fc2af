"""Word files (DOCX): headings by style or outline level, lists, tables, quotes, code, text boxes and footnotes.

Not covered: headers and footers, comments, text that was deleted with changes tracked, pictures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version

import docx
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree

from .. import archive
from ..document import Kind
from ..draft import Draft, table
from ..encoding import drop_controls
from ..markup import parse_xml
from ..source import Source

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX = _W + "txbxContent"
_FOOTNOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_HEADING = re.compile(r"heading (\d)$")
_MOST_BASES = 20  # styles a style may be based on, one on the other


def read(source: Source, draft: Draft) -> None:
    """The document's blocks. Raises Unreadable, Full."""
    draft.parser = f"python-docx {version('python-docx')}"
    with archive.opened(source) as packed:
        archive.refuse_document_types(source, packed)
    try:
        with source.open() as file:
            opened = docx.Document(file)
        draft.title = opened.core_properties.title or ""
        writer = _Writer(draft, _styles(opened.styles.element), _numbering(opened))
        body, footnotes = opened.element.body, _footnotes(opened)
    except (*archive.BROKEN, PackageNotFoundError, ValueError, AttributeError, etree.XMLSyntaxError) as error:
        raise source.damaged() from error
    writer.add_all(body)
    for number, note in footnotes:
        writer.add("text", f"[{number}] {note}")


@dataclass(frozen=True)
class _Style:
    """What matters of a paragraph style: `level` of a heading, `numbering` of a list with its depth."""

    name: str = ""
    level: int = 0
    numbering: tuple[str, int] | None = None


class _Writer:
    """Adds paragraphs and tables; paragraphs of one list become one block."""

    def __init__(self, draft: Draft, styles: dict[str, _Style], ordered: set[tuple[str, int]]) -> None:
        self._draft, self._styles, self._ordered = draft, styles, ordered
        self._items: list[str] = []
        self._code: list[str] = []
        self._counts: Counter[tuple[str, int]] = Counter()

    def add_all(self, container: etree._Element) -> None:
        """Everything in the body, or in a text box."""
        waiting = list(reversed(container))
        while waiting:
            element = waiting.pop()
            if element.tag == _W + "p":
                self._paragraph(element)
                waiting += reversed([part for box in _boxes(element) for part in box])
            elif element.tag == _W + "tbl":
                self.add("table", table([list(_cells(row)) for row in element.iter(_W + "tr") if _own(row, element)]))
            elif element.tag in (_W + "sdt", _W + "sdtContent", _W + "customXml", _W + "ins"):
                waiting += reversed(list(element))
        self._close()

    def add(self, kind: Kind, text: str, level: int = 0) -> None:
        """A block that ends the list or code before it."""
        self._close()
        self._draft.add(kind, text, level=level)

    def _close(self) -> None:
        items, self._items = self._items, []
        code, self._code = self._code, []
        self._draft.add("list", "\n".join(items))
        self._draft.add("code", "\n".join(code))

    def _paragraph(self, element: etree._Element) -> None:
        text, style = _text(element), self._style_of(element)
        name = style.name
        if not text.strip():
            return
        if style.level:
            self.add("heading", " ".join(text.split()), style.level)
            if name == "title" and not self._draft.title:
                self._draft.title = text
        elif "code" in name or name in ("html preformatted", "macro text", "source text"):
            if self._items:
                self._close()
            self._code.append(text)
        elif style.numbering or name.startswith("list "):
            if self._code:
                self._close()
            self._item(text.strip(), style)
        else:
            self.add("quote" if "quote" in name else "text", text.strip())

    def _item(self, text: str, style: _Style) -> None:
        number, depth = style.numbering or ("", 0)
        marker = "- "
        if (number, depth) in self._ordered or (not number and "number" in style.name):
            self._counts[number, depth] += 1
            marker = f"{self._counts[number, depth]}. "
        for deeper in [key for key in self._counts if key[0] == number and key[1] > depth]:
            del self._counts[deeper]
        self._items.append("  " * depth + marker + text.replace("\n", " "))

    def _style_of(self, element: etree._Element) -> _Style:
        own = element.find(_W + "pPr")
        if own is None:
            return _Style()
        style = self._styles.get(_value(own, "pStyle"), _Style())
        level = _outline(own) or style.level
        return _Style(style.name, level, _numbers(own) or style.numbering)


def _styles(root: etree._Element) -> dict[str, _Style]:
    elements = {str(style.get(_W + "styleId")): style for style in root.iter(_W + "style")}
    found = {}
    for identity, element in elements.items():
        name, level, numbering = _value(element, "name").lower(), 0, None
        base: etree._Element | None = element
        for _ in range(_MOST_BASES):
            if base is None:
                break
            said = _HEADING.match(_value(base, "name").lower())
            properties = base.find(_W + "pPr")
            level = level or (int(said.group(1)) if said else 0)
            if properties is not None:
                level = level or _outline(properties)
                numbering = numbering or _numbers(properties)
            base = elements.get(_value(base, "basedOn"))
        found[identity] = _Style(name, 1 if name == "title" else level, numbering)
    return found


def _numbering(opened: docx.document.Document) -> set[tuple[str, int]]:
    """Which levels of which lists are numbered; the others have bullets."""
    for relation in opened.part.rels.values():
        if relation.reltype.endswith("/numbering") and not relation.is_external:
            root = parse_xml(relation.target_part.blob)
            break
    else:
        return set()
    kinds = {}
    for abstract in root.iter(_W + "abstractNum"):
        levels = abstract.iter(_W + "lvl")
        kinds[abstract.get(_W + "abstractNumId")] = {
            int(level.get(_W + "ilvl", "0"))
            for level in levels
            if _value(level, "numFmt") not in ("bullet", "none", "")
        }
    return {
        (str(number.get(_W + "numId")), depth)
        for number in root.iter(_W + "num")
        for depth in kinds.get(_value(number, "abstractNumId"), ())
    }


def _footnotes(opened: docx.document.Document) -> list[tuple[int, str]]:
    for relation in opened.part.rels.values():
        if relation.reltype == _FOOTNOTES and not relation.is_external:
            notes = parse_xml(relation.target_part.blob).iter(_W + "footnote")
            texts = [" ".join(_text(note).split()) for note in notes if note.get(_W + "type") is None]
            return list(enumerate(texts, 1))
    return []


def _text(element: etree._Element) -> str:
    """The text of a paragraph, without its text boxes."""
    parts = []
    walk = etree.iterwalk(element, events=("start",))
    for _, inner in walk:
        tag = inner.tag
        if tag == _W + "t":
            parts.append(inner.text or "")
        elif tag == _W + "tab" and inner.getparent().tag == _W + "r":
            parts.append("\t")
        elif tag in (_W + "br", _W + "cr"):
            parts.append("\n")
        elif tag == _W + "noBreakHyphen":
            parts.append("-")
        elif tag in (_BOX, _FALLBACK):
            walk.skip_subtree()
    return drop_controls("".join(parts))


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, inner in walk:
        if inner.tag == _BOX:
            yield inner
            walk.skip_subtree()
        elif inner.tag == _FALLBACK:
            walk.skip_subtree()


def _own(row: etree._Element, of_table: etree._Element) -> bool:
    """Whether the row is the table's own and not one of a table inside it."""
    parent = row.getparent()
    while parent is not None and parent.tag != _W + "tbl":
        parent = parent.getparent()
    return parent is of_table


def _cells(row: etree._Element) -> Iterator[str]:
    for cell in row.iterchildren(_W + "tc", _W + "sdt"):
        properties = cell.find(_W + "tcPr")
        merged = properties.find(_W + "vMerge") if properties is not None else None
        if merged is not None and merged.get(_W + "val") != "restart":
            yield ""
        else:
            yield " ".join(_text(paragraph) for paragraph in cell.iter(_W + "p"))
        span = _value(properties, "gridSpan") if properties is not None else ""
        yield from [""] * (min(int(span), 100) - 1 if span.isdigit() else 0)


def _value(element: etree._Element, name: str) -> str:
    inner = element.find(_W + name)
    return str(inner.get(_W + "val") or "") if inner is not None else ""


def _outline(properties: etree._Element) -> int:
    level = _value(properties, "outlineLvl")
    return int(level) + 1 if level.isdigit() and int(level) < 6 else 0


def _numbers(properties: etree._Element) -> tuple[str, int] | None:
    inner = properties.find(_W + "numPr")
    if inner is None:
        return None
    number, depth = _value(inner, "numId"), _value(inner, "ilvl")
    return None if number in ("", "0") else (number, min(int(depth), 8) if depth.isdigit() else 0)
