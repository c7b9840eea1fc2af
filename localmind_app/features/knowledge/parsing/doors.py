"""Doors for models that read what no parser can: recordings by a transcriber, pictures by a model that sees.

Whoever brings such a model opens the door with `open_to`; until then recordings are refused, and pictures only give
the text that is written in them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from localmind_app.core.files.sniff import HEAD_BYTES, sniff

from .document import Block, Document

Transcriber = Callable[[Path, str], Awaitable[Document]]  # a recording and its name; raises Unreadable
Describer = Callable[[Path], Awaitable[str]]  # a picture; "" when nothing can be said


@dataclass
class Doors:
    """Who is behind the doors now."""

    transcriber: Transcriber | None = None
    describer: Describer | None = None


_doors = Doors()


def open_to(*, transcriber: Transcriber | None = None, describer: Describer | None = None) -> None:
    """Set both; None closes a door."""
    _doors.transcriber, _doors.describer = transcriber, describer


async def transcribed(path: Path, name: str) -> Document | None:
    """The document of a recording; None for other files and while nobody transcribes. Raises Unreadable."""
    if _doors.transcriber is None:
        return None
    if not (await asyncio.to_thread(_kind, path, name)).startswith(("audio/", "video/")):
        return None
    return await _doors.transcriber(path, name)


async def described(path: Path, document: Document) -> Document:
    """The document, for a picture with what the describer says before the text that is written in it."""
    if _doors.describer is None or not document.media_type.startswith("image/") or not document.pages:
        return document
    said = (await _doors.describer(path)).strip()
    return replace(document, blocks=(Block("text", said, page=0), *document.blocks)) if said else document


def _kind(path: Path, name: str) -> str:
    with path.open("rb") as file:
        return sniff(file.read(HEAD_BYTES), name, path)
