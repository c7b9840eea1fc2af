"""What a file is, from its content. The name only chooses among kinds of text, which carry no signature.

Covered: PDF, Office (new and old), OpenDocument, EPUB, Outlook, e-mail, HTML, XML, text, and whatever `filetype` has a
signature for (pictures, sound, film, archives, programs). Not covered: whether the rest of the file is sound.
"""

from __future__ import annotations

import codecs
import mimetypes
import re
from pathlib import Path, PurePath

import filetype

from . import containers

HEAD_BYTES = 8192  # how much of the beginning is enough
UNKNOWN = "application/octet-stream"
EMPTY = "application/x-empty"

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Control characters that no text has; tab, line ends, form feed, backspace and escape do occur.
_BINARY = re.compile(rb"[\x00-\x07\x0e-\x1a\x1c-\x1f\x7f]")
_TYPES = mimetypes.MimeTypes()  # the table Python brings, whatever the machine has in /etc
_NAMES = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".ndjson": "application/jsonl",
    ".ipynb": "application/x-ipynb+json",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".toml": "application/toml",
    ".tex": "text/x-tex",
    ".rst": "text/x-rst",
    ".eml": "message/rfc822",
    ".srt": "application/x-subrip",
    ".vtt": "text/vtt",
    ".ts": "text/x-typescript",  # the table says film
}
_MARKUP = (
    (re.compile(r"<(!doctype\s+html|html[\s>])|^<(head|body)[\s>]", re.IGNORECASE), "text/html"),
    (re.compile(r"<(!doctype\s+svg|svg[\s>])", re.IGNORECASE), "image/svg+xml"),
)
_MAIL_HEADER = re.compile(
    r"^(from|to|cc|subject|date|message-id|mime-version|received|return-path|delivered-to|reply-to|content-type): ?\S",
    re.IGNORECASE | re.MULTILINE,
)
_MAIL_HEADERS = 3  # so many different ones make a message of a text


def sniff(head: bytes, name: str, path: Path | None = None) -> str:
    """The media type of a file that begins with `head` (`HEAD_BYTES` of it, or all there is).

    `path` is the whole file, if there is one: what an archive or an old Office file is can only be seen there.
    """
    if not head:
        return EMPTY
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return containers.zip_type(head, path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return containers.ole_type(head, path)
    # Before the signatures: some have two bytes only, and "BM" or "MZ" may begin a sentence.
    text = as_text(head)
    if text is not None:
        return _text_type(text, name)
    return str(filetype.guess_mime(head) or UNKNOWN)


def as_text(head: bytes) -> str | None:
    """The beginning of a text file, whatever its encoding; None when it is no text.

    Bytes that are not UTF-8 are read as Latin-1: enough to see what kind of text it is.
    """
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return codecs.getincrementaldecoder(encoding)("replace").decode(head)
    if _BINARY.search(head):
        return None
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)  # a character cut off at the end is none wrong
    except UnicodeDecodeError:
        return None if filetype.guess(head) else head.decode("latin-1")


def _text_type(text: str, name: str) -> str:
    start = text.lstrip()[:2048]
    if start.startswith("{\\rtf"):
        return "application/rtf"
    if start.startswith("#EXTM3U"):
        return "application/vnd.apple.mpegurl"
    if start.startswith("<"):
        for pattern, kind in _MARKUP:
            if pattern.search(start):
                return kind
        if start.startswith("<?xml"):
            return "application/xml"
    block = start.replace("\r\n", "\n").partition("\n\n")[0]
    if len({found.group(1).lower() for found in _MAIL_HEADER.finditer(block)}) >= _MAIL_HEADERS:
        return "message/rfc822"
    return _named(name)


def _named(name: str) -> str:
    """The kind of text a name says; anything the name says that is no text is not believed."""
    suffix = PurePath(name).suffix.lower()
    if suffix in _NAMES:
        return _NAMES[suffix]
    guessed = _TYPES.guess_type(f"x{suffix}")[0] or ""
    return guessed if guessed.startswith("text/") else "text/plain"
