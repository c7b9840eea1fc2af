"""PowerPoint files (PPTX): a heading per slide, then its texts, tables, charts' figures and notes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pptx
from lxml import etree
from pptx.exc import PythonPptxError

from .. import archive
from ..draft import Draft, table
from ..encoding import drop_controls
from ..source import Source

_BODIES = ("BODY", "OBJECT", "VERTICAL_BODY", "VERTICAL_OBJECT")  # placeholders whose paragraphs are bullets
_MOST_NESTED = 20  # groups in groups


def read(source: Source, draft: Draft) -> None:
    """The presentation's blocks; `page` is the slide. Raises Unreadable, Full."""
    draft.parser = f"python-pptx {version('python-pptx')}"
    with archive.opened(source) as packed:
        archive.refuse_document_types(source, packed)
    try:
        with source.open() as file:
            opened = pptx.Presentation(file)
        draft.title = opened.core_properties.title or ""
        slides = list(opened.slides)
        for number, slide in enumerate(slides):
            _add_slide(slide, draft, number)
            source.progress((number + 1) / len(slides))
    except (*archive.BROKEN, PythonPptxError, ValueError, AttributeError, etree.XMLSyntaxError) as error:
        raise source.damaged() from error


def _add_slide(slide: Any, draft: Draft, number: int) -> None:
    title = slide.shapes.title
    if title is not None:
        draft.add("heading", " ".join(_clean(title.text_frame.text).split()), level=1, page=number)
    for shape in sorted(_shapes(slide.shapes), key=lambda one: (one.top or 0, one.left or 0)):
        if title is None or shape.shape_id != title.shape_id:
            _add_shape(shape, draft, number)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        draft.add("quote", _clean(slide.notes_slide.notes_text_frame.text), page=number)


def _shapes(shapes: Any, depth: int = 0) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes") and depth < _MOST_NESTED:
            yield from _shapes(shape.shapes, depth + 1)
        else:
            yield shape


def _add_shape(shape: Any, draft: Draft, number: int) -> None:
    if getattr(shape, "has_table", False):
        rows = [[_clean(cell.text) for cell in row.cells] for row in shape.table.rows]
        draft.add("table", table(rows), page=number)
    elif getattr(shape, "has_chart", False):
        draft.add("table", table(_figures(shape.chart)), page=number)
    elif shape.has_text_frame:
        paragraphs = [(one.level, _clean(one.text).strip()) for one in shape.text_frame.paragraphs]
        paragraphs = [(level, text) for level, text in paragraphs if text]
        if len(paragraphs) > 1 and _is_body(shape):
            lines = ["  " * level + "- " + text.replace("\n", " ") for level, text in paragraphs]
            draft.add("list", "\n".join(lines), page=number)
        else:
            draft.add("text", "\n".join(text for _, text in paragraphs), page=number)


def _is_body(shape: Any) -> bool:
    return bool(shape.is_placeholder and shape.placeholder_format.type.name in _BODIES)


def _figures(chart: Any) -> list[list[str]]:
    rows: list[list[str]] = []
    for plot in chart.plots:
        series = list(plot.series)
        rows.append(["", *(str(one.name) for one in series)])
        columns = [list(one.values) for one in series]
        for place, category in enumerate(plot.categories):
            rows.append([str(category), *(str(column[place]) if place < len(column) else "" for column in columns)])
    return rows


def _clean(text: str) -> str:
    return drop_controls(text.replace("\x0b", "\n"))  # a line break inside a paragraph
