"""Office files on the pages of their PDF copies: where a passage stands, when a copy is made, what is said if not."""

from __future__ import annotations

import asyncio
import hashlib
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from localmind_app.core.dependencies import LIBREOFFICE
from localmind_app.core.errors import NotFound, Unreadable
from localmind_app.core.home import Home
from localmind_app.core.ids import new_id
from localmind_app.features.files.upkeep import drop_pictures
from localmind_app.features.knowledge.answering.copies import Copies
from localmind_app.features.knowledge.answering.sources import SourceService
from tests.bench.citations.answers import OFFICE, Answers
from tests.bench.citations.facts import stories
from tests.features.knowledge.parsing import files

pytestmark = pytest.mark.anyio
with_libreoffice = pytest.mark.skipif(LIBREOFFICE.find() is None, reason=LIBREOFFICE.missing)


@with_libreoffice
async def test_the_boxes_of_twenty_office_files_cover_the_answer(answers: Answers, tmp_path: Path) -> None:
    collection = answers.library.collection()
    covered = []
    for number, story in enumerate(stories(20, places=3)):
        one = await answers.take_in(collection, story, OFFICE[number % len(OFFICE)], tmp_path)
        fact = one.facts[(5 * number) % len(one.facts)]
        found = await answers.outcome([collection], one, fact, fact.question(number))
        assert found.contained and found.covered is not None, found
        covered.append(found.covered)
    assert sum(covered) / len(covered) >= 0.95, covered


@with_libreoffice
async def test_pages_are_made_when_asked_for_and_kept_with_the_content(
    answers: Answers, tmp_path: Path, home: Home
) -> None:
    collection, owner = answers.library.collection(), answers.library.user_id
    one = await answers.take_in(collection, stories(1, places=3)[0], "docx", tmp_path)
    fact = one.facts[5]
    _, sources = await answers.ask([collection], fact.question())
    passage = sources["passages"][0]
    chunk, quote = passage["chunk_id"], tuple(passage["quote"])
    first = await answers.sources.passage(owner, chunk, quote)
    assert (first["media"], first["paged"], first["boxes"]) == ("text", "possible", [])
    assert not home.copies.exists()
    both = await asyncio.gather(*(answers.sources.passage(owner, chunk, quote, make=True) for _ in range(2)))
    assert both[0] == both[1]
    drawn = both[0]
    assert (drawn["media"], drawn["paged"], drawn["document"]["pages"]) == ("pages", "shown", 1)
    assert drawn["quote_boxes"] and all(box in drawn["boxes"] for box in drawn["quote_boxes"])
    assert drawn["text"] == first["text"] and drawn["quote"] == first["quote"]
    assert await answers.sources.passage(owner, chunk, quote) == drawn  # from now on it is there at once
    picture = await answers.sources.page(owner, one.document_id, drawn["page"], 640)
    with Image.open(picture) as image:
        assert image.size[0] == 640
    with pytest.raises(NotFound):
        await answers.sources.page(owner, one.document_id, drawn["document"]["pages"], 640)
    with pytest.raises(NotFound):
        await answers.sources.page(new_id(), one.document_id, 0, 640)
    kept = {path.name for path in home.copies.iterdir()}
    sha256 = hashlib.sha256(one.path.read_bytes()).hexdigest()
    assert kept == {f"{sha256}-copy.pdf", f"{sha256}-copy.text"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in home.copies.iterdir())
    # A cut-off text is no copy; it is made again.
    (home.copies / f"{sha256}-copy.text").write_bytes(b"cut")
    anew = SourceService(answers.library.database, answers.files, answers.pictures, Copies(home.copies))
    assert (await anew.passage(owner, chunk, quote))["paged"] == "possible"
    assert (await anew.passage(owner, chunk, quote, make=True))["boxes"] == drawn["boxes"]
    # Upkeep leaves it as long as the content is there.
    assert drop_pictures(answers.library.database, home.copies) == 0
    view = await answers.files.files(owner)
    await answers.files.delete(owner, view[0].id)
    assert drop_pictures(answers.library.database, home.copies) == 2


