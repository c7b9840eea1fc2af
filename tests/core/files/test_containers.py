"""Members seen in archives that Python and LibreOffice's format write, and in files that lie about their insides."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from pathlib import Path

import pytest

from localmind_app.core.files.containers import OLE, ZIP, ole_type, zip_type
from tests.core.files.test_sniff import OFFICE, declared, ole, zipped

HEAD = 8192
WORD = OFFICE + "wordprocessingml.document"
KINDS = {
    "word/document.xml": WORD,
    "xl/workbook.bin": OFFICE + "spreadsheetml.sheet",
    "ppt/presentation.xml": OFFICE + "presentationml.presentation",
    "META-INF/container.xml": "application/epub+zip",
    "words/document.xml": ZIP,
    "x/word/document.xml": ZIP,
}


def kept(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(("member", "kind"), KINDS.items())
def test_a_member_tells_with_and_without_the_whole_file(member: str, kind: str, tmp_path: Path) -> None:
    content = zipped(**{"_rels/.rels": b"<x/>", member: b"<x/>" * 100})
    assert zip_type(content[:HEAD], kept(tmp_path, content)) == kind
    assert zip_type(content[:HEAD], None) == kind


def test_behind_a_comment_and_in_front_of_nothing(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.comment = b"c" * 65_535
        for number in range(300):
            archive.writestr(f"docProps/thumbnail-{number}.jpeg", bytes(100))
        archive.writestr("word/document.xml", "<x/>")
    content = held.getvalue()
    assert content.find(b"word/document.xml") > HEAD
    assert zip_type(content[:HEAD], kept(tmp_path, content)) == WORD
    assert zip_type(content[:HEAD], kept(tmp_path, content[:-70_000])) == ZIP, "its directory is cut off"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
        ("application/epub+zip\n", "application/epub+zip"),
        ("application/x-msdownload", ZIP),
        ("text/html", ZIP),
        ("application/vnd.oasis.<script>", ZIP),
        ("", ZIP),
    ],
)
def test_only_known_kinds_are_believed_by_their_word(said: str, kind: str, tmp_path: Path) -> None:
    content = declared(said, "content.xml")
    assert zip_type(content[:HEAD], kept(tmp_path, content)) == kind == zip_type(content[:HEAD], None)


def test_names_in_other_writings_are_passed_over(tmp_path: Path) -> None:
    content = zipped(**{"größe/日本語.txt": b"x", "word/document.xml": b"<x/>"})
    broken = content.replace("größe".encode(), b"gr\xff\xfe\xff\xff\xffe"[: len("größe".encode())])
    for one in (content, broken):
        assert zip_type(one[:HEAD], kept(tmp_path, one)) == WORD


def test_a_directory_without_end_costs_little(tmp_path: Path) -> None:
    def entry(name: bytes) -> bytes:
        return struct.pack("<4s4B4HIII5HII", b"PK\x01\x02", *[0] * 11, len(name), *[0] * 6) + name

    for before, kind in ((1_000, WORD), (500_000, ZIP)):  # only its first MiB is looked at
        directory = entry(b"a") * before + entry(b"word/document.xml")
        end = struct.pack("<4s4HIIH", b"PK\x05\x06", 0, 0, 65_535, 65_535, len(directory), 0, 0)
        assert zip_type(b"PK\x03\x04", kept(tmp_path, directory + end)) == kind


def test_an_ole_file_with_sectors_of_either_size(tmp_path: Path) -> None:
    small = ole("WordDocument")
    assert ole_type(small[:HEAD], kept(tmp_path, small)) == "application/msword"
    large = bytearray(small[:512]).ljust(4096, b"\0") + bytes(3 * 4096) + small[-512:].ljust(4096, b"\0")
    struct.pack_into("<H", large, 30, 12)
    assert ole_type(bytes(large[:HEAD]), kept(tmp_path, bytes(large))) == "application/msword"


@pytest.mark.parametrize(
    ("shift", "sector"), [(9, 0xFFFFFFFE), (9, 0xFFFFFFFF), (12, 0xFFFFFFFA), (0, 0), (63, 1), (0xFFFF, 1)]
)
def test_an_ole_file_that_lies_about_its_place_is_only_that(shift: int, sector: int, tmp_path: Path) -> None:
    lying = bytearray(ole("WordDocument"))
    struct.pack_into("<H", lying, 30, shift)
    struct.pack_into("<I", lying, 48, sector)
    assert ole_type(bytes(lying[:HEAD]), kept(tmp_path, bytes(lying))) == OLE


@pytest.mark.parametrize("seed", range(4))
def test_spoiled_bytes_raise_nothing(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    archive, compound = zipped(**{"_rels/.rels": b"<x/>", "word/document.xml": b"<x/>"}), ole("Workbook")
    for _ in range(150):
        for content, read in ((archive, zip_type), (compound, ole_type)):
            spoiled = bytearray(content)
            for _ in range(dice.randint(1, 12)):
                spoiled[dice.randrange(len(spoiled))] = dice.choice((0, 0x50, 0x7F, 0xFF, dice.randrange(256)))
            cut = bytes(spoiled[: dice.randint(0, len(spoiled))]) if dice.random() < 0.3 else bytes(spoiled)
            path = kept(tmp_path, cut) if dice.random() < 0.7 else None
            assert read(cut[:HEAD], path).startswith("application/")
