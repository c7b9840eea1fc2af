"""Answers with proof in the whole product: a PDF of forty pages is attached and asked, the chip opens the page, the
highlight lies on the sentence. The starter answers, so the answer is put together from quotations."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from localmind_app.core.dependencies import LIBREOFFICE
from tests.e2e.chat_page import ChatPage
from tests.e2e.test_accessibility import SETTLED, axe, violations  # noqa: F401 -- a fixture
from tests.product import Product

PAGES, ANSWER_PAGE = 40, 23
ANSWER = "Invoices of the Hamburg office are kept for seven years and three months."
QUESTION = "How long are invoices of the Hamburg office kept?"
LEFT, BASELINE, SIZE = 72, 300, 11  # of the answer on its page, in points from its lower left corner
TOPICS = ("harbour cranes", "night trains", "bee hives", "glass bottles", "paper mills", "river ferries", "wool coats")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty pages; one of them says how long invoices are kept, in a line at a known place."""
    path = tmp_path_factory.mktemp("report") / "annual report.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setTitle("Annual report")
    for page in range(1, PAGES + 1):
        topic = TOPICS[page % len(TOPICS)]
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(LEFT, 760, f"Chapter {page}: {topic}")
        canvas.setFont("Helvetica", SIZE)
        for line in range(12):
            said = f"Team {line + page} looked after {topic} in district {page * 7 + line}."
            canvas.drawString(LEFT, 720 - 16 * line, said)
        if page == ANSWER_PAGE:
            canvas.setFont("Helvetica-Bold", 14)
            canvas.drawString(LEFT, BASELINE + 30, "Retention")
            canvas.setFont("Helvetica", SIZE)
            canvas.drawString(LEFT, BASELINE, ANSWER)
        canvas.showPage()
    canvas.save()
    return path


def ask(page: Page, chat: ChatPage, path: Path, question: str) -> Locator:
    """Attach the file, ask, and wait for the answer."""
    chat.choose_model("Starter")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files([path])
    expect(page.get_by_role("list", name="Attached files").locator("[data-state=done]")).to_contain_text(path.name)
    chat.ask(question)
    page.wait_for_url("**/c/*")
    answer = chat.answers.last
    expect(answer.get_by_role("list", name="Sources")).to_be_visible(timeout=45_000)
    return answer


def viewer_of(page: Page, chat: ChatPage) -> Locator:
    if chat.phone:
        return page.get_by_role("dialog")
    return page.get_by_role("complementary", name="Source: annual report.pdf")


def lies_on_the_answer(viewer: Locator) -> None:
    """The strong highlight covers the line of the answer, is where it can be seen, and lets the words through."""
    picture = viewer.get_by_role("img", name=f"Page {ANSWER_PAGE} of Annual report")
    expect(picture).to_be_visible()
    mark = viewer.locator(".lm-source-box[data-quote]").first
    expect(mark).to_be_in_viewport()
    viewer.page.evaluate(SETTLED)  # a sheet slides in
    page_box, box = picture.bounding_box(), mark.bounding_box()
    assert page_box is not None and box is not None
    per_point = page_box["width"] / A4[0]
    left, middle = page_box["x"] + LEFT * per_point, page_box["y"] + (A4[1] - BASELINE - SIZE / 3) * per_point
    assert abs(box["x"] - left) < 6 * per_point
    assert box["y"] <= middle <= box["y"] + box["height"]
    assert box["height"] < 3 * SIZE * per_point
    assert box["width"] > 250 * per_point
    shot = Image.open(io.BytesIO(mark.screenshot())).convert("RGB")
    colours: list[tuple[int, int, int]] = [colour for _, colour in shot.getcolors(shot.width * shot.height)]  # type: ignore[misc]
    assert any(red > 220 and green > 170 and blue < 170 for red, green, blue in colours), "no highlight"
    assert any(red < 110 and green < 110 and blue < 110 for red, green, blue in colours), "no words under it"


def test_a_chip_leads_to_the_page_with_the_passage(page: Page, product: Product, report: Path, axe: str) -> None:  # noqa: F811
    chat = ChatPage(page, product).open()
    answer = ask(page, chat, report, QUESTION)
    expect(answer.locator("blockquote").first).to_contain_text("seven years and three months")
    expect(answer.get_by_text("Quoted from your documents")).to_be_visible()
    chip = answer.get_by_role("button", name=f"annual report.pdf, page {ANSWER_PAGE}").first
    assert violations(page, axe) == []
    chip.focus()
    page.keyboard.press("Enter")
    viewer = viewer_of(page, chat)
    expect(viewer.get_by_text(f"Page {ANSWER_PAGE} of {PAGES}")).to_be_visible()
    lies_on_the_answer(viewer)
    assert "source=" in page.url
    assert violations(page, axe) == []
    viewer.get_by_role("button", name="Page after").click()
    expect(viewer.get_by_role("img", name=f"Page {ANSWER_PAGE + 1} of Annual report")).to_be_visible()
    page.reload()
    lies_on_the_answer(viewer)
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    assert "source=" not in page.url
    page.go_back()
    lies_on_the_answer(viewer)
    page.go_back()
    expect(viewer).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_how_it_was_found_and_what_is_not_there(page: Page, product: Product, report: Path, axe: str) -> None:  # noqa: F811
    chat = ChatPage(page, product)
    if chat.phone:
        pytest.skip("the same parts; how they fit a phone is seen above")
    chat.open()
    answer = ask(page, chat, report, QUESTION)
    answer.get_by_role("button", name="How this was found").click()
    expect(answer.get_by_role("heading", name="By meaning")).to_be_visible()
    expect(answer.get_by_role("heading", name="By words")).to_be_visible()
    expect(answer.get_by_role("table")).to_contain_text("[1]")
    assert violations(page, axe) == []
    answer.get_by_role("list", name="Sources").get_by_role("button").first.click()
    viewer = viewer_of(page, chat)
    expect(viewer).to_be_visible()
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(answer.get_by_role("list", name="Sources").get_by_role("button").first).to_be_focused()
    chat.ask("What does the moon of Jupiter called Europa weigh?")
    expect(chat.answers).to_have_count(2)
    chat.finished()
    expect(chat.answers.last).to_contain_text("This is not in your documents.")


