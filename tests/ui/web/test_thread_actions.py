"""What can be done with messages: edit, versions, queue, copy, facts; by mouse, keyboard and finger."""

from __future__ import annotations

import sys
from typing import Any

import pytest

pytestmark = pytest.mark.browser


def message(*args: Any, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = sys.modules["fake_chat_server"].message(*args, **fields)
    return made


@pytest.fixture
def talk(chat: Any) -> Any:
    chat.path = [message("u1", "user", "First question"), message("a1", "assistant", "An **answer**\n\n- one", "u1")]
    return chat


def test_edit_makes_a_version_and_escape_leaves(open_chat: Any, talk: Any) -> None:
    page = open_chat()
    row = page.locator("[data-message=u1]")
    row.get_by_role("button", name="Edit").click()
    field = page.get_by_role("textbox", name="Edit your message")
    field.fill("Changed")
    field.press("Escape")
    row.get_by_text("First question").wait_for()
    page.until("document.activeElement.getAttribute('aria-label') === 'Edit'")
    page.keyboard.press("Enter")
    field.fill("Changed again")
    page.get_by_role("button", name="Send").first.click()
    page.until("window.calls.some((call) => call[0] === 'edit')")
    name, chat_id, id, text, client_id = page.evaluate("window.calls.find((call) => call[0] === 'edit')")
    assert (name, chat_id, id, text) == ("edit", "c1", "u1", "Changed again")
    assert len(client_id) > 8
    page.until("document.activeElement.getAttribute('aria-label') === 'Message'")


def test_arrow_up_edits_the_last_own_message(open_chat: Any, talk: Any) -> None:
    page = open_chat()
    page.get_by_role("textbox", name="Message").press("ArrowUp")
    assert page.get_by_role("textbox", name="Edit your message").input_value() == "First question"


def test_versions_are_walked(open_chat: Any, talk: Any) -> None:
    versions = {"siblings": ["a1", "a2"]}
    one = [talk.path[0], {**talk.path[1], **versions}]
    two = [talk.path[0], message("a2", "assistant", "Another answer", "u1", **versions)]
    talk.path, talk.others = one, {"a1": one, "a2": two}
    page = open_chat()
    group = page.get_by_role("group", name="Version 1 of 2")
    assert group.get_by_role("button", name="Previous version").get_attribute("aria-disabled") == "true"
    group.get_by_role("button", name="Next version").click()
    page.get_by_text("Another answer").wait_for()
    assert page.locator("[data-message=a1]").count() == 0
    page.get_by_role("group", name="Version 2 of 2").get_by_role("button", name="Previous version").click()
    page.wait_for_selector("[data-message=a1]")
    calls = page.evaluate("window.calls.filter(([name]) => name === 'sibling').map((call) => call[2])")
    assert calls == ["a2", "a1"]


def test_a_waiting_message_can_be_taken_back(open_chat: Any, talk: Any, server: Any) -> None:
    page = open_chat()
    server.begin(talk, "Write", "a9")
    page.wait_for_selector("[data-message=a9]")
    field = page.get_by_role("textbox", name="Message")
    field.fill("And then this")
    field.press("Enter")
    waiting = page.locator("article[data-status=queued]")
    waiting.get_by_text("Waiting…").wait_for()
    server.emit(talk, "text", "Still writing")
    page.get_by_text("Still writing").wait_for()
    waiting.get_by_role("button", name="Do not send").click()
    waiting.wait_for(state="detached")
    assert page.locator("[data-message=a9]").inner_text().endswith("Still writing")


def test_copy_as_text_and_as_markdown(open_chat: Any, talk: Any, context: Any, origin: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=origin)
    page = open_chat()
    row = page.locator("[data-message=a1]")
    row.get_by_role("button", name="Copy as text").click()
    row.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "An answer\n\n- one"
    row.get_by_role("button", name="Copy as Markdown").click()
    page.until("navigator.clipboard.readText().then((text) => text === 'An **answer**\\n\\n- one')")


def test_copying_works_without_the_clipboard_api(open_chat: Any, talk: Any, page: Any) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.add_init_script("document.addEventListener('copy', () => { window.copied = document.activeElement.value })")
    open_chat()
    page.locator("[data-message=a1]").get_by_role("button", name="Copy as Markdown").click()
    page.until("window.copied === 'An **answer**\\n\\n- one'")


def test_the_shortcut_copies_the_newest_answer(open_chat: Any, talk: Any, context: Any, origin: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=origin)
    page = open_chat()
    page.wait_for_selector("[data-message=a1]")
    page.evaluate("window.shortcuts['copy-answer']()")
    page.until("navigator.clipboard.readText().then((text) => text === 'An **answer**\\n\\n- one')")


def test_the_facts_of_an_answer(open_chat: Any, talk: Any) -> None:
    usage = {"completion_tokens": 42, "prompt_tokens": 1200, "tokens_per_second": 31.44, "duration_ms": 1337,
             "context_used": 1242, "context_size": 4096}  # fmt: skip
    talk.path[1]["usage"] = usage
    page = open_chat()
    info = page.get_by_role("button", name="About this answer")
    info.click()
    words = page.locator(".lm-info-panel").inner_text()
    for part in ("starter", "42 tokens", "1,200 tokens", "31.4 tokens/s", "1.3 s", "1,242 of 4,096 tokens"):
        assert part in words
    page.keyboard.press("Escape")
    assert page.locator(".lm-info-panel").count() == 0
    assert info.evaluate("(node) => node === document.activeElement")


@pytest.mark.parametrize(
    ("messages", "said"), [(3, "the oldest 3 messages were left out"), (0, "its beginning was left")]
)
def test_what_did_not_fit_is_said(open_chat: Any, talk: Any, messages: int, said: str) -> None:
    talk.path[1]["usage"] = {"dropped_messages": messages, "dropped_tokens": 900}
    page = open_chat()
    page.get_by_text(said).wait_for()


def test_actions_show_on_hover_and_focus_and_always_on_touch(
    open_chat: Any, talk: Any, browser: Any, origin: str
) -> None:
    page = open_chat()
    row = page.locator("[data-message=u1]")
    shown = "getComputedStyle(document.querySelector('[data-message=u1] .lm-actions')).opacity === '{}'"
    page.mouse.move(5, 5)
    page.until(shown.format(0))
    row.get_by_role("button", name="Edit").focus()
    page.until(shown.format(1))
    page.keyboard.press("Tab")
    page.get_by_role("textbox", name="Message").focus()
    row.hover()
    page.until(shown.format(1))
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    touch = phone.new_page()
    touch.goto(f"{origin}/c/c1")
    touch.wait_for_selector("[data-message=u1]")
    assert touch.evaluate(shown.format(1))
    small = "[...document.querySelectorAll('button')].filter((b) => b.getBoundingClientRect().height < 43).length"
    assert touch.evaluate(small) == 0
    assert touch.evaluate("document.documentElement.scrollWidth") <= 390
    touch.locator("[data-message=a1]").get_by_role("button", name="About this answer").tap()
    panel = touch.locator(".lm-info-panel").bounding_box()
    assert 0 <= panel["x"] <= panel["x"] + panel["width"] <= 390
    phone.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_violations(open_chat: Any, talk: Any, server: Any, page: Any, scheme: str) -> None:
    code = "```python\nx = 1  # note\n```"
    talk.path[1]["text"] = f"# T\n\n[link](https://a.example) `x`\n\n{code}\n\n| a |\n|---|\n| 1 |\n\n- [x] done\n"
    page.emulate_media(color_scheme=scheme)
    open_chat()
    server.begin(talk, "Next", "a7")
    server.emit(talk, "text", "Writing")
    page.wait_for_selector("[data-message=a7] .lm-md")
    page.wait_for_selector(".hljs-number")
    page.locator("[data-message=a1]").get_by_role("button", name="About this answer").click()
    page.wait_for_timeout(300)
    page.evaluate(sys.modules["chat_bundle"].axe_script() + "; window.axe = axe")
    tags = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate(f"axe.run({{ runOnly: {tags} }})")["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []


def test_an_answer_says_that_it_left_this_machine_and_what_it_cost(open_chat: Any, talk: Any) -> None:
    origin = {
        "engine": "Cluster", "model": "big", "leaves_machine": True, "instead_of": "<b>Other</b>",
        "spend": 0.00042, "currency": "EUR", "estimated": True,
    }  # fmt: skip
    talk.path[1] |= {"model": "remote:01ARZ3NDEKTSV4RRFFQ69G5FAV/big", "origin": origin}
    page = open_chat()
    row = page.locator("[data-message=a1]")
    row.get_by_text("Left this machine").wait_for()
    row.get_by_text("Instead of <b>Other</b>, which did not answer").wait_for()
    assert row.locator(".lm-model span").first.text_content() == "big"
    row.get_by_role("button", name="About this answer").click()
    facts = row.locator(".lm-info-panel").inner_text()
    assert "Cluster" in facts and "about 0.00042 EUR" in facts
    assert page.locator("[data-message=u1] .lm-origin").count() == 0
