"""The ZIP files that DOCX, PPTX, XLSX and EPUB are, opened only after a look at what would come out of them.

Nothing is ever unpacked to disk. Not covered: archives people make themselves (.zip); they are refused as such.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from localmind_app.core.errors import Unreadable

from .limits import MEGABYTE
from .source import Source

_ENCRYPTED = 0x1  # general purpose bit 0 (APPNOTE 4.4.4)
_PROLOGUE = 1024  # bytes of an XML member in which a document type would stand
_DOCUMENT_TYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, RuntimeError, OSError)


@contextmanager
def opened(source: Source) -> Iterator[zipfile.ZipFile]:
    """The archive, found harmless by its directory. Raises Unreadable, also for what goes wrong while it is open."""
    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            _check(source, archive)
            yield archive
    except BROKEN as error:
        raise source.damaged() from error


def refuse_document_types(source: Source, archive: zipfile.ZipFile) -> None:
    """Office files may contain no document type (ECMA-376-2, 7.1.4), the place where XML bombs are defined."""
    for member in archive.infolist():
        if member.filename.endswith((".xml", ".rels", ".vml")):
            with archive.open(member) as part:
                if _DOCUMENT_TYPE.search(part.read(_PROLOGUE).replace(b"\0", b"")):
                    raise source.harmful()


def read(source: Source, archive: zipfile.ZipFile, name: str) -> bytes:
    """One member that is read as text. Raises Unreadable where it is over the limit for text."""
    with archive.open(name) as part:
        data = part.read(source.limits.text_bytes + 1)
    if len(data) > source.limits.text_bytes:
        raise source.harmful()
    return data


def _check(source: Source, archive: zipfile.ZipFile) -> None:
    limits, members = source.limits, archive.infolist()
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise source.encrypted()
    if len(members) > limits.members or any(_escapes(member.filename) for member in members):
        raise source.harmful()
    total = sum(member.file_size for member in members)
    packed = max(1, source.path.stat().st_size)
    if total > limits.unpacked_free and total / packed > limits.unpacked_ratio:
        raise source.harmful()
    if total > limits.unpacked_bytes:
        raise Unreadable(
            "{file} unpacks to {size} MB; at most {limit} MB are read. Nothing of it was kept; "
            "make its pictures smaller or split it.",
            file=source.name,
            size=total // MEGABYTE,
            limit=limits.unpacked_bytes // MEGABYTE,
        )


def _escapes(name: str) -> bool:
    """Whether unpacking this name would write outside of the folder."""
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or (len(name) > 1 and name[1] == ":")