@pytest.mark.skipif(LIBREOFFICE.find() is None, reason=LIBREOFFICE.missing)
def test_a_word_file_is_shown_as_pages_and_as_text(page: Page, product: Product, tmp_path: Path, axe: str) -> None:  # noqa: F811
    path = tmp_path / "handbook.docx"
    document = docx.Document()
    for chapter in range(1, 7):
        document.add_heading(f"Chapter {chapter}", 1)
        for line in range(9):
            document.add_paragraph(
                f"Team {line + chapter} looks after {TOPICS[chapter]} in district {chapter * 7 + line}."
            )
        if chapter == 4:
            document.add_paragraph(ANSWER)
    document.save(str(path))
    chat = ChatPage(page, product).open()
    answer = ask(page, chat, path, QUESTION)
    answer.get_by_role("button", name="handbook.docx").first.click()
    viewer = (
        page.get_by_role("dialog") if chat.phone else page.get_by_role("complementary", name="Source: handbook.docx")
    )
    picture = viewer.get_by_role("img", name=re.compile("Page . of handbook"))
    expect(picture).to_be_visible(timeout=60_000)
    mark = viewer.locator(".lm-source-box[data-quote]").first
    expect(mark).to_be_in_viewport()
    page.evaluate(SETTLED)
    shot = Image.open(io.BytesIO(mark.screenshot())).convert("RGB")
    colours: list[tuple[int, int, int]] = [colour for _, colour in shot.getcolors(shot.width * shot.height)]  # type: ignore[misc]
    assert any(red > 220 and green > 170 and blue < 170 for red, green, blue in colours), "no highlight"
    assert any(red < 110 and green < 110 and blue < 110 for red, green, blue in colours), "no words under it"
    assert violations(page, axe) == []
    viewer.get_by_role("button", name="Show the text").click()
    expect(viewer.locator("mark")).to_contain_text("seven years and three months")
    assert violations(page, axe) == []
    viewer.get_by_role("button", name="Show the page").click()
    expect(picture).to_be_visible()
    page.reload()
    expect(mark).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)


def test_a_document_opens_from_the_knowledge_page(page: Page, product: Product, report: Path, axe: str) -> None:  # noqa: F811
    chat = ChatPage(page, product)
    product.client.cookies or product.sign_in()
    made = product.client.post("/api/knowledge/collections", json={"name": "Reports", "description": ""}).json()
    page.goto(f"{product.base}/knowledge?collection={made['id']}")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add files").click()
    note = report.with_name("note.md")
    note.write_text("# Note\n\nThe ferry leaves at nine.\n")
    chooser.value.set_files([report, note])
    rows = page.get_by_role("list", name="Documents").get_by_role("listitem")
    expect(rows.and_(page.locator("[data-state=ready]"))).to_have_count(2, timeout=90_000)
    for name, shown in ((report.name, None), (note.name, "The ferry leaves at nine.")):
        row = page.get_by_role("list", name="Documents").get_by_role("button", name=re.compile(name)).first
        row.click()
        page.get_by_role("dialog").get_by_role("button", name="Open", exact=True).click()
        viewer = (
            page.get_by_role("dialog", name=name)
            if chat.phone
            else page.get_by_role("complementary", name=f"Source: {name}")
        )
        if shown:
            expect(viewer.get_by_role("region", name="The text of the document")).to_contain_text(shown)
            expect(viewer.locator("mark")).to_have_count(0)
        else:
            expect(viewer.get_by_role("img", name="Page 1 of Annual report")).to_be_visible()
            viewer.get_by_role("button", name="Page after").click()
            expect(viewer.get_by_role("img", name="Page 2 of Annual report")).to_be_visible()
            expect(viewer.get_by_role("button", name="Back to the passage")).to_have_count(0)
        assert "source=document." in page.url
        page.evaluate(SETTLED)
        assert violations(page, axe) == []
        viewer.get_by_role("button", name="Close").first.click()
        expect(viewer).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    product.client.delete(f"/api/knowledge/collections/{made['id']}").raise_for_status()
