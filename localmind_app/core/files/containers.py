"""What is inside a ZIP or an OLE file, by the names of its members. Nothing is unpacked, and little is read."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

ZIP = "application/zip"
OLE = "application/x-ole-storage"
_MOST_READ = 1 << 20  # bytes of a directory that are looked at
_TAIL = 22 + 65535  # a ZIP's last record, and the longest comment behind it
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MEMBERS = (
    ("word/document", _OFFICE + "wordprocessingml.document"),
    ("xl/workbook", _OFFICE + "spreadsheetml.sheet"),
    ("ppt/presentation", _OFFICE + "presentationml.presentation"),
    ("META-INF/container.xml", "application/epub+zip"),
)
# OpenDocument and EPUB begin with a stored member `mimetype` that says what they are.
_SAID = re.compile(rb"application/(vnd\.oasis\.[\w.-]+|epub\+zip)")
_LOCAL = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)
_STREAMS = (
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
)


def zip_type(head: bytes, path: Path | None) -> str:
    """What a ZIP file is: an Office, OpenDocument or EPUB document, or an archive."""
    said = _said(head)
    if said:
        return said
    names = list(_listed(path) if path else _local(head))
    return next((kind for start, kind in _MEMBERS if any(name.startswith(start) for name in names)), ZIP)


def _said(head: bytes) -> str | None:
    """What the first member says, where it is named for that (EPUB OCF 3.3, OpenDocument 1.3 part 2)."""
    if len(head) < 38 or head[30:38] != b"mimetype":
        return None
    (size,), (name, extra) = struct.unpack_from("<I", head, 18), struct.unpack_from("<HH", head, 26)
    said = head[30 + name + extra :][:size].strip()
    return said.decode("ascii") if _SAID.fullmatch(said) else None


def ole_type(head: bytes, path: Path | None) -> str:
    """What an OLE compound file (MS-CFB) is: an old Office document, an Outlook message, or something else."""
    directory = head
    if path and len(head) >= 52:
        (shift,), (sector,) = struct.unpack_from("<H", head, 30), struct.unpack_from("<I", head, 48)
        directory = _at(path, (sector + 1) << shift) if shift in (9, 12) else b""
    names = {directory[at : at + 64].decode("utf-16-le", "ignore").partition("\0")[0] for at in _entries(directory)}
    return next((kind for name, kind in _STREAMS if name in names), OLE)


def _entries(directory: bytes) -> range:
    return range(0, len(directory), 128)


def _at(path: Path, offset: int, most: int = _MOST_READ) -> bytes:
    with path.open("rb") as source:
        source.seek(offset)
        return source.read(most)


def _listed(path: Path) -> Iterator[str]:
    """The member names in a ZIP's central directory (APPNOTE 4.3.12), as far as it is looked at."""
    size = path.stat().st_size
    tail = _at(path, max(0, size - _TAIL))
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        return
    length, offset = struct.unpack_from("<II", tail, end + 12)
    directory = _at(path, min(offset, size), min(length, _MOST_READ))
    at = 0
    while directory[at : at + 4] == b"PK\x01\x02" and len(directory) >= at + 46:
        name, extra, comment = struct.unpack_from("<HHH", directory, at + 28)
        yield directory[at + 46 : at + 46 + name].decode("utf-8", "replace")
        at += 46 + name + extra + comment


def _local(head: bytes) -> Iterable[str]:
    """The member names that can be seen in the beginning of a ZIP."""
    for found in _LOCAL.finditer(head):
        (length,) = struct.unpack("<H", found.group(1))
        yield head[found.end() : found.end() + length].decode("utf-8", "replace")
