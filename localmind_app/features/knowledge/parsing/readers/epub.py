"""EPUB books: their chapters in reading order."""

from __future__ import annotations

import posixpath
import zipfile
from urllib.parse import unquote

from lxml import etree

from .. import archive
from ..draft import Draft
from ..encoding import decode
from ..markup import blocks_of, parse_xml, texts
from ..source import Source
from .html import add_html

_CONTAINER = "META-INF/container.xml"
_FONT_OBFUSCATION = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read(source: Source, draft: Draft) -> None:
    """The book's blocks; `page` is the chapter. Raises Unreadable, Full."""
    draft.parser = f"lxml {etree.__version__}"
    try:
        with archive.opened(source) as book:
            _refuse_protected(source, book)
            package_name = _package_name(source, book)
            package = parse_xml(archive.read(source, book, package_name))
            draft.title = next(texts(package, "title"), "")
            chapters = _chapters(package, posixpath.dirname(package_name))
            for number, chapter in enumerate(chapters):
                _add_chapter(source, draft, archive.read(source, book, chapter), number)
                source.progress((number + 1) / len(chapters))
    except etree.XMLSyntaxError as error:
        raise source.damaged() from error


def _refuse_protected(source: Source, book: zipfile.ZipFile) -> None:
    if "META-INF/encryption.xml" in book.namelist():
        root = parse_xml(archive.read(source, book, "META-INF/encryption.xml"))
        methods = {method.get("Algorithm") for method in root.iter("{*}EncryptionMethod")}
        if methods - set(_FONT_OBFUSCATION):
            raise source.encrypted()


def _package_name(source: Source, book: zipfile.ZipFile) -> str:
    for rootfile in parse_xml(archive.read(source, book, _CONTAINER)).iter("{*}rootfile"):
        return str(rootfile.get("full-path"))
    raise source.damaged()


def _chapters(package: etree._Element, folder: str) -> list[str]:
    """The names of the members that are read one after the other."""
    items = {
        item.get("id"): item.get("href")
        for item in package.iter("{*}item")
        if "html" in (item.get("media-type") or "") and "nav" not in (item.get("properties") or "").split()
    }
    hrefs = [items.get(reference.get("idref")) for reference in package.iter("{*}itemref")]
    return [posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0]))) for href in hrefs if href]


def _add_chapter(source: Source, draft: Draft, data: bytes, number: int) -> None:
    try:
        root = parse_xml(data)
    except etree.XMLSyntaxError:  # names of HTML such as &nbsp;, or simply no XML
        add_html(decode(data), draft, number)
    else:
        blocks_of(root, draft, number)
