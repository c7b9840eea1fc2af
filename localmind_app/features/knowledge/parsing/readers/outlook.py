"""Outlook messages (.msg): who, when, subject and text (MS-OXMSG); attachments are only named.

Not covered: text that exists as compressed RTF only; the draft says so.
"""

from __future__ import annotations

import datetime
import struct
from importlib.metadata import version

import olefile

from ..draft import Draft
from ..encoding import decode, drop_controls
from ..source import Source
from .html import add_html
from .plain import add_paragraphs

_SUBJECT, _BODY, _HTML, _RTF = "0037", "1000", "1013", "1009"  # property ids (MS-OXPROPS)
_HEADERS = (("From", "0C1A"), ("Address", "0C1F"), ("To", "0E04"), ("Cc", "0E03"))
_LONG_NAME, _SHORT_NAME = "3707", "3704"
_SENT, _RECEIVED = 0x0039, 0x0E06  # property ids of times
_UNICODE, _ANSI, _BINARY = "001F", "001E", "0102"
_TIME = 0x0040
_PROPERTIES_START = 32  # bytes before the fixed properties of a message
_FILETIME_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)


def read(source: Source, draft: Draft) -> None:
    """The message's blocks. Raises Unreadable, Full."""
    draft.parser = f"olefile {version('olefile')}"
    try:
        with source.open() as file, olefile.OleFileIO(file) as ole:
            _add(source, draft, ole)
    except (olefile.OleFileError, OSError, struct.error, IndexError, ValueError, TypeError) as error:
        raise source.damaged() from error


def _add(source: Source, draft: Draft, ole: olefile.OleFileIO) -> None:
    draft.title = _string(source, ole, _SUBJECT)
    draft.add("heading", draft.title, level=1)
    heads = [(name, _string(source, ole, code)) for name, code in _HEADERS]
    lines = [f"{name}: {text}" for name, text in [*heads, ("Date", _date(ole))] if text]
    draft.add("text", "\n".join(lines))
    body, html = _string(source, ole, _BODY), _stream(source, ole, f"__substg1.0_{_HTML}{_BINARY}")
    if body.strip():
        add_paragraphs(body.replace("\r\n", "\n"), draft)
    elif html:
        add_html(decode(html), draft)
    elif ole.exists(f"__substg1.0_{_RTF}{_BINARY}"):
        draft.warn("The text of this message is stored in a form that cannot be read; save it as .eml.")
    folders = sorted({entry[0] for entry in ole.listdir() if entry[0].startswith("__attach_version1.0_")})
    names = [_string(source, ole, _LONG_NAME, one) or _string(source, ole, _SHORT_NAME, one) for one in folders]
    if any(names):
        draft.add("list", "\n".join(f"- {name}" for name in names if name))
        draft.warn("Attachments were not read; save them and add them as files.")


def _string(source: Source, ole: olefile.OleFileIO, code: str, folder: str = "") -> str:
    place = f"{folder}/__substg1.0_{code}" if folder else f"__substg1.0_{code}"
    wide = _stream(source, ole, place + _UNICODE)
    if wide:
        return drop_controls(wide.decode("utf-16-le", "replace"))
    return decode(_stream(source, ole, place + _ANSI))


def _stream(source: Source, ole: olefile.OleFileIO, name: str) -> bytes:
    if not ole.exists(name):
        return b""
    if ole.get_size(name) > source.limits.text_bytes:
        raise source.harmful()
    with ole.openstream(name) as stream:
        return bytes(stream.read())


def _date(ole: olefile.OleFileIO) -> str:
    """When it was sent, or received: from the 16-byte entries of fixed properties."""
    name = "__properties_version1.0"
    if not ole.exists(name):
        return ""
    with ole.openstream(name) as stream:
        data = stream.read(1 << 16)
    for at in range(_PROPERTIES_START, len(data) - 15, 16):
        kind, number, _, ticks = struct.unpack_from("<HHIQ", data, at)
        if kind == _TIME and number in (_SENT, _RECEIVED) and ticks < 1 << 60:
            return (_FILETIME_EPOCH + datetime.timedelta(microseconds=ticks // 10)).isoformat(" ", "seconds")
    return ""
