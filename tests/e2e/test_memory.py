"""The memory and the context view as a person uses them: in a chat, on the page of memories, with the keys alone."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.test_accessibility import axe, violations
from tests.product import Product, eventually

__all__ = ["axe"]


@pytest.fixture(autouse=True)
def _nothing_known(product: Product) -> Iterator[None]:
    """Every test begins with an empty memory, switched on, and leaves none behind."""
    client = product.sign_in() if not product.client.cookies else product.client

    def clean() -> None:
        for one in client.get("/api/memories").json()["memories"]:
            assert client.delete(f"/api/memories/{one['id']}").status_code == 200
        assert client.post("/api/memories/allowed", json={"allowed": True}).status_code == 200

    clean()
    yield
    clean()


def known(product: Product) -> list[str]:
    return [one["text"] for one in product.client.get("/api/memories").json()["memories"]]


def memories(page: Page, product: Product) -> Locator:
    """The page of memories, when it listens; its list."""
    page.goto(product.base + "/memory")
    expect(page.get_by_role("heading", level=1)).to_have_text("Memories")
    expect(page.get_by_role("switch", name="Remember what I say about myself")).to_be_visible()
    return page.get_by_role("list", name="Memories")


def answered(chat: ChatPage, text: str, count: int) -> Locator:
    """Ask, stop the answer when it has begun (the model would write for long), and wait until it is stored."""
    chat.ask(text)
    expect(chat.answers).to_have_count(count)
    eventually(lambda: len(chat.answers.last.locator(".lm-md").inner_text()) > 20, 60)
    if chat.stop_button.is_visible():
        with contextlib.suppress(Error):  # it may have come to its end meanwhile
            chat.stop_button.click(timeout=5_000)
    chat.finished()
    expect(chat.answers.last.get_by_role("group", name="Actions for this answer")).to_be_visible()
    return chat.answers.last


def test_remember_and_forget_in_a_chat(page: Page, product: Product, axe: str) -> None:
    chat = ChatPage(page, product).open()
    chat.choose_model("fast")
    answered(chat, "Remember that I am allergic to walnuts.", 1)
    done = chat.questions.first.get_by_text("Remembered:")
    expect(done).to_contain_text("I am allergic to walnuts.")
    assert known(product) == ["I am allergic to walnuts."]
    assert violations(page, axe) == []
    answered(chat, "Forget that I am allergic to walnuts.", 2)
    expect(chat.questions.last.get_by_text("Forgot 1 memory.")).to_be_visible()
    assert known(product) == []
    chat.questions.last.get_by_role("button", name="Undo").click()
    expect(chat.questions.last.get_by_text("Remembered again.")).to_be_visible()
    assert known(product) == ["I am allergic to walnuts."]


def test_the_page_lists_changes_forgets_and_brings_back(page: Page, product: Product, axe: str) -> None:
    rows = memories(page, product)
    expect(page.get_by_text("Nothing is remembered yet")).to_be_visible()
    assert violations(page, axe) == []
    page.get_by_role("textbox", name="Remember this").fill("I live in Ghent")
    page.get_by_role("button", name="Remember", exact=True).click()
    expect(rows.get_by_role("listitem")).to_contain_text("I live in Ghent.")
    assert violations(page, axe) == []
    rows.get_by_role("button", name="Change “I live in Ghent.”").click()
    dialog = page.get_by_role("dialog", name="Change the memory")
    dialog.get_by_label("Memory in your words").fill("I live in Bruges")
    dialog.get_by_role("button", name="Save").click()
    expect(rows.get_by_role("listitem")).to_contain_text("I live in Bruges.")
    page.get_by_role("searchbox", name="Search memories").fill("Ghent")
    expect(page.get_by_text("No memory has these words.")).to_be_visible()
    page.get_by_role("searchbox", name="Search memories").fill("")
    rows.get_by_role("button", name="Forget “I live in Bruges.”").click()
    expect(page.get_by_text("Nothing is remembered yet")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(rows.get_by_role("listitem")).to_contain_text("I live in Bruges.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    exported = json.loads(Path(download.value.path()).read_text())
    assert [one["text"] for one in exported["memories"]] == ["I live in Bruges."]
    page.get_by_role("button", name="Forget everything").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Forget everything").click()
    expect(page.get_by_text("Nothing is remembered yet")).to_be_visible()
    assert known(product) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_source_leads_to_the_message(page: Page, product: Product) -> None:
    chat = ChatPage(page, product).open()
    chat.choose_model("fast")
    answered(chat, "Hello there.", 1)
    answered(chat, "Remember that my cat is called Mogli.", 2)
    rows = memories(page, product)
    rows.get_by_role("link", name="Source").click()
    page.wait_for_url("**/c/*m=*")
    source = page.get_by_role("article").filter(has_text="my cat is called Mogli")
    expect(source.first).to_be_focused()
    expect(source.first).to_be_in_viewport()


def test_switched_off_nothing_is_kept_or_used(page: Page, product: Product) -> None:
    memories(page, product)
    switch = page.get_by_role("switch", name="Remember what I say about myself")
    switch.click()
    expect(switch).not_to_be_checked()
    page.reload()
    expect(switch).not_to_be_checked()
    chat = ChatPage(page, product).open()
    chat.choose_model("fast")
    answered(chat, "Remember that I live in Ghent.", 1)
    assert known(product) == []
    memories(page, product)
    switch.click()
    expect(switch).to_be_checked()


def test_a_chat_can_be_left_out(page: Page, product: Product) -> None:
    chat = ChatPage(page, product).open()
    chat.choose_model("fast")
    answered(chat, "Remember that I live in Ghent.", 1)
    page.get_by_role("button", name="Chat settings").click()
    switch = page.get_by_role("switch", name="Memories")
    switch.click()
    expect(switch).not_to_be_checked()
    page.keyboard.press("Escape")
    if switch.is_visible():
        page.get_by_role("button", name="Chat settings").click()
    answer = answered(chat, "Remember that I am called Mara. Where do I live?", 2)
    expect(answer.get_by_role("button", name="Why do you know this?")).to_have_count(0)
    assert known(product) == ["I live in Ghent."]


def test_an_answer_says_why_it_knows_and_what_it_was_given(page: Page, product: Product, axe: str) -> None:
    first = ChatPage(page, product).open()
    first.choose_model("fast")
    answered(first, "Remember that I live in Ghent.", 1)
    page.wait_for_url("**/c/*")
    told_in = page.url
    chat = ChatPage(page, product).open()
    chat.choose_model("fast")
    answer = answered(chat, "Where do I live?", 1)
    answer.get_by_role("button", name="Why do you know this?").click()
    expect(answer.get_by_text("I live in Ghent.")).to_be_visible()
    answer.get_by_role("button", name="Everything it was given").click()
    view = page.get_by_role("dialog", name="Context")
    expect(view.get_by_text("was given for the answer, as it was sent")).to_be_visible()
    memory = view.get_by_role("listitem").filter(has_text="I live in Ghent.")
    expect(memory).to_contain_text("tokens")
    expect(view.get_by_role("definition").last).to_contain_text("of")
    expect(view.get_by_text("Where do I live?")).to_be_visible()
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    memory.get_by_role("button", name="Forget").click()
    expect(memory.get_by_text("Forgotten.")).to_be_visible()
    assert known(product) == []
    memory.get_by_role("button", name="Undo").click()
    expect(memory.get_by_role("button", name="Forget")).to_be_visible()
    assert known(product) == ["I live in Ghent."]
    memory.get_by_role("link", name="You said so on").click()
    page.wait_for_url(f"{told_in}?m=*")
    expect(view).to_have_count(0)
    expect(page.get_by_role("article").filter(has_text="Remember that I live in Ghent.").first).to_be_focused()


def test_the_context_view_with_the_keys_alone(page: Page, product: Product, axe: str) -> None:
    chat = ChatPage(page, product).open()
    chat.choose_model("fast")
    answered(chat, "Good morning.", 1)
    answered(chat, "And a good evening.", 2)
    meter = page.get_by_role("button", name="Context:")
    meter.focus()
    page.keyboard.press("Enter")
    view = page.get_by_role("dialog", name="Context")
    expect(view.get_by_text("was given for the answer, as it was sent")).to_be_visible()
    expect(view.locator("li").filter(has_text="Good morning.")).to_be_visible()
    expect(view.get_by_text("Together")).to_be_visible()
    assert violations(page, axe) == []
    for _ in range(4):  # the focus stays inside
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('[role=dialog]')")
    page.keyboard.press("Escape")
    expect(view).to_have_count(0)
    expect(meter).to_be_focused()


def test_the_page_of_memories_with_the_keys_alone(page: Page, product: Product) -> None:
    rows = memories(page, product)
    page.get_by_role("textbox", name="Remember this").focus()
    page.keyboard.type("I live in Ghent")
    page.keyboard.press("Enter")
    expect(rows.get_by_role("listitem")).to_have_count(1)
    change = rows.get_by_role("button", name="Change “I live in Ghent.”")
    change.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Change the memory")
    expect(dialog.get_by_label("Memory in your words")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(change).to_be_focused()
    page.keyboard.press("Tab")
    expect(rows.get_by_role("button", name="Forget “I live in Ghent.”")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is remembered yet")).to_be_visible()
