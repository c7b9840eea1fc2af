"""Real beginnings of real formats, and names that lie about them."""

from __future__ import annotations

import email.message
import io
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest

from localmind_app.core.files.sniff import HEAD_BYTES, sniff

OFFICE = "application/vnd.openxmlformats-officedocument."


def zipped(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def declared(kind: str, member: str) -> bytes:
    """As EPUB and OpenDocument begin: a stored member that says what it is."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(member, "<x/>")
    return held.getvalue()


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def tar() -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"), io.BytesIO(b""))
    return held.getvalue()


def ole(stream: str) -> bytes:
    """The header and the first directory sector of a compound file (MS-CFB 2.2 and 2.6)."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 48, 3)
    names = ["Root Entry", stream]
    directory = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in names).ljust(512, b"\0")
    return bytes(header) + bytes(3 * 512) + directory


def mail() -> bytes:
    message = email.message.EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Hello"
    message.set_content("Text")
    return message.as_bytes()


CASES = {
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
    "pdf with junk in front": (b"\n\njunk\n%PDF-1.4\n", "application/pdf"),
    "png": (png(), "image/png"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64), "image/jpeg"),
    "gif": (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "image/gif"),
    "webp": (b"RIFF\x1a\x00\x00\x00WEBPVP8L" + bytes(32), "image/webp"),
    "mp4": (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(32), "video/mp4"),
    "wav": (b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(32), "audio/x-wav"),
    "elf": (b"\x7fELF\x02\x01\x01" + bytes(64), "application/x-executable"),
    "exe": (b"MZ\x90\x00\x03\x00\x00\x00" + bytes(64), "application/x-msdownload"),
    "gzip": (b"\x1f\x8b\x08\x00" + bytes(32), "application/gzip"),
    "tar": (tar(), "application/x-tar"),
    "docx": (zipped(**{"[Content_Types].xml": b"", "word/document.xml": b""}), OFFICE + "wordprocessingml.document"),
    "xlsx": (zipped(**{"_rels/.rels": b"<x/>", "xl/workbook.xml": b"<x/>"}), OFFICE + "spreadsheetml.sheet"),
    "pptx": (zipped(**{"_rels/.rels": b"", "ppt/presentation.xml": b""}), OFFICE + "presentationml.presentation"),
    "epub": (declared("application/epub+zip", "META-INF/container.xml"), "application/epub+zip"),
    "odt": (
        declared("application/vnd.oasis.opendocument.text", "content.xml"),
        "application/vnd.oasis.opendocument.text",
    ),
    "zip": (zipped(**{"a.txt": b"a"}), "application/zip"),
    "empty zip": (zipped(), "application/zip"),
    "doc": (ole("WordDocument"), "application/msword"),
    "xls": (ole("Workbook"), "application/vnd.ms-excel"),
    "ppt": (ole("PowerPoint Document"), "application/vnd.ms-powerpoint"),
    "msg": (ole("__properties_version1.0"), "application/vnd.ms-outlook"),
    "other ole": (ole("Something"), "application/x-ole-storage"),
    "mail": (mail(), "message/rfc822"),
    "html": (b"<!DOCTYPE html><html><body>x</body></html>", "text/html"),
    "xhtml": (b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"></html>', "text/html"),
    "xml with a body in it": (b'<?xml version="1.0"?><book><body>x</body></book>', "application/xml"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "image/svg+xml"),
    "rtf": (b"{\\rtf1\\ansi x}", "application/rtf"),
    "hls": (b"#EXTM3U\n#EXT-X-VERSION:3\nfile:///etc/passwd\n", "application/vnd.apple.mpegurl"),
    "text": ("Grüße".encode(), "text/plain"),
    "text in Latin-1": ("Grüße aus Köln, sagte er".encode("latin-1"), "text/plain"),
    "text in UTF-16": ("Grüße".encode("utf-16"), "text/plain"),
    "text that begins like a picture": (b"BM is short for benchmark", "text/plain"),
    "text that begins like a program": (b"MZ was his name", "text/plain"),
    "bytes": (bytes(range(256)) * 4, "application/octet-stream"),
    "nothing": (b"", "application/x-empty"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "kind"), CASES.values(), ids=CASES.keys())
def test_the_content_says_what_it_is_whatever_the_name(content: bytes, kind: str, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.write_bytes(content)
    for name in ("", "x", "x.png", "x.exe", "x.PDF", "../x.docx"):
        assert sniff(content[:HEAD_BYTES], name, whole) == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.md", "text/markdown"),
        ("A.CSV", "text/csv"),
        ("a.py", "text/x-python"),
        ("a.ts", "text/x-typescript"),
        ("a.json", "application/json"),
        ("a.html", "text/html"),
        ("a.txt", "text/plain"),
        ("a.pdf", "text/plain"),
        ("a.mp4", "text/plain"),
        ("Makefile", "text/plain"),
    ],
)
def test_a_name_chooses_among_texts_only(name: str, kind: str) -> None:
    assert sniff(b"Some words, and nothing else.\n", name) == kind


def test_an_office_file_whose_parts_come_late_is_seen_in_its_directory(tmp_path: Path) -> None:
    late = zipped(**{f"customXml/item{at}.xml": bytes(5000) for at in range(400)}, **{"word/document.xml": b"<x/>"})
    whole = tmp_path / "late"
    whole.write_bytes(late)
    assert sniff(late[:HEAD_BYTES], "late.docx", whole) == OFFICE + "wordprocessingml.document"
    assert sniff(late[:HEAD_BYTES], "late.docx") == "application/zip"  # without the whole file it cannot be known


@pytest.mark.parametrize("content", [case[0] for case in CASES.values()], ids=CASES.keys())
def test_a_file_cut_off_anywhere_raises_nothing(content: bytes, tmp_path: Path) -> None:
    whole = tmp_path / "cut"
    for length in {*range(min(len(content), 80)), *range(0, len(content), 97)}:
        whole.write_bytes(content[:length])
        assert "/" in sniff(content[:length][:HEAD_BYTES], "x", whole)


def test_a_directory_that_lies_about_its_place_is_only_a_zip(tmp_path: Path) -> None:
    lying = bytearray(zipped(**{"word/document.xml": b"<x/>"}))
    end = lying.rfind(b"PK\x05\x06")
    struct.pack_into("<II", lying, end + 12, 0xFFFFFFFF, 0xFFFFFFFE)
    whole = tmp_path / "lying"
    whole.write_bytes(lying)
    assert sniff(bytes(lying), "x.docx", whole) == "application/zip"


def test_a_character_cut_in_two_at_the_end_of_the_head_is_still_text() -> None:
    assert sniff(("a" + "ü" * 5000).encode()[:HEAD_BYTES], "a.md") == "text/markdown"
