"""Answers with proof in the thread: chips, sources, doubt, the viewer beside the page. The product itself is asked in
`tests/e2e/test_sources.py`; here the passages come from the test, so that every case can be shown."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TEXT = "The **retention period** is seven years [1]. It was ten years before [2, 3]. Penguins agree. Nobody knows [9]."
PAGE = {"page": 2, "x0": 0.1, "x1": 0.9}
BOXES = [{**PAGE, "y0": 0.60, "y1": 0.62}, {**PAGE, "y0": 0.63, "y1": 0.65}]


def at(piece: str) -> dict[str, int]:
    return {"start": TEXT.index(piece), "end": TEXT.index(piece) + len(piece)}


def passage(n: int, name: str, **fields: Any) -> dict[str, Any]:
    known = {"chunk_id": 100 + n, "document_id": f"d{n}", "media_type": "", "heading": "", "page": None, "quote": None}
    return {"n": n, "name": name, "text": f"What {name} says.", "cited": True, **known, **fields}


def sources(**fields: Any) -> dict[str, Any]:
    return {
        "mode": "model",
        "absent": False,
        "whole": False,
        "failed": [],
        "passages": [
            passage(1, "policy.pdf", page=2, heading="Policy › Retention", quote=[5, 15]),
            passage(2, "old policy.md", heading="Before 2020"),
            passage(3, "minutes.txt"),
            passage(4, "other.txt", cited=False),
        ],
        "markers": [
            {**at("[1]"), "cited": [{"n": 1, "quote": [5, 15]}]},
            {**at("[2, 3]"), "cited": [{"n": 2, "quote": None}, {"n": 3, "quote": None}]},
        ],
        "dropped": [[at("[9]")["start"], at("[9]")["end"]]],
        "support": [
            {**at("The **retention period** is seven years [1]."), "cited": [1], "score": 0.9, "supported": True},
            {**at("Penguins agree."), "cited": [], "score": 0.1, "supported": False, "lacks": []},
        ],
        **fields,
    }


def document(name: str, **fields: Any) -> dict[str, Any]:
    return {"id": "d1", "name": name, "media_type": "", "pages": 0, "title": "", "file_id": "f1", "url": None, **fields}


@pytest.fixture
def knowledge(context: Any) -> list[str]:
    """The routes of the knowledge feature, with one document of pages and one of text. Returns what was asked."""
    asked: list[str] = []
    picture = io.BytesIO()
    Image.new("RGB", (640, 905), "white").save(picture, "PNG")

    def answer(route: Any) -> None:
        path = route.request.url.split("/api/knowledge/")[1]
        asked.append(path)
        if path.startswith("documents/d1/pages/"):
            route.fulfill(body=picture.getvalue(), content_type="image/png")
            return
        base: dict[str, Any] = {
            "page": None,
            "heading": "",
            "boxes": [],
            "quote_boxes": [],
            "quote": None,
            "before": "",
            "after": "",
        }
        if path.startswith("passages/101"):
            found = {
                **base, "chunk_id": 101, "media": "pages", "page": 2, "heading": "Policy › Retention", "boxes": BOXES,
                "document": document("policy.pdf", pages=40), "text": "What policy.pdf says.",
                "quote_boxes": BOXES[1:] if "quote=" in path else [], "quote": [5, 15],
            }  # fmt: skip
        elif path.startswith("passages/102"):
            found = {
                **base, "chunk_id": 102, "media": "text", "document": document("old policy.md"),
                "text": "Records were kept for ten years.", "quote": [13, 31],
                "before": "Line.\n" * 80, "after": "\nAfterwards." * 80,
            }  # fmt: skip
        else:
            route.fulfill(status=404, json={})
            return
        route.fulfill(json=found)

    context.route("**/api/knowledge/**", answer)
    return asked


@pytest.fixture
def talk(chat: Any, knowledge: list[str]) -> Any:
    message = sys.modules["fake_chat_server"].message
    chat.path = [message("u1", "user", "How long?"), message("a1", "assistant", TEXT, "u1", sources=sources())]
    return chat


def test_markers_become_chips_and_doubt_is_marked(open_chat: Any, talk: Any) -> None:
    page = open_chat()
    answer = page.locator("[data-message=a1]")
    shown = " ".join(answer.locator(".lm-md").inner_text().split())
    assert shown.replace(" .", ".") == (
        "The retention period is seven years 1. It was ten years before 2 3. Penguins agree. Nobody knows."
    )
    expect(answer.get_by_role("button", name="Source 1: policy.pdf, page 3")).to_have_count(1)
    expect(answer.locator(".lm-doubt")).to_have_text("Penguins agree.")
    expect(answer.get_by_role("img", name="No support for this in the sources")).to_have_count(1)
    rows = answer.get_by_role("list", name="Sources")
    expect(rows.get_by_role("listitem")).to_have_count(3)
    expect(rows.get_by_role("button").first).to_contain_text("policy.pdfpage 3Policy › Retention")
    answer.get_by_role("button", name="Also read 1 passage").click()
    expect(answer.get_by_role("list", name="Also read").get_by_role("button")).to_contain_text("other.txt")


def test_a_doubt_says_what_is_wrong_and_who_found_it(open_chat: Any, talk: Any, server: Any, chat: Any) -> None:
    page = open_chat()
    answer = page.locator("[data-message=a1]")
    expect(answer.get_by_role("img", name="the sources. Checked by words and meaning.")).to_have_count(1)
    # A larger model looked at it again later: the same answer gets a patch.
    judged = {"lacks": [], "verdict": "contradicted", "by": "Large 7B"}
    support = [{**one, **({} if one["supported"] else judged)} for one in sources()["support"]]
    server.emit(chat, "patch", {"id": "a1", "sources": sources(support=support)})
    expect(answer.get_by_role("img", name="The sources say otherwise. Checked by Large 7B.")).to_have_count(1)
    support = [{**one, "supported": True} for one in support]
    server.emit(chat, "patch", {"id": "a1", "sources": sources(support=support)})
    expect(answer.locator(".lm-doubt")).to_have_count(0)


def test_orders_in_a_document_are_told_of(open_chat: Any, talk: Any, server: Any, chat: Any) -> None:
    page = open_chat()
    answer = page.locator("[data-message=a1]")
    note = answer.get_by_text("reads like orders to a language model")
    expect(answer.get_by_role("list", name="Sources")).to_have_count(1)
    expect(note).to_have_count(0)
    hostile = [{**one, "orders": one["n"] in (2, 4)} for one in sources()["passages"]]
    server.emit(chat, "patch", {"id": "a1", "sources": sources(passages=hostile)})
    expect(note).to_have_count(2)
    expect(note.first).to_contain_text("old policy.md")


def test_chips_come_while_the_answer_is_written(open_chat: Any, server: Any, chat: Any, knowledge: list[str]) -> None:
    page = open_chat(wait=".lm-thread-empty")
    server.begin(chat)
    server.emit(chat, "patch", {"id": "a1", "sources": {"mode": "model", "passages": sources()["passages"]}})
    server.emit(chat, "text", "It is seven years [1")
    expect(page.locator(".lm-md")).to_have_text("It is seven years")
    server.emit(chat, "text", "] and `a[1]` is code.")
    expect(page.get_by_role("button", name="Source 1: policy.pdf, page 3")).to_have_count(1)
    expect(page.locator(".lm-md code")).to_have_text("a[1]")


def test_a_chip_opens_the_page_at_the_passage_and_escape_gives_the_focus_back(
    open_chat: Any, talk: Any, knowledge: list[str]
) -> None:
    page = open_chat()
    chip = page.get_by_role("button", name="Source 1: policy.pdf, page 3").first
    chip.focus()
    page.keyboard.press("Enter")
    viewer = page.get_by_role("complementary", name="Source: policy.pdf")
    expect(viewer.get_by_text("Page 3 of 40")).to_be_visible()
    expect(viewer.get_by_role("img", name="Page 3 of policy.pdf")).to_be_visible()
    assert page.url.endswith("?source=101.5-15")
    mark = viewer.locator(".lm-source-box[data-quote]")
    picture = viewer.get_by_role("img", name="Page 3 of policy.pdf").bounding_box()
    expect(mark).to_have_count(1)
    box = mark.bounding_box()
    assert abs(box["x"] - (picture["x"] + 0.1 * picture["width"])) < 1
    assert abs(box["y"] - (picture["y"] + 0.63 * picture["height"])) < 1
    frame = viewer.get_by_role("region", name="Page 3 of 40").bounding_box()
    assert frame["y"] < box["y"] < frame["y"] + frame["height"]
    viewer.get_by_role("button", name="Page after").click()
    expect(viewer.get_by_role("img", name="Page 4 of policy.pdf")).to_be_visible()
    expect(viewer.locator(".lm-source-box")).to_have_count(0)
    viewer.get_by_role("button", name="Back to the passage").click()
    expect(mark).to_have_count(1)
    viewer.get_by_role("button", name="Larger").click()
    width = "document.querySelector('.lm-source-{}').clientWidth"
    page.until(f"{width.format('page img')} > {width.format('scroll')}")
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(chip).to_be_focused()
    assert "source" not in page.url
    page.go_back()
    expect(viewer).to_have_count(1)
    page.reload()
    expect(viewer.locator(".lm-source-box[data-quote]")).to_have_count(1)


def test_text_is_shown_in_its_surroundings(open_chat: Any, talk: Any) -> None:
    page = open_chat()
    page.get_by_role("list", name="Sources").get_by_role("button").nth(1).click()
    viewer = page.get_by_role("complementary", name="Source: old policy.md")
    expect(viewer.locator("mark")).to_have_text("kept for ten years")
    expect(viewer.locator("mark")).to_be_in_viewport()
    expect(viewer.get_by_role("link", name="Download old policy.md")).to_have_count(1)


def test_an_answer_that_waits_for_a_file_says_so(
    open_chat: Any, server: Any, chat: Any, context: Any, page: Any
) -> None:
    message = sys.modules["fake_chat_server"].message
    broken = {"error": {"template": "Broken."}}
    states: list[dict[str, Any]] = [
        {"file_id": "f1", "name": "scan.pdf", "state": "parsing", "progress": 0.4, "error": None},
        {"file_id": "f2", "name": "b.md", "state": "failed", "progress": 0, "error": broken},
    ]
    context.route("**/api/knowledge/chats/c1", lambda route: route.fulfill(json={"id": "k1"}))
    context.route(
        "**/api/knowledge/collections/k1/documents?file=f1&file=f2",
        lambda route: route.fulfill(json={"documents": states}),
    )
    open_chat(wait=".lm-thread-empty")
    files = [{"id": one["file_id"], "name": one["name"], "size": 10, "media_type": ""} for one in states]
    server.emit(chat, "message", message("u1", "user", "What is in it?", files=files))
    server.emit(chat, "message", message("a1", "assistant", "", "u1", status="streaming", finish=None))
    server.emit(chat, "stage", {"stage": "reading", "file": "scan.pdf", "progress": 0.4})
    expect(page.get_by_text("Reading scan.pdf… 40 %").first).to_be_visible()
    sent = page.get_by_role("list", name="Files of this message").get_by_role("listitem")
    expect(sent.nth(0)).to_contain_text("reading 40%")
    expect(sent.nth(1)).to_contain_text("Broken.")
    states[0] |= {"state": "ready", "progress": 1}
    expect(sent.nth(0)).to_contain_text("read")
    server.emit(chat, "stage", {"stage": "searching"})
    expect(page.get_by_text("Searching your documents…").first).to_be_visible()
    failed = [{"name": "b.md", "error": {"template": "Broken.", "params": {}}}]
    server.end(chat, sources={"mode": "model", "absent": True, "passages": [], "failed": failed, "markers": []})
    told = page.get_by_role("region", name="Sources")
    expect(told).to_contain_text("b.md could not be read. Broken.")
    expect(told).to_contain_text("Nothing in your documents was near enough to the question.")


def test_a_document_that_is_gone_shows_what_was_read(open_chat: Any, talk: Any, page: Any) -> None:
    open_chat()
    page.get_by_role("button", name="Source 3: minutes.txt").first.click()
    viewer = page.get_by_role("complementary", name="Source: minutes.txt")
    expect(viewer.locator("mark")).to_have_text("What minutes.txt says.")
    page.problems.clear()  # the browser complains about the 404


def test_a_copy_keeps_the_numbers_and_has_the_list(open_chat: Any, talk: Any, context: Any) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = open_chat()
    page.get_by_role("button", name="Copy as Markdown").click()
    page.until("document.querySelector('[aria-label=Copied]')")
    lines = [
        "Sources:",
        "[1] policy.pdf, page 3, Policy › Retention",
        "[2] old policy.md, Before 2020",
        "[3] minutes.txt",
    ]
    assert page.evaluate("navigator.clipboard.readText()") == "\n".join([TEXT, "", *lines])
