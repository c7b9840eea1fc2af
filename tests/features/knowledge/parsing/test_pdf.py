"""PDF files and scans: text, structure, and boxes that cover the words on the page image."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from localmind_app.features.knowledge.parsing import pdfium, reading
from localmind_app.features.knowledge.parsing.document import Box, Document
from localmind_app.features.knowledge.parsing.source import Source

from . import files
from .conftest import Read
from .files import HARBOUR, WALRUS
from .test_formats import TABLE, headings, kinds

PROSE = (
    "Ships that wait outside are told by radio when the tide is high enough for them, and pilots come "
    "aboard from small boats that are painted orange so that they can be seen in fog and at night"
)
LOREM = PROSE.split()


def page_image(path: Path, page: int, width: int = 1200) -> Image.Image:
    return Image.open(io.BytesIO(reading.image(Source(path, path.name), page, width))).convert("L")


def crop(image: Image.Image, box: Box, grow: float = 0.0) -> Image.Image:
    sides = (max(0, box.x0 - grow), max(0, box.y0 - grow), min(1, box.x1 + grow), min(1, box.y1 + grow))
    scale = (image.width, image.height) * 2
    return image.crop(tuple(round(side * pixels) for side, pixels in zip(sides, scale, strict=True)))  # type: ignore[arg-type]


def ink(image: Image.Image) -> int:
    return sum(image.point(lambda value: 255 if value < 128 else 0).histogram()[255:])


def assert_boxes_cover_all_ink(path: Path, document: Document) -> None:
    """What is dark on a page image is inside of a line's box, and there is something dark in every box."""
    boxes = [line.box for block in document.blocks for line in block.lines]
    assert boxes
    for page in range(document.pages):
        image = page_image(path, page)
        total, inside = ink(image), 0
        for box in (box for box in boxes if box.page == page):
            found = ink(crop(image, box, 0.002))
            assert found > 0, box
            inside += found
        assert total * 0.98 <= inside <= total * 1.02, (page, total, inside)


def assert_lines_have_their_text(path: Path, document: Document) -> None:
    """PDFium's own text inside of a line's box is the text the line says it has."""
    with pypdfium2.PdfDocument(path) as opened:
        for block in document.blocks:
            for line in block.lines:
                page = opened[line.box.page]
                width, height = page.get_size()
                box = line.box
                sides = (box.x0 * width - 1, height * (1 - box.y1) - 1, box.x1 * width + 1, height * (1 - box.y0) + 1)
                text = page.get_textpage().get_text_bounded(*sides)
                words = block.text[line.start : line.end].replace("|", " ").split()
                assert text.split() == words


def test_a_document(tmp_path: Path, read: Read) -> None:
    document = read(files.write_pdf(tmp_path / "a.pdf"))
    assert (document.title, document.pages, document.media_type) == ("Ports and animals", 2, "application/pdf")
    assert kinds(document) == [
        ("heading", "Ports of the North"),
        ("text", HARBOUR),
        ("heading", "Figures"),
        ("table", TABLE),
        ("heading", "Animals of the sea"),
        ("text", WALRUS),
        ("list", "• first the seal\n• then the whale"),
    ]
    assert headings(document) == [(1, "Ports of the North"), (2, "Figures"), (1, "Animals of the sea")]
    assert [block.page for block in document.blocks] == [0, 0, 0, 0, 1, 1, 1]
    assert_lines_have_their_text(tmp_path / "a.pdf", document)


def _write_lines(path: Path, rotation: int = 0, crop_box: tuple[int, int, int, int] | None = None) -> Path:
    canvas = Canvas(str(path), pagesize=(800, 800))
    for number in range(12):
        canvas.drawString(80, 720 - number * 40, f"Line {number}: " + " ".join(LOREM[number : number + 5]))
    if rotation:
        canvas.setPageRotation(rotation)
    if crop_box:
        canvas.setCropBox(crop_box)
    canvas.save()
    return path


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop_box", [None, (100, 190, 500, 750)], ids=["whole", "cropped"])
def test_boxes_cover_the_words_however_the_page_is_turned(
    tmp_path: Path, read: Read, rotation: int, crop_box: tuple[int, int, int, int] | None
) -> None:
    path = _write_lines(tmp_path / "a.pdf", rotation, crop_box)
    document = read(path)
    assert "that wait outside" in document.text
    assert_boxes_cover_all_ink(path, document)


