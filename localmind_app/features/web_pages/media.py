"""What a server sent: the kinds that are read, told by the header and by how the bytes begin."""

from __future__ import annotations

import re
from typing import Final, Literal

Kind = Literal["html", "pdf", "text", "xml", ""]

_BY_TYPE: Final[dict[str, Kind]] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
    "application/json": "text",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/rss+xml": "xml",
    "application/atom+xml": "xml",
}
# Types that say nothing, and that servers give to anything they do not know.
_UNTOLD = ("", "application/octet-stream", "binary/octet-stream", "application/x-download", "unknown/unknown")
_MARKUP = re.compile(rb"\s*<(!doctype html|html|head|body|title|meta|script|p|div|h1|!--)", re.IGNORECASE)
_XML = re.compile(rb"\s*<(\?xml|urlset|sitemapindex|rss|feed)", re.IGNORECASE)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_TOKEN = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:+-]{1,40})""", re.IGNORECASE)


def media_type(header: str) -> str:
    """The type in a Content-Type header, without parameters; empty where it holds none."""
    found = _TOKEN.match(header.strip().lower())
    return found[0] if found else ""


def charset(header: str) -> str:
    """The charset in a Content-Type header; empty where it names none."""
    found = _CHARSET.search(header)
    return found[1].lower() if found else ""


def may_be(header: str) -> bool:
    """Whether an answer with this Content-Type is worth reading at all."""
    told = media_type(header)
    return told in _UNTOLD or told in _BY_TYPE or told.startswith("text/")


def kind(header: str, head: bytes) -> Kind:
    """What the content is; empty for what is not read.

    `head` are its first bytes, which know better than the header.
    """
    told = media_type(header)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16, which is full of zeros
        return _BY_TYPE.get(told, "text") if may_be(header) else ""
    if _CONTROLS.search(head):
        return ""
    if told in _BY_TYPE and _BY_TYPE[told] != "pdf":
        if _BY_TYPE[told] == "xml" and re.search(rb"<html[\s>]", head, re.IGNORECASE):
            return "html"
        return _BY_TYPE[told]
    if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")) and told != "text/plain":
        return "html"
    if _XML.match(head) and told in _UNTOLD:
        return "xml"
    return "text" if may_be(header) else ""


def shown(kind: Kind, header: str) -> str:
    """The media type of content of a kind, keeping what the header says of a text."""
    told = media_type(header)
    if kind == "text":
        plain = told == "application/json" or (told.startswith("text/") and _BY_TYPE.get(told, "text") == "text")
        return told if plain else "text/plain"
    return {"html": "text/html", "pdf": "application/pdf", "xml": "application/xml"}[kind]
