"""Documents taken in as the product does, and questions answered from them without a model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2

from localmind_app.features.files.service import FileService
from localmind_app.features.knowledge.answering.copies import Copies
from localmind_app.features.knowledge.answering.pictures import Pictures
from localmind_app.features.knowledge.answering.service import AnsweringService, Asked
from localmind_app.features.knowledge.answering.sources import SourceService
from localmind_app.features.knowledge.chunks import cut
from localmind_app.features.knowledge.embedder import DEFAULT, Embedder
from localmind_app.features.knowledge.parsing import run
from localmind_app.features.knowledge.parsing.document import to_bytes
from localmind_app.features.knowledge.store import Read
from localmind_app.features.knowledge.tables import DocumentRow
from tests.features.knowledge.conftest import Library

from .facts import Fact, Story
from .writers import FORMATS

OFFICE = ("docx", "pptx", "xlsx")  # whose pages LibreOffice draws, where it is installed


@dataclass(frozen=True)
class Written:
    """A document that was taken in: `facts` are those it says."""

    form: str
    path: Path
    document_id: str
    facts: list[Fact]


@dataclass(frozen=True)
class Outcome:
    """What came of one question. `quoted`: the chip's own span has the answer; `covered` is the share of the answer's
    characters on the page that the highlighted boxes cover, None where there are no boxes."""

    form: str
    answered: bool
    contained: bool
    quoted: bool
    covered: float | None
    question: str


class Answers:
    """One library with an answering service over it."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.files = FileService(library.home, library.database, run.page_image)
        self.pictures = Pictures(library.home.pages, run.page_image)
        self.copies = Copies(library.home.copies)
        self.service = AnsweringService(library.database, library.engine, library.search)
        self.sources = SourceService(library.database, self.files, self.pictures, self.copies)

    async def take_in(self, collection_id: str, story: Story, form: str, folder: Path) -> Written:
        """Write the story as a file of a format, keep it, read it, and index it."""
        path = folder / f"{story.title.replace(':', '')}.{form}"
        FORMATS[form](story, path)
        view = await self.files.add_stream(self.library.user_id, path.name, _once(path.read_bytes()))
        document_id = await self.index(collection_id, path, view.id)
        facts = story.facts if form != "png" else list(story.places[0].facts)
        return Written(form, path, document_id, facts)

    async def index(self, collection_id: str, path: Path, file_id: str | None = None) -> str:
        """Read a file and make it searchable."""
        document = await run.parse(path, path.name)
        document_id = self.library.document(collection_id, path.name)
        pieces = cut(document, self.library.count)
        vectors = await Embedder(self.library.engine).embed([piece.indexed for piece in pieces])
        with self.library.database.session() as session:
            row = session.get_one(DocumentRow, document_id)
            row.file_id, row.media_type = file_id, document.media_type
        version = await self.library.index.begin(document_id)
        await self.library.index.add(document_id, version, 0, pieces, vectors, DEFAULT)
        read = Read(to_bytes(document), document.title, document.pages, "0")
        await self.library.index.commit(document_id, version, len(pieces), read)
        return document_id

    async def ask(self, collections: Sequence[str], question: str, *, quote: bool = True) -> tuple[str, dict[str, Any]]:
        """(the answer, its sources) of quote mode, checked as a finished answer is."""
        made = await self.service.prepare(self.library.user_id, Asked(question, collections, quote=quote))
        text = "".join(made.pieces)
        return text, await self.service.check(made.sources, text) if made.passages else made.sources

    async def outcome(self, collections: Sequence[str], written: Written, fact: Fact, question: str) -> Outcome:
        """Ask for a fact, and open the chip of the block of the answer that has it."""
        text, sources = await self.ask(collections, question)
        chips = [(one["n"], one["quote"]) for marker in sources.get("markers", []) for one in marker["cited"]]
        passages = {one["n"]: one for one in sources["passages"]}
        answered = fact.value in text
        best = Outcome(written.form, answered, False, False, None, question)
        for n, quote in chips:
            if passages[n]["document_id"] != written.document_id:
                continue
            chunk, span = passages[n]["chunk_id"], tuple(quote or (0, 0))
            opened = await self.sources.passage(self.library.user_id, chunk, span, make=written.form in OFFICE)
            contained = fact.value in opened["text"] and fact.name.casefold() in _said(opened)
            span = opened["quote"]
            quoted = contained and span is not None and fact.value in opened["text"][slice(*span)]
            pages = await self.pages(written)
            covered = _covered(pages, fact.value, opened["quote_boxes"]) if pages else None
            made = Outcome(written.form, answered, contained, quoted, covered, question)
            if (made.contained, made.quoted) > (best.contained, best.quoted):
                best = made
        return best

    async def pages(self, written: Written) -> Path | None:
        """The PDF that shows the document's pages: itself, or the copy of an office file that is there."""
        if written.form not in OFFICE:
            return written.path if written.form == "pdf" else None
        copy = await self.copies.known(hashlib.sha256(written.path.read_bytes()).hexdigest())
        return copy.path if copy else None


async def _once(data: bytes) -> Any:
    yield data


def _said(opened: dict[str, Any]) -> str:
    return f"{opened['heading']}\n{opened['text']}".casefold()


def _covered(path: Path, value: str, boxes: Sequence[dict[str, Any]]) -> float:
    """The share of the area of a value's characters that lies in the boxes. The characters' places come from PDFium's
    own search, not from what the parser kept."""
    total = inside = 0.0
    document = pypdfium2.PdfDocument(path)
    for number in range(len(document)):
        page = document[number]
        width, height = page.get_size()
        text = page.get_textpage()
        searcher = text.search(value, match_whole_word=True)
        while (found := searcher.get_next()) is not None:
            for at in range(found[0], found[0] + found[1]):
                left, bottom, right, top = text.get_charbox(at)
                area = (right - left) * (top - bottom)
                total += area
                inside += max((_shared(one, number, left / width, 1 - top / height, right / width, 1 - bottom / height)
                               for one in boxes), default=0.0) * area  # fmt: skip
    document.close()
    return inside / total if total else 0.0


def _shared(box: dict[str, Any], page: int, x0: float, y0: float, x1: float, y1: float) -> float:
    """The share of a rectangle that a box covers."""
    if box["page"] != page or x1 <= x0 or y1 <= y0:
        return 0.0
    wide = max(0.0, min(x1, box["x1"]) - max(x0, box["x0"]))
    high = max(0.0, min(y1, box["y1"]) - max(y0, box["y0"]))
    share: float = wide * high / ((x1 - x0) * (y1 - y0))
    return share