def test_two_columns_are_read_one_after_the_other(tmp_path: Path, read: Read) -> None:
    """Drawn line by line across both columns, as some programs do."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for number in range(20):
        canvas.drawString(60, 750 - number * 14, f"left {number} " + " ".join(LOREM[number % 9 : number % 9 + 6]))
        canvas.drawString(330, 750 - number * 14, f"right {number} " + " ".join(LOREM[number % 9 : number % 9 + 6]))
    canvas.save()
    text = read(tmp_path / "a.pdf").text
    assert [text.index(f"left {n} ") < text.index(f"left {n + 1} ") for n in range(19)] == [True] * 19
    assert text.index("left 19 ") < text.index("right 0 ") < text.index("right 19 ")


def test_lines_drawn_from_below_are_read_from_above(tmp_path: Path, read: Read) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for number in reversed(range(12)):
        canvas.drawString(60, 750 - number * 60, f"paragraph {number}")
    canvas.save()
    assert [text for _, text in kinds(read(tmp_path / "a.pdf"))] == [f"paragraph {n}" for n in range(12)]


def test_paragraphs_hyphens_and_pages(tmp_path: Path, read: Read) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    pages = [
        ["The harbour mas-", "ter of the well-", "Known port waits", "for ships and"],
        ["reads the paper.", "Then he sleeps."],
        ["A new day begins."],
    ]
    for number, lines in enumerate(pages):
        canvas.drawString(60, 810, f"Port news, page {number + 1}")
        for place, line in enumerate(lines):
            canvas.drawString(60, 700 - place * 14, line)
        canvas.drawString(300, 30, f"{number + 1}")
        canvas.showPage()
    canvas.save()
    document = read(tmp_path / "a.pdf")
    assert [text for _, text in kinds(document)] == [
        "Port news, page 1",  # once; page numbers never
        "The harbour master of the well-Known port waits for ships and reads the paper. Then he sleeps.",
        "A new day begins.",
    ]
    lines = document.blocks[1].lines
    assert [line.box.page for line in lines] == [0, 0, 0, 0, 1, 1]
    text = document.blocks[1].text
    assert [text[line.start : line.end] for line in lines][:2] == ["The harbour mas", "ter of the well-"]


def test_a_scan_is_read_with_boxes(tmp_path: Path, read: Read) -> None:
    pages = [["Invoice 48213 of the port", "The crane was repaired twice"], ["Total amount 1250 EUR"]]
    path = files.write_scan(tmp_path / "scan.pdf", pages)
    document = read(path)
    assert document.pages == 2 and "rapidocr" in document.parser
    for number, lines in enumerate(pages):
        text = "\n".join(block.text for block in document.blocks if block.page == number)
        assert all(line in text.replace("\n", " ") for line in lines)
    assert_boxes_cover_all_ink(path, document)


def test_pages_with_text_are_not_given_to_ocr(tmp_path: Path, read: Read) -> None:
    """Only the page that is a picture is; text beside pictures is taken as it is."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    files.page_of_text(["Scanned by hand"]).save(tmp_path / "page.png")
    canvas.drawString(60, 700, "Real text that says what it says, with a picture below it.")
    canvas.drawImage(str(tmp_path / "page.png"), 60, 100, 400, 500)
    canvas.showPage()
    canvas.drawImage(str(tmp_path / "page.png"), 0, 0, *A4)
    canvas.save()
    assert kinds(read(tmp_path / "a.pdf")) == [
        ("text", "Real text that says what it says, with a picture below it."),
        ("text", "Scanned by hand"),
    ]
    without = read(tmp_path / "a.pdf", ocr_pages=0)
    assert len(without.blocks) == 1 and "scanned pages" in without.warnings[0].text


def test_too_many_pages_are_cut_and_said(tmp_path: Path, read: Read) -> None:
    document = read(files.write_pdf(tmp_path / "a.pdf"), pages=1)
    assert document.pages == 1 and {block.page for block in document.blocks} == {0}
    assert [one.text for one in document.warnings] == [
        "Only the first 1 of 2 pages were read. Split the file to have the rest."
    ]


def test_a_picture_is_read_upright(tmp_path: Path, read: Read) -> None:
    image = files.page_of_text(["Lighthouse keeper wanted", "Apply at pier seven"], width=900, height=500)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned: the viewer turns it back
    image.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "photo.jpg", exif=exif, quality=95)
    document = read(tmp_path / "photo.jpg")
    assert document.pages == 1 and " ".join(document.text.split()) == "Lighthouse keeper wanted Apply at pier seven"
    assert_boxes_cover_all_ink(tmp_path / "photo.jpg", document)


def test_a_tiff_of_two_pages(tmp_path: Path, read: Read) -> None:
    first, second = (files.page_of_text([text], width=600, height=300) for text in ("Pier seven", "Pier eight"))
    first.save(tmp_path / "a.tiff", save_all=True, append_images=[second])
    document = read(tmp_path / "a.tiff")
    assert [(block.page, block.text) for block in document.blocks] == [(0, "Pier seven"), (1, "Pier eight")]
    assert ink(page_image(tmp_path / "a.tiff", 1, 300)) > 0


def test_a_picture_without_text_says_so(tmp_path: Path, read: Read) -> None:
    Image.new("RGB", (300, 200), "navy").save(tmp_path / "a.png")
    document = read(tmp_path / "a.png")
    assert document.blocks == () and document.warnings[0].text == "No text was found in this file."


def test_page_images_have_the_width_asked_for(tmp_path: Path) -> None:
    path = files.write_pdf(tmp_path / "a.pdf")
    assert page_image(path, 0, 600).size == (600, 848)
    canvas = Canvas(str(tmp_path / "wide.pdf"), pagesize=(800, 400))
    canvas.showPage()
    canvas.save()
    assert page_image(tmp_path / "wide.pdf", 0, 600).size == (600, 300)


def test_letters_outside_of_the_basic_plane_keep_their_places(tmp_path: Path) -> None:
    assert pdfium._whole("a\ud83d\ude00b") == "a\U0001f600b"
    assert pdfium._whole("a\ud83d") == "a"
