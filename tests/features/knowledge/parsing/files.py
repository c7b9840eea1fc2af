"""Real files of every format, written by the libraries people's programs use, with text the tests know."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
import pptx
from docx.enum.style import WD_STYLE_TYPE
from PIL import Image, ImageDraw, ImageFont
from pptx.util import Inches
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import ListFlowable, PageBreak, Paragraph, SimpleDocTemplate, Table, TableStyle

ROWS = [["City", "People", "Since"], ["Hamburg", "1,910,000", "834"], ["Kiel", "248,000", "1233"]]
HARBOUR = (
    "The harbour of Hamburg was founded in the year 1189 and lies on the river Elbe. "
    "Its cranes move more than eight million containers every year, day and night, in all weathers."
)
WALRUS = "A walrus can weigh as much as a small car and sleeps in the water, held up by air in its neck."


def write_pdf(path: Path, *, title: str = "Ports and animals") -> Path:
    """Two pages: headings of two levels, paragraphs, a list and a table."""
    styles = getSampleStyleSheet()
    grid = TableStyle([("GRID", (0, 0), (-1, -1), 1, colors.black)])
    story = [
        Paragraph("Ports of the North", styles["Heading1"]),
        Paragraph(HARBOUR, styles["BodyText"]),
        Paragraph("Figures", styles["Heading2"]),
        Table(ROWS, hAlign="LEFT", colWidths=[120, 100, 80], style=grid),
        PageBreak(),
        Paragraph("Animals of the sea", styles["Heading1"]),
        Paragraph(WALRUS, styles["BodyText"]),
        ListFlowable(
            [Paragraph(one, styles["BodyText"]) for one in ("first the seal", "then the whale")],
            bulletType="bullet",
            start="•",
        ),
    ]  # fmt: skip
    SimpleDocTemplate(str(path), pagesize=A4, title=title).build(story)
    return path


def write_encrypted_pdf(path: Path) -> Path:
    canvas = Canvas(str(path), encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(100, 700, "nobody sees this")
    canvas.save()
    return path


def page_of_text(lines: Sequence[str], *, size: int = 30, width: int = 1240, height: int = 1754) -> Image.Image:
    """A page as a scanner would give it: dark letters on white, A4 at 150 dpi."""
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size)
    for number, line in enumerate(lines):
        draw.text((120, 140 + number * size * 2), line, font=font, fill=0)
    return image


def write_scan(path: Path, pages: Sequence[Sequence[str]]) -> Path:
    """A PDF of page images only."""
    canvas = Canvas(str(path), pagesize=A4)
    for number, lines in enumerate(pages):
        picture = path.with_suffix(f".{number}.png")
        page_of_text(lines).save(picture)
        canvas.drawImage(str(picture), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return path


def write_docx(path: Path) -> Path:
    document = docx.Document()
    document.core_properties.title = "Notes of the harbour master"
    document.add_heading("Ports of the North", 1)
    document.add_paragraph(HARBOUR)
    document.add_heading("Figures", 2)
    table = document.add_table(len(ROWS), 3)
    for row, texts in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for text in ("first the seal", "then the whale"):
        document.add_paragraph(text, style="List Bullet")
    for text in ("cast off", "set sail"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("To go to sea is to go to school.", style="Quote")
    document.styles.add_style("Source Code", WD_STYLE_TYPE.PARAGRAPH)
    for text in ("def tide(moon):", "    return moon * 2"):
        document.add_paragraph(text, style="Source Code")
    document.save(str(path))
    return path


def write_pptx(path: Path) -> Path:
    deck = pptx.Presentation()
    deck.core_properties.title = "Ports"
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "Ports of the North"
    frame = first.placeholders[1].text_frame
    frame.text = "Hamburg lies on the Elbe"
    frame.add_paragraph().text = "Kiel lies on the Baltic"
    first.notes_slide.notes_text_frame.text = "Mention the cranes."
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "Figures"
    table = second.shapes.add_table(3, 3, Inches(1), Inches(2), Inches(6), Inches(2)).table
    for row, texts in enumerate(ROWS):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    deck.save(str(path))
    return path


def write_xlsx(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Ports"
    for row in (["City", "People", "Share"], ["Hamburg", 1910000, 0.5], ["Kiel", 248000, 2.0]):
        sheet.append(row)
    sheet["B6"] = "Ferry"
    sheet["C6"] = "Leaves"
    sheet["B7"] = "Color Line"
    sheet["C7"] = "14:00"
    book.create_sheet("Animals").append(["walrus", "seal"])
    book.save(path)
    return path


CHAPTER = """<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{title}</title></head>
<body><h1>{title}</h1><p>{text}</p></body></html>"""
PACKAGE = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>The Sea Book</dc:title></metadata><manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="two" href="text/two%20two.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="text/one.xhtml" media-type="application/xhtml+xml"/>
</manifest><spine><itemref idref="one"/><itemref idref="two"/></spine></package>"""
CONTAINER = """<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""


def write_epub(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(zipfile.ZipInfo("mimetype"), "application/epub+zip")
        book.writestr("META-INF/container.xml", CONTAINER)
        book.writestr("OPS/book.opf", PACKAGE)
        book.writestr("OPS/nav.xhtml", CHAPTER.format(title="Contents", text="not read"))
        book.writestr("OPS/text/one.xhtml", CHAPTER.format(title="Ports of the North", text=HARBOUR))
        # &nbsp; is no entity of XML: read as HTML, as reading systems do
        book.writestr("OPS/text/two two.xhtml", CHAPTER.format(title="Animals&nbsp;of the sea", text=WALRUS))
    return path


HTML = f"""<!DOCTYPE html><html><head><title>Sea page</title><style>p {{ color: red }}</style></head><body>
<nav><a href="/">Home</a></nav>
<h1>Ports   of the <em>North</em></h1><p>{HARBOUR}</p>
<script>alert("never")</script>
<h2>Figures</h2>
<table><caption>Towns</caption><thead><tr><th>City</th><th>People</th><th>Since</th></tr></thead>
<tbody><tr><td>Hamburg</td><td>1,910,000</td><td>834</td></tr>
<tr><td>Kiel</td><td>248,000</td><td>1233 | 1242</td></tr></tbody></table>
<ul><li>first the seal</li><li>then the whale<ol><li>blue</li><li>grey</li></ol></li></ul>
<pre>def tide(moon):
    return moon * 2</pre><blockquote><p>To go to sea<br>is to go to school.</p></blockquote>
