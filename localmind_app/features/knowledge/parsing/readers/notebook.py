"""Jupyter notebooks: text, code and the text the code put out (nbformat 4)."""

from __future__ import annotations

import json
from typing import Any

from ..draft import Draft
from ..source import Source
from .markdown import add_markdown

_LONGEST_OUTPUT = 20_000  # characters kept of one output


def read(source: Source, draft: Draft) -> None:
    """A block for every cell of code and each of its outputs; cells of text as Markdown. Raises Unreadable, Full."""
    draft.parser = "notebook"
    try:
        cells = json.loads(source.text())["cells"]
        for cell in cells:
            _add(cell, draft)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise source.damaged() from error


def _add(cell: dict[str, Any], draft: Draft) -> None:
    text = _joined(cell.get("source", ""))
    if cell.get("cell_type") == "markdown":
        add_markdown(text, draft)
        return
    draft.add("code", text.strip("\n"))
    for output in cell.get("outputs") or ():
        shown = output.get("text") or (output.get("data") or {}).get("text/plain") or ""
        draft.add("text", _joined(shown)[:_LONGEST_OUTPUT].strip("\n"))


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