@with_libreoffice
async def test_a_document_opens_at_its_beginning(answers: Answers, tmp_path: Path) -> None:
    collection, owner = answers.library.collection(), answers.library.user_id
    told = stories(3, places=2)
    paper = await answers.take_in(collection, told[0], "pptx", tmp_path)
    text = await answers.take_in(collection, told[1], "md", tmp_path)
    pdf = await answers.take_in(collection, told[2], "pdf", tmp_path)
    first = await answers.sources.opening(owner, paper.document_id)
    assert (first["media"], first["paged"], first["chunk_id"]) == ("text", "possible", None)
    assert paper.facts[0].statement in first["text"] and not first["more"]
    drawn = await answers.sources.opening(owner, paper.document_id, make=True)
    assert (drawn["media"], drawn["page"], drawn["boxes"], drawn["document"]["pages"]) == ("pages", 0, [], 2)
    plain = await answers.sources.opening(owner, text.document_id, make=True)
    assert (plain["media"], plain["paged"]) == ("text", None)
    own = await answers.sources.opening(owner, pdf.document_id)
    assert (own["media"], own["paged"], own["page"]) == ("pages", None, 0)
    for user, document in ((new_id(), pdf.document_id), (owner, new_id())):
        with pytest.raises(NotFound):
            await answers.sources.opening(user, document)


async def test_without_libreoffice_it_is_text_and_says_so(
    answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection, owner = answers.library.collection(), answers.library.user_id
    one = await answers.take_in(collection, stories(1, places=2)[0], "xlsx", tmp_path)
    monkeypatch.setattr(Copies, "available", False)
    _, sources = await answers.ask([collection], one.facts[0].question())
    shown = await answers.sources.passage(owner, sources["passages"][0]["chunk_id"], make=True)
    assert (shown["media"], shown["paged"], shown["remark"]) == ("text", "missing", None)


async def test_a_file_libreoffice_makes_nothing_of_is_tried_once(answers: Answers, tmp_path: Path) -> None:
    collection, owner = answers.library.collection(), answers.library.user_id
    tried: list[str] = []

    async def fails(path: Path, name: str, media_type: str) -> bytes:
        tried.append(name)
        raise Unreadable("LibreOffice takes too long with {file} and was stopped; it is shown as text.", file=name)

    copies = Copies(answers.library.home.copies, fails)
    sources = SourceService(answers.library.database, answers.files, answers.pictures, copies)
    one = await answers.take_in(collection, stories(1, places=2)[0], "docx", tmp_path)
    for _ in range(3):
        shown = await sources.opening(owner, one.document_id, make=True)
        if LIBREOFFICE.find():
            assert (shown["media"], shown["paged"]) == ("text", "failed")
            assert shown["remark"] == {
                "template": "LibreOffice takes too long with {file} and was stopped; it is shown as text.",
                "params": {"file": one.path.name},
            }
    assert len(tried) == (1 if LIBREOFFICE.find() else 0)


@with_libreoffice
async def test_a_file_turned_hostile_under_the_index_ends_as_text(answers: Answers, tmp_path: Path) -> None:
    """The document was read; what lies on the disk now is a bomb. The copy is refused, the text stays."""
    collection, owner = answers.library.collection(), answers.library.user_id
    one = await answers.take_in(collection, stories(1, places=2)[0], "docx", tmp_path)
    (view,) = await answers.files.files(owner)
    with zipfile.ZipFile(files.write_docx(tmp_path / "b.docx"), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image9.xml", b" " * (300 << 20))
    answers.files.path(view).chmod(0o600)
    answers.files.path(view).write_bytes((tmp_path / "b.docx").read_bytes())
    shown = await answers.sources.opening(owner, one.document_id, make=True)
    assert (shown["media"], shown["paged"]) == ("text", "failed")
    assert "built to harm" in shown["remark"]["template"]
    assert one.facts[0].statement in shown["text"]
