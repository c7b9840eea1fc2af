"""A story as a file of each format, written by the libraries people's programs use."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from html import escape
from pathlib import Path

import docx
import openpyxl
import pptx
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from tests.features.knowledge.parsing.files import CHAPTER, CONTAINER, compound_file, page_of_text

from .facts import Place, Story, padding


def paragraphs(place: Place) -> list[str]:
    """What is said of one place, in two paragraphs."""
    draw = random.Random(place.name)
    first, second, third = padding(draw)
    facts = [fact.statement for fact in place.facts]
    kind = place.facts[0].kind
    opening = f"The {kind} of {place.name} is painted {place.colour} and looked after by {place.keeper}."
    return [f"{opening} {facts[0]} {first} {facts[1]}", f"{second} {facts[2]} {third} {facts[3]}"]


def pdf(story: Story, path: Path) -> None:
    """A place on each page."""
    styles = getSampleStyleSheet()
    flow: list[object] = [Paragraph(story.title, styles["Title"])]
    for place in story.places:
        flow.append(Paragraph(place.name, styles["Heading1"]))
        flow += [Paragraph(text, styles["BodyText"]) for text in paragraphs(place)]
        flow.append(PageBreak())
    SimpleDocTemplate(str(path), pagesize=A4, title=story.title).build(flow)


def word(story: Story, path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = story.title
    for place in story.places:
        document.add_heading(place.name, 1)
        for text in paragraphs(place):
            document.add_paragraph(text)
    document.save(str(path))


def slides(story: Story, path: Path) -> None:
    deck = pptx.Presentation()
    deck.core_properties.title = story.title
    for place in story.places:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = place.name
        frame = slide.placeholders[1].text_frame
        frame.text = place.facts[0].statement
        for fact in place.facts[1:]:
            frame.add_paragraph().text = fact.statement
    deck.save(str(path))


def _table(story: Story) -> list[list[str]]:
    head = ["Name", "Keeper", *(f"{fact.property.unit.capitalize()}" for fact in story.places[0].facts)]
    rows = [
        [f"{place.name} {story.kind}", place.keeper, *(fact.value for fact in place.facts)] for place in story.places
    ]
    return [head, *rows]


def workbook(story: Story, path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = story.kind.capitalize()
    head, *rows = _table(story)
    sheet.append(head)
    for name, keeper, *values in rows:
        sheet.append([name, keeper, *map(int, values)])
    book.save(path)


def delimited(story: Story, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(_table(story))


def html(story: Story, path: Path) -> None:
    body = "".join(
        f"<h2>{escape(place.name)}</h2>" + "".join(f"<p>{escape(text)}</p>" for text in paragraphs(place))
        for place in story.places
    )
    title = escape(story.title)
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
    path.write_text(page, "utf-8")


def markdown(story: Story, path: Path) -> None:
    parts = [f"# {story.title}"]
    for place in story.places:
        parts += [f"## {place.name}", *paragraphs(place)]
    path.write_text("\n\n".join(parts), "utf-8")


def plain(story: Story, path: Path) -> None:
    parts = [story.title]
    for place in story.places:
        parts += [place.name.upper(), *paragraphs(place)]
    path.write_text("\n\n".join(parts), "utf-8")


def mail(story: Story, path: Path) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = story.title, "coast@example.org", "all@example.org"
    message.set_content("\n\n".join(text for place in story.places for text in paragraphs(place)))
    path.write_bytes(message.as_bytes())


def outlook(story: Story, path: Path) -> None:
    text = "\r\n\r\n".join(text for place in story.places for text in paragraphs(place))
    streams = {
        "__substg1.0_0037001F": story.title.encode("utf-16-le"),
        "__substg1.0_1000001F": text.encode("utf-16-le"),
        "__properties_version1.0": bytes(32),
    }
    path.write_bytes(compound_file(streams))


def notebook(story: Story, path: Path) -> None:
    cells = []
    for place in story.places:
        source = f"## {place.name}\n\n" + "\n\n".join(paragraphs(place))
        cells.append({"cell_type": "markdown", "metadata": {}, "source": source})
        code = f"visits = {place.facts[0].value!r}"
        cells.append({"cell_type": "code", "metadata": {}, "source": code, "outputs": [], "execution_count": None})
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf-8")


def epub(story: Story, path: Path) -> None:
    items, spine = "", ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(zipfile.ZipInfo("mimetype"), "application/epub+zip")
        book.writestr("META-INF/container.xml", CONTAINER)
        for number, place in enumerate(story.places):
            items += f'<item id="c{number}" href="c{number}.xhtml" media-type="application/xhtml+xml"/>'
            spine += f'<itemref idref="c{number}"/>'
            text = "</p><p>".join(escape(one) for one in paragraphs(place))
            book.writestr(f"OPS/c{number}.xhtml", CHAPTER.format(title=escape(place.name), text=text))
        book.writestr(
            "OPS/book.opf",
            '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
            f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(story.title)}</dc:title></metadata>'
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        )


def source(story: Story, path: Path) -> None:
    parts = [f'"""{story.title}."""']
    for place in story.places:
        said = "\n    ".join(fact.statement for fact in place.facts)
        parts.append(f'def {place.name.lower()}():\n    """{said}"""\n    return {place.facts[0].value}')
    path.write_text("\n\n\n".join(parts) + "\n", "utf-8")


def scan(story: Story, path: Path) -> None:
    """A picture of a page that has the first place only: recognizing letters takes a second and more."""
    lines: list[str] = []
    for text in paragraphs(story.places[0]):
        line = ""
        for one in text.split():
            if len(line) + len(one) > 55:
                lines.append(line)
                line = ""
            line = f"{line} {one}".strip()
        lines += [line, ""]
    picture = io.BytesIO()
    page_of_text(lines, size=32).save(picture, "PNG")
    path.write_bytes(picture.getvalue())


Write = Callable[[Story, Path], None]
FORMATS: Mapping[str, Write] = {
    "pdf": pdf, "docx": word, "pptx": slides, "xlsx": workbook, "csv": delimited, "html": html, "md": markdown,
    "txt": plain, "eml": mail, "msg": outlook, "ipynb": notebook, "epub": epub, "py": source, "png": scan,
}  # fmt: skip
# How many of a hundred documents each format gets.
SHARES = {
    "pdf": 30, "docx": 8, "pptx": 8, "xlsx": 6, "csv": 6, "html": 8, "md": 8, "txt": 6, "eml": 4, "msg": 4,
    "ipynb": 4, "epub": 4, "py": 2, "png": 2,
}  # fmt: skip