<div>{WALRUS}</div></body></html>"""


def write_html(path: Path, encoding: str = "utf-8") -> Path:
    path.write_bytes(HTML.replace("<head>", f'<head><meta charset="{encoding}">').encode(encoding))
    return path


MARKDOWN = f"""---
title: "Sea notes"
---
# Ports of the *North*

{HARBOUR}

## Figures

| City | People | Since |
|---|--:|---|
| Hamburg | 1,910,000 | 834 |
| Kiel | 248,000 | 1233 |

- first the seal
- then the `whale`
  1. blue
  2. grey

```python
def tide(moon):
    return moon * 2
```

> To go to sea
> is to go to school.
"""


def write_mail(path: Path) -> Path:
    message = EmailMessage()
    message["Subject"] = "Crane größer 7"
    message["From"] = "Änne Petersen <aenne@example.org>"
    message["To"] = "port@example.org"
    message["Date"] = "Tue, 03 Mar 2026 10:00:00 +0100"
    message.set_content(f"Dear all,\n\n{HARBOUR}\n")
    message.add_alternative(f"<p>Dear all,</p><p>{HARBOUR}</p>", subtype="html")
    message.add_attachment(b"%PDF-1.4 not read", maintype="application", subtype="pdf", filename="crane.pdf")
    inner = EmailMessage()
    inner["Subject"] = "An older letter"
    inner["From"] = "Kay"
    inner["To"] = "Änne"
    inner.set_content(WALRUS)
    message.add_attachment(inner)
    path.write_bytes(message.as_bytes())
    return path


def write_msg(path: Path) -> Path:
    """An Outlook message, its streams as MS-OXMSG names them."""
    properties = bytes(32) + struct.pack("<HHIQ", 0x0040, 0x0039, 6, 133_500_000_000_000_000)
    streams = {
        "__substg1.0_0037001F": "Crane größer 7".encode("utf-16-le"),
        "__substg1.0_0C1A001F": "Änne Petersen".encode("utf-16-le"),
        "__substg1.0_0E04001F": "port@example.org".encode("utf-16-le"),
        "__substg1.0_1000001F": f"Dear all,\r\n\r\n{HARBOUR}\r\n".encode("utf-16-le"),
        "__properties_version1.0": properties,
    }
    path.write_bytes(compound_file(streams))
    return path


def compound_file(streams: dict[str, bytes]) -> bytes:
    """A compound file (MS-CFB, version 3) with these streams in its root; small ones in the mini stream."""
    sector, mini, cutoff = 512, 64, 4096
    end, free, fat_sector = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    body, chains, minis, mini_chains = b"", [], b"", []

    def padded(data: bytes, to: int) -> bytes:
        return data + bytes(-len(data) % to)

    def chain(of: list[int], count: int) -> int:
        start = len(of)
        of += [start + n + 1 for n in range(count - 1)] + [end]
        return start

    places = {}
    for name, data in streams.items():
        if len(data) < cutoff:
            places[name] = (chain(mini_chains, max(1, -(-len(data) // mini))), len(data))
            minis += padded(data or b"\0", mini)
    minis, mini_chains = minis or bytes(mini), mini_chains or [end]
    fats: list[int] = chains
    root_start = chain(fats, -(-len(minis) // sector))
    body += padded(minis, sector)
    mini_fat = struct.pack(f"<{len(mini_chains)}I", *mini_chains)
    mini_fat += struct.pack("<I", free) * (-len(mini_chains) % 128)
    mini_fat_start = chain(fats, len(mini_fat) // sector)
    body += mini_fat
    for name, data in streams.items():
        if len(data) >= cutoff:
            places[name] = (chain(fats, -(-len(data) // sector)), len(data))
            body += padded(data, sector)
    names = sorted(streams, key=lambda one: (len(one), one.upper()))
    directory = _entry("Root Entry", 5, free, free, 1 if names else free, root_start, len(minis))
    for number, name in enumerate(names, 1):  # a tree that only leans to the right
        right = number + 1 if number < len(names) else free
        directory += _entry(name, 2, free, right, free, *places[name])
    directory = padded(directory, sector)
    directory_start = chain(fats, len(directory) // sector)
    body += directory
    fat_start = len(fats)
    fats += [fat_sector]
    assert len(fats) <= 128
    body += struct.pack(f"<{len(fats)}I", *fats) + struct.pack("<I", free) * (128 - len(fats))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, directory_start, 0, cutoff, mini_fat_start, len(mini_fat) // sector, end, 0)
    return head + struct.pack("<I", fat_start) + struct.pack("<I", free) * 108 + body


def _entry(name: str, kind: int, left: int, right: int, child: int, start: int, size: int) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    entry = wide.ljust(64, b"\0") + struct.pack("<HBBIII", len(wide), kind, 1, left, right, child)
    return entry + bytes(16) + bytes(4) + bytes(16) + struct.pack("<IQ", start, size)


def png(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("1", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()
