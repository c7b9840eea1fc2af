"""The composer: keys, drafts, acknowledgement, errors, Stop, phones, input methods."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def field(open_chat: Any, chat: Any) -> Any:
    chat.conversation(2)
    return open_chat().get_by_role("textbox", name="Message")


def sends(page: Any) -> list[list[Any]]:
    found: list[list[Any]] = page.evaluate("window.calls.filter(([name]) => name === 'send')")
    return found


def test_enter_sends_and_shift_enter_does_not(field: Any, page: Any) -> None:
    field.press_sequentially("One")
    field.press("Shift+Enter")
    field.press_sequentially("two")
    field.press("Enter")
    page.locator(".lm-bubble-text", has_text="One").wait_for()
    page.until("document.querySelector('textarea').value === ''")
    assert [call[2] for call in sends(page)] == ["One\ntwo"]
    assert page.evaluate("Object.keys(localStorage)") == []
    assert field.evaluate("(node) => node === document.activeElement")


def test_an_input_method_keeps_its_enter(field: Any, page: Any) -> None:
    field.focus()
    client = page.context.new_cdp_session(page)
    client.send("Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3})
    enter = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    client.send("Input.dispatchKeyEvent", enter)
    page.wait_for_timeout(100)
    assert sends(page) == []
    client.send("Input.insertText", {"text": "日本"})
    assert field.input_value() == "日本"
    field.press("Enter")
    page.until("window.calls.some(([name]) => name === 'send')")


def test_a_draft_survives_a_reload_and_belongs_to_its_chat(field: Any, page: Any, origin: str, server: Any) -> None:
    field.fill("Not finished")
    page.reload()
    page.until("document.querySelector('textarea')?.value === 'Not finished'")
    server.chat("c2").conversation(1)
    page.goto(f"{origin}/c/c2")
    page.wait_for_selector("[data-message=m0]")
    assert page.get_by_role("textbox", name="Message").input_value() == ""
    page.evaluate("clearDrafts()")
    assert page.evaluate("localStorage.length") == 0


def test_a_refused_message_stays_in_the_field(field: Any, page: Any, server: Any) -> None:
    server.refuse = {"message": "The disk is full.", "template": "The {thing} is full.", "params": {"thing": "disk"}}
    field.fill("Keep me")
    field.press("Enter")
    page.get_by_role("alert").filter(has_text="The disk is full.").wait_for()
    assert field.input_value() == "Keep me"
    assert page.evaluate("localStorage.getItem('localmind.draft.c1')") == "Keep me"
    server.refuse = None
    field.press("Enter")
    page.until("document.querySelector('textarea').value === ''")
    first, second = sends(page)
    assert first[3] == second[3]


def test_without_an_answer_it_is_sent_again_under_the_same_id(field: Any, page: Any, server: Any, chat: Any) -> None:
    page.clock.install()
    server.swallow = True
    field.fill("Did it arrive?")
    field.press("Enter")
    page.wait_for_selector("[data-message=u0]")
    page.clock.fast_forward(11_000)
    page.get_by_text("Not sent yet: LocalMind cannot be reached. Your text is kept.").wait_for()
    assert field.input_value() == "Did it arrive?"
    server.swallow = False
    page.evaluate("window.dispatchEvent(new Event('localmind:reachable'))")
    page.until("document.querySelector('textarea').value === ''")
    first, second = sends(page)
    assert first[2:] == second[2:]
    assert [one["text"] for one in chat.path].count("Did it arrive?") == 1
    page.problems.clear()  # the lost acknowledgement is a 503


def test_a_reload_before_the_acknowledgement_sends_again_once(field: Any, page: Any, server: Any, chat: Any) -> None:
    server.swallow = True
    field.fill("Across a reload")
    field.press("Enter")
    page.wait_for_selector("[data-message=u0]")
    server.swallow = False
    page.reload()
    page.until("document.querySelector('textarea')?.value === '' && localStorage.length === 0")
    assert [one["text"] for one in chat.path].count("Across a reload") == 1
    page.problems.clear()


def test_a_new_chat_gets_its_id_while_typing_goes_on(page: Any, origin: str, server: Any) -> None:
    page.goto(f"{origin}/c/")
    page.wait_for_selector("#empty")
    field = page.get_by_role("textbox", name="Message")
    field.fill("Hello")
    field.press("Enter")
    page.locator(".lm-bubble-text", has_text="Hello").wait_for()
    page.until("document.querySelector('textarea').value === '' && localStorage.length === 0")
    assert [one["text"] for one in server.chat("new-1").path] == ["Hello"]


def test_stop_takes_the_place_of_send(field: Any, page: Any, server: Any, chat: Any) -> None:
    assert page.get_by_role("button", name="Send").get_attribute("aria-disabled") == "true"
    page.get_by_text("Write a message first.").wait_for(state="attached")
    server.begin(chat)
    stop = page.get_by_role("button", name="Stop")
    stop.wait_for()
    field.fill("x")
    page.get_by_role("button", name="Send").wait_for()
    field.fill("")
    field.press("Escape")
    stop.click()
    page.until("window.calls.filter(([name]) => name === 'stop').length === 2")


def test_a_text_that_is_too_long_is_kept_and_not_sent(field: Any, page: Any) -> None:
    field.fill("x" * 100_001)
    page.get_by_role("alert").filter(has_text="This message has 100,001 characters; 100,000 are the most.").wait_for()
    field.press("Enter")
    assert sends(page) == []
    assert len(field.input_value()) == 100_001


def test_on_a_phone_enter_is_a_new_line(browser: Any, origin: str, chat: Any) -> None:
    chat.conversation(2)
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = phone.new_page()
    page.goto(f"{origin}/c/c1")
    field = page.get_by_role("textbox", name="Message")
    field.press_sequentially("a")
    field.press("Enter")
    field.press_sequentially("b")
    assert field.input_value() == "a\nb"
    page.get_by_role("button", name="Send").tap()
    expect(field).to_have_value("")
    phone.close()


def test_it_grows_up_to_a_limit_and_hears_the_window(field: Any, page: Any) -> None:
    height = "document.querySelector('textarea').getBoundingClientRect().height"
    small = page.evaluate(height)
    field.fill("line\n" * 5)
    assert page.evaluate(height) > small + 60
    field.fill("line\n" * 200)
    assert page.evaluate(height) <= 0.41 * 800
    page.evaluate("document.activeElement.blur()")
    page.evaluate("window.dispatchEvent(new CustomEvent('localmind:fill-composer', { detail: { text: 'Idea' } }))")
    page.until("document.activeElement.value === 'Idea'")
