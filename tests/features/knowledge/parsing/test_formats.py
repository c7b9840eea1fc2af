"""Every format but PDF and pictures: text, structure and places of a real file."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest

from localmind_app.core.errors import Unreadable
from localmind_app.features.knowledge.parsing.document import Block, Document

from . import files
from .conftest import Read
from .files import HARBOUR, ROWS, WALRUS

TABLE = "| City | People | Since |\n| --- | --- | --- |\n| Hamburg | 1,910,000 | 834 |\n| Kiel | 248,000 | 1233 |"
SHARES = "| City | People | Share |\n| --- | --- | --- |\n| Hamburg | 1910000 | 0.5 |\n| Kiel | 248000 | 2 |"
CODE = "def tide(moon):\n    return moon * 2"


def kinds(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in document.blocks]


def headings(document: Document) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in document.blocks if block.kind == "heading"]


def test_docx(tmp_path: Path, read: Read) -> None:
    document = read(files.write_docx(tmp_path / "a.docx"))
    assert document.title == "Notes of the harbour master"
    assert document.blocks == (
        Block("heading", "Ports of the North", 1),
        Block("text", HARBOUR),
        Block("heading", "Figures", 2),
        Block("table", TABLE),
        Block("list", "- first the seal\n- then the whale\n1. cast off\n2. set sail"),
        Block("quote", "To go to sea is to go to school."),
        Block("code", CODE),
    )


def test_docx_with_content_controls_merged_cells_and_text_boxes(tmp_path: Path, read: Read) -> None:
    written = docx.Document()
    table = written.add_table(2, 3)
    for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"c{number}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    control = written.element.body.makeelement(f"{{{written.element.nsmap['w']}}}sdt")
    content = control.makeelement(f"{{{written.element.nsmap['w']}}}sdtContent")
    control.append(content)
    content.append(written.add_paragraph("inside a control")._p)
    written.element.body.insert(0, control)
    box = written.element.body.makeelement(f"{{{written.element.nsmap['w']}}}txbxContent")
    box.append(written.add_paragraph("inside a box")._p)
    outer = written.add_paragraph("around the box")
    outer.add_run()._r.append(box)
    written.save(str(tmp_path / "b.docx"))
    assert kinds(read(tmp_path / "b.docx")) == [
        ("text", "inside a control"),
        ("table", "| wide |  | c2 |\n| --- | --- | --- |\n| c3 | c4 | c5 |"),
        ("text", "around the box"),
        ("text", "inside a box"),
    ]


def test_pptx(tmp_path: Path, read: Read) -> None:
    document = read(files.write_pptx(tmp_path / "a.pptx"))
    assert document.title == "Ports"
    assert document.blocks == (
        Block("heading", "Ports of the North", 1, 0),
        Block("list", "- Hamburg lies on the Elbe\n- Kiel lies on the Baltic", page=0),
        Block("quote", "Mention the cranes.", page=0),
        Block("heading", "Figures", 1, 1),
        Block("table", TABLE, page=1),
    )


def test_xlsx(tmp_path: Path, read: Read) -> None:
    assert read(files.write_xlsx(tmp_path / "a.xlsx")).blocks == (
        Block("heading", "Ports", 1, 0),
        Block("table", SHARES, page=0),
        Block("table", "| Ferry | Leaves |\n| --- | --- |\n| Color Line | 14:00 |", page=0),
        Block("heading", "Animals", 1, 1),
        Block("table", "| walrus | seal |\n| --- | --- |", page=1),
    )  # fmt: skip


def test_xlsx_keeps_to_its_rows(tmp_path: Path, read: Read) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("long")
    for number in range(50):
        sheet.append([number, "x"])
    book.save(tmp_path / "long.xlsx")
    document = read(tmp_path / "long.xlsx", rows=10)
    assert document.blocks[1].text.endswith("| 9 | x |")
    assert [one.text for one in document.warnings] == ["Only the first 10 rows were read."]


def test_epub(tmp_path: Path, read: Read) -> None:
    document = read(files.write_epub(tmp_path / "a.epub"))
    assert document.title == "The Sea Book"
    assert document.blocks == (
        Block("heading", "Ports of the North", 1, 0),
        Block("text", HARBOUR, page=0),
        Block("heading", "Animals of the sea", 1, 1),
        Block("text", WALRUS, page=1),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252", "utf-16"])
def test_html(tmp_path: Path, read: Read, encoding: str) -> None:
    document = read(files.write_html(tmp_path / "a.html", encoding))
    assert document.title == "Sea page"
    assert document.blocks == (
        Block("heading", "Ports of the North", 1),
        Block("text", HARBOUR),
        Block("heading", "Figures", 2),
        Block("text", "Towns"),
        Block("table", TABLE.replace("1233", "1233 \\| 1242")),
        Block("list", "- first the seal\n- then the whale\n  1. blue\n  2. grey"),
        Block("code", CODE),
        Block("quote", "To go to sea\nis to go to school."),
        Block("text", WALRUS),
    )


def test_html_tables_that_only_place_things_are_text(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.html").write_text(
        "<html><table><tr><td><h2>News</h2><p>One &amp; two</p></td><td><p>aside</p></td></tr>"
        "<tr><td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>after"
    )
    assert kinds(read(tmp_path / "a.html")) == [
        ("heading", "News"),
        ("text", "One & two"),
        ("text", "aside"),
        ("table", "| a | b |\n| --- | --- |"),
        ("text", "after"),
    ]


def test_markdown(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.md").write_text(files.MARKDOWN)
    document = read(tmp_path / "a.md")
    assert document.title == "Sea notes"
    assert document.blocks == (
        Block("heading", "Ports of the North", 1),
        Block("text", HARBOUR),
        Block("heading", "Figures", 2),
        Block("table", TABLE),
        Block("list", "- first the seal\n- then the whale\n  1. blue\n  2. grey"),
        Block("code", CODE),
        Block("quote", "To go to sea is to go to school."),
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Tides\n\n## Ebb\n\n## Flood\n", "Tides"),
        ("# Ebb\n\nOut.\n\n# Flood\n\nIn.\n", "tides"),
        ("Just text.\n", "tides"),
    ],
)
def test_only_a_heading_above_all_others_is_a_title(tmp_path: Path, read: Read, text: str, title: str) -> None:
    (tmp_path / "tides.md").write_text(text)
    assert read(tmp_path / "tides.md").title == title


def test_mail(tmp_path: Path, read: Read) -> None:
    document = read(files.write_mail(tmp_path / "a.eml"))
    assert document.title == "Crane größer 7"
    assert kinds(document) == [
        ("heading", "Crane größer 7"),
        (
            "text",
            "From: Änne Petersen <aenne@example.org>\nTo: port@example.org\nDate: Tue, 03 Mar 2026 10:00:00 +0100",
        ),
        ("text", "Dear all,"),
        ("text", HARBOUR),
        ("list", "- crane.pdf"),
        ("heading", "An older letter"),
        ("text", "From: Kay\nTo: Änne"),
        ("text", WALRUS),
    ]
    assert headings(document)[1] == (2, "An older letter")
    assert document.warnings


def test_mail_of_html_in_an_old_charset(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.eml").write_bytes(
        b"From: a@b.c\r\nTo: d@e.f\r\nSubject: =?iso-8859-1?Q?Gr=FC=DFe?=\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<h1>Gr=FC=DFe</h1><p>aus K=F6ln"
    )
    document = read(tmp_path / "a.eml")
    assert document.title == "Grüße"
    assert kinds(document)[-2:] == [("heading", "Grüße"), ("text", "aus Köln")]


def test_msg(tmp_path: Path, read: Read) -> None:
    document = read(files.write_msg(tmp_path / "a.msg"))
    assert document.media_type == "application/vnd.ms-outlook"
    assert kinds(document) == [
        ("heading", "Crane größer 7"),
        ("text", "From: Änne Petersen\nTo: port@example.org\nDate: 2024-01-17 21:20:00+00:00"),
        ("text", "Dear all,"),
        ("text", HARBOUR),
    ]


@pytest.mark.parametrize(("delimiter", "name"), [(",", "a.csv"), (";", "b.csv"), ("\t", "c.tsv")])
def test_csv(tmp_path: Path, read: Read, delimiter: str, name: str) -> None:
    with (tmp_path / name).open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([*ROWS, ['the "new"\ntown', "a, b; c", "1"]])
    assert kinds(read(tmp_path / name)) == [("table", TABLE + '\n| the "new" town | a, b; c | 1 |')]


def test_csv_keeps_to_its_rows_and_columns(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.csv").write_text("\n".join(f"{n},b,c" for n in range(50)))
    document = read(tmp_path / "a.csv", rows=2, columns=2)
    assert document.blocks[0].text == "| 0 | b |\n| --- | --- |\n| 1 | b |"
    assert document.warnings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252", "iso-8859-15"])
def test_text_of_any_encoding(tmp_path: Path, read: Read, encoding: str) -> None:
    text = "Die Größe des Hafens überrascht.\r\nZweite Zeile.\r\n\r\n" + "Müßige Möwen über der Elbe. " * 20
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    assert kinds(read(tmp_path / "a.txt")) == [
        ("text", "Die Größe des Hafens überrascht.\nZweite Zeile."),
        ("text", text.split("\r\n\r\n")[1].rstrip()),
    ]


@pytest.mark.parametrize("name", ["tide.py", "tide.rs", "tide.sql", "tide.ts", "tide.json", "tide.yaml", "Makefile.mk"])
def test_source_code_stays_as_it_is(tmp_path: Path, read: Read, name: str) -> None:
    text = "first:\n\n    second = 'ä'\n\n\n\tthird"
    (tmp_path / name).write_text(text)
    assert kinds(read(tmp_path / name)) == [("code", text)]


def test_notebook(tmp_path: Path, read: Read) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Tides\n", "\n", "of the moon"]},
        {"cell_type": "code", "source": CODE, "outputs": [{"output_type": "stream", "text": ["42\n"]}]},
    ]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}))
    assert kinds(read(tmp_path / "a.ipynb")) == [
        ("heading", "Tides"),
        ("text", "of the moon"),
        ("code", CODE),
        ("text", "42"),
    ]


def _sound(path: Path) -> None:
    path.write_bytes(b"ID3\x03\x00\x00\x00\x00\x00\x21" + bytes(2000))


def _old_word(path: Path) -> None:
    path.write_bytes(files.compound_file({"WordDocument": bytes(5000)}))


def _locked_office(path: Path) -> None:
    path.write_bytes(files.compound_file({"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(100)}))


def _archive(path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "text")


@pytest.mark.parametrize(
    ("write", "name", "says"),
    [
        (lambda path: path.write_bytes(b""), "a.pdf", "is empty"),
        (lambda path: path.write_bytes(b" \n" * 100), "a.txt", "is empty"),
        (_sound, "a.mp3", "transcription"),
        (_old_word, "a.doc", "Save it as DOCX"),
        (_locked_office, "a.docx", "protected by a password"),
        (files.write_encrypted_pdf, "a.pdf", "protected by a password"),
        (_archive, "a.zip", "of a kind that is not read (application/zip)"),
        (_archive, "a.docx", "damaged"),
        (lambda path: path.write_bytes(b"\x7fELF" + bytes(500)), "a.txt", "of a kind that is not read"),
    ],
    ids=["empty", "blank", "sound", "old Word", "locked DOCX", "locked PDF", "archive", "no DOCX", "a program"],
)
def test_what_is_refused_and_why(
    tmp_path: Path, read: Read, write: Callable[[Path], object], name: str, says: str
) -> None:
    write(tmp_path / name)
    with pytest.raises(Unreadable) as refused:
        read(tmp_path / name)
    assert says in refused.value.text and name in refused.value.text


def test_too_large(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.txt").write_bytes(b"x " * (2 << 20))
    with pytest.raises(Unreadable, match=r"a\.txt has 4 MB; at most 1 MB"):
        read(tmp_path / "a.txt", file_bytes=1 << 20)
    with pytest.raises(Unreadable, match=r"a\.txt is larger than 1 MB"):
        read(tmp_path / "a.txt", text_bytes=1 << 20)


def test_text_is_cut_at_its_limit_and_says_so(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.txt").write_text("one two three\n\nfour five six")
    document = read(tmp_path / "a.txt", characters=18)
    assert kinds(document) == [("text", "one two three"), ("text", "four ")]
    assert [one.text for one in document.warnings] == [
        "The text was cut after 18 characters. Split the file to have the rest."
    ]


def test_the_name_does_not_decide(tmp_path: Path, read: Read) -> None:
    """A Word file named .pdf is read as one; text named .docx as text."""
    assert read(files.write_docx(tmp_path / "a.pdf")).parser.startswith("python-docx")
    (tmp_path / "b.docx").write_text("just text")
    assert kinds(read(tmp_path / "b.docx"))[0][1] == "just text"
