"""The web in the composer: chips for links, the switch that lets it be searched, and what is said where it is off."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
TEXT = "Compare https://sea.example/tides with (https://moon.example/)."


@pytest.fixture
def field(page: Any, chat: Any, open_chat: Any) -> Any:
    open_chat("/c/c1?attach&web=on", wait=".lm-thread-empty")
    return page.get_by_role("textbox", name="Message")


def sent(page: Any) -> list[Any]:
    page.until("window.calls.some((call) => call[0] === 'send')")
    found: list[Any] = page.evaluate("window.calls.findLast((call) => call[0] === 'send')")
    return found


def test_links_become_chips_and_one_can_stay_text(page: Any, field: Any) -> None:
    field.fill(TEXT)
    chips = page.get_by_role("list", name="Web pages for this message").get_by_role("listitem")
    expect(chips).to_have_count(2)
    expect(chips.first).to_contain_text("sea.example/tides")
    page.get_by_role("button", name="Do not read moon.example").click()
    expect(chips).to_have_count(1)
    expect(field).to_be_focused()
    expect(field).to_have_value(TEXT)
    page.reload()  # it is kept with the draft
    expect(chips).to_have_count(1)
    expect(chips).to_contain_text("sea.example/tides")
    field.press("Enter")
    *_, links, web = sent(page)
    assert (links, web) == (["https://sea.example/tides"], False)
    expect(field).to_have_value("")
    field.fill("https://moon.example/")  # the next message is another one
    expect(chips).to_have_text("moon.examplewill be read")


def test_the_web_is_searched_for_one_message(page: Any, field: Any) -> None:
    field.fill("How high is the tide?")
    switch = page.get_by_role("button", name="Search the web")
    expect(switch).to_have_attribute("aria-pressed", "false")
    switch.focus()
    page.keyboard.press("Space")
    expect(switch).to_have_attribute("aria-pressed", "true")
    field.press("Enter")
    *_, links, web = sent(page)
    assert (links, web) == ([], True)
    expect(field).to_have_value("")
    expect(switch).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize(
    ("who", "says"), [("off", "Allow it in the settings"), ("theirs", "The owner can allow it in the settings.")]
)
def test_where_it_is_off_only_a_link_brings_a_hint(page: Any, chat: Any, open_chat: Any, who: str, says: str) -> None:
    open_chat(f"/c/c1?attach&web={who}", wait=".lm-thread-empty")
    field = page.get_by_role("textbox", name="Message")
    hint = page.get_by_text("The link is sent as text")
    expect(page.get_by_role("button", name="Search the web")).to_have_count(0)
    field.fill("How high is the tide?")
    expect(hint).to_have_count(0)
    field.fill(TEXT)
    expect(hint).to_be_visible()
    expect(page.get_by_text(says)).to_be_visible()
    expect(page.get_by_role("link", name="Allow it in the settings")).to_have_count(1 if who == "off" else 0)
    expect(page.get_by_role("list", name="Web pages for this message")).to_have_count(0)
    field.press("Enter")
    *_, text, _, _, _, _, links, web = sent(page)
    assert (text, links, web) == (TEXT, [], False)
    expect(field).to_have_value("")
