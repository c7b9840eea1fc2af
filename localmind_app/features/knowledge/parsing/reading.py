"""Reads one file into a document: finds its type by its content and gives it to that type's reader.

Runs in a child process (child.py); nothing here is safe to call in a process that matters.
"""

from __future__ import annotations

import io
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from localmind_app.core.errors import Unreadable
from localmind_app.core.files.sniff import EMPTY, HEAD_BYTES, sniff

from .document import Document
from .draft import Draft, Full
from .limits import MEGABYTE
from .readers import module_of
from .source import Source

if TYPE_CHECKING:
    from PIL.Image import Image

_OLD = {
    "application/msword": "DOCX",
    "application/vnd.ms-excel": "XLSX",
    "application/vnd.ms-powerpoint": "PPTX",
    "application/rtf": "DOCX",
}
_DAMAGED_ARCHIVES = ("application/zip", "application/x-ole-storage")
_ENDINGS_OF_ARCHIVES = (".docx", ".pptx", ".xlsx", ".epub", ".msg")


def read(source: Source) -> Document:
    """The document in a file. Raises Unreadable, MemoryError."""
    source = identified(source)
    module = module_of(source.media_type)
    if module is None:
        raise _refusal(source)
    draft = Draft(source)
    try:
        import_module(f".readers.{module}", __package__).read(source, draft)
    except Full:
        draft.warn(
            "The text was cut after {limit} characters. Split the file to have the rest.",
            limit=source.limits.characters,
        )
    except RecursionError as error:
        raise source.harmful() from error
    if not draft.blocks:
        draft.warn("No text was found in this file.")
    return draft.document()


def image(source: Source, page: int, width: int) -> bytes:
    """A PNG of one page of a PDF or picture, `width` pixels wide. Raises Unreadable, MemoryError."""
    source = identified(source)
    width = min(max(width, 16), 4096)
    if source.media_type == "application/pdf":
        drawn = _drawn_pdf(source, page, width)
    elif module_of(source.media_type) == "picture":
        from .readers import picture

        drawn = picture.draw(source, page, width)
    else:
        raise Unreadable("{file} has no pages that can be drawn.", file=source.name)
    buffer = io.BytesIO()
    drawn.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def identified(source: Source) -> Source:
    """The source with the type its content has. Raises Unreadable for one that is empty or too large."""
    try:
        size = source.path.stat().st_size
        if size > source.limits.file_bytes:
            raise Unreadable(
                "{file} has {size} MB; at most {limit} MB are read. "
                "Nothing of it was kept; split it and add the parts.",
                file=source.name,
                size=size // MEGABYTE,
                limit=source.limits.file_bytes // MEGABYTE,
            )
        with source.open() as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise Unreadable("{file} cannot be opened. It may have been moved or deleted.", file=source.name) from error
    kind = sniff(head, source.name, source.path)
    if kind == EMPTY or not head.strip(b" \t\r\n\0"):
        raise Unreadable("{file} is empty. Nothing of it was kept.", file=source.name)
    return replace(source, media_type=kind)


def _refusal(source: Source) -> Unreadable:
    kind = source.media_type
    if kind in _OLD:
        return Unreadable(
            "{file} is stored in an old form that is not read. Save it as {form} and add it again.",
            file=source.name,
            form=_OLD[kind],
        )
    if kind == "application/x-ole-storage" and source.ending in (".docx", ".xlsx", ".pptx"):
        return source.encrypted()  # MS-OFFCRYPTO puts the whole package into such a file
    if kind in _DAMAGED_ARCHIVES and source.ending in _ENDINGS_OF_ARCHIVES:
        return source.damaged()
    if kind.startswith(("audio/", "video/")):
        return Unreadable(
            "{file} is a recording. Recordings need a transcription before they can be searched, "
            "and no transcriber is set up. Nothing of it was kept.",
            file=source.name,
        )
    return Unreadable(
        "{file} is of a kind that is not read ({kind}). "
        "Nothing of it was kept; save it as PDF or text and add it again.",
        file=source.name,
        kind=kind,
    )


def _drawn_pdf(source: Source, page: int, width: int) -> Image:
    from . import pdfium

    with pdfium.opened(source) as document:
        if not 0 <= page < len(document):
            raise Unreadable("{file} has no page {page}.", file=source.name, page=page + 1)
        opened = document[page]
        across, down = opened.get_size()
        drawn = pdfium.image_of(opened, min(int(width * max(1.0, down / max(across, 1.0))), 4 * width))
        opened.close()
        return drawn
