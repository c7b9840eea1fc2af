"""Asking collections from the composer: the list behind "#", chips, quotations only."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
NAMES = ["Papers", "Private papers", "Recipes"]


@pytest.fixture
def composer(context: Any, chat: Any, open_chat: Any) -> Any:
    found = [{"id": f"k{n}", "name": name, "documents": n} for n, name in enumerate(NAMES)]
    context.route("**/api/knowledge/collections", lambda route: route.fulfill(json={"collections": found}))
    page = open_chat("/c/c1?attach", wait=".lm-thread-empty")
    return page.get_by_role("textbox", name="Message")


def sent(page: Any) -> list[Any]:
    page.until("window.calls.some((call) => call[0] === 'send')")
    found: list[Any] = page.evaluate("window.calls.find((call) => call[0] === 'send')")
    return found


def test_the_keyboard_chooses_a_collection(page: Any, composer: Any) -> None:
    composer.press_sequentially("What about #pap")
    options = page.get_by_role("option")
    expect(options).to_have_text(["Papers0 documents", "Private papers1 document"])
    composer.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    assert composer.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    composer.press("Enter")
    expect(composer).to_have_value("What about ")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(page.get_by_role("list", name="Collections for this message")).to_contain_text("Private papers")
    composer.press_sequentially("fish?")
    page.get_by_role("button", name="Quotations only").click()
    composer.press("Enter")
    _, _, text, _, files, collections, quote, *_ = sent(page)
    assert (text, files, collections, quote) == ("What about fish?", [], ["k1"], True)
    expect(composer).to_have_value("")
    expect(page.get_by_role("list", name="Collections for this message")).to_have_count(0)
    expect(page.get_by_role("button", name="Quotations only")).to_have_attribute("aria-pressed", "true")


def test_the_button_opens_the_list_and_escape_leaves_a_letter(page: Any, composer: Any) -> None:
    page.get_by_role("button", name="Ask a collection").click()
    expect(page.get_by_role("option")).to_have_count(3)
    composer.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    composer.press_sequentially("1 is a number")
    composer.press("Enter")
    assert sent(page)[2] == "#1 is a number"


def test_words_that_no_collection_has_are_words(page: Any, composer: Any) -> None:
    composer.press_sequentially("#hashtag")
    expect(page.get_by_role("listbox")).to_have_count(0)
    composer.press("Enter")
    assert sent(page)[2] == "#hashtag"


def test_a_chosen_collection_survives_a_reload_and_can_be_removed(page: Any, composer: Any) -> None:
    composer.press_sequentially("#rec")
    page.get_by_role("option", name="Recipes").click()
    chosen = page.get_by_role("list", name="Collections for this message")
    expect(chosen).to_contain_text("Recipes")
    page.reload()
    expect(chosen).to_contain_text("Recipes")
    page.get_by_role("button", name="Remove Recipes").click()
    expect(chosen).to_have_count(0)
    expect(composer).to_be_focused()
