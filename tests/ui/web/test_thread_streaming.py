"""An answer as it is written: order, resuming, scrolling, stages, the screen reader, many messages."""

from __future__ import annotations

import re
import sys
import time
from itertools import pairwise
from typing import Any

import pytest

pytestmark = pytest.mark.browser
SCROLL = "document.querySelector('.lm-thread-scroll')"


def message(*args: Any, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = sys.modules["fake_chat_server"].message(*args, **fields)
    return made


def text_of(page: Any, id: str) -> str:
    return str(page.inner_text(f'[data-message="{id}"] .lm-md'))


def test_an_answer_streams_and_ends(open_chat: Any, chat: Any, server: Any) -> None:
    chat.conversation(4)
    page = open_chat()
    server.begin(chat)
    live = page.locator("[data-message=a1]")
    live.get_by_text("Starting…").wait_for()
    assert live.get_attribute("aria-busy") == "true"
    page.get_by_role("button", name="Stop").wait_for()
    assert live.get_attribute("aria-label") == "starter is writing"
    server.emit(chat, "stage", {"stage": "loading", "progress": 0.4})
    live.get_by_text("Loading model… 40 %").wait_for()
    server.emit(chat, "stage", {"stage": "queued", "position": 2})
    live.get_by_text("Waiting for its turn, 2 before it…").wait_for()
    words = [f"word{n} " for n in range(60)]
    server.stream(chat, "a1", [*words, "\n\n**bo", "ld** end."], 200).join()
    server.end(chat)
    page.wait_for_selector("[data-message=a1][data-status=complete]")
    assert live.get_attribute("aria-label") == "starter said"
    assert text_of(page, "a1").split() == [*"".join(words).split(), "bold", "end."]
    assert page.get_by_role("button", name="Stop").count() == 0
    assert page.evaluate("window.calls.filter(([name]) => name === 'usage').map((call) => call[1].context_used)") == [
        None, 62,
    ]  # fmt: skip


def test_a_dropped_connection_resumes_without_duplicates(open_chat: Any, chat: Any, server: Any) -> None:
    page = open_chat("/c/c1", wait=".lm-thread-empty")
    server.begin(chat)
    words = [f"w{n} " for n in range(150)]
    writer = server.stream(chat, "a1", words, 100)
    for _ in range(3):
        time.sleep(0.3)
        server.drop(chat)
    writer.join()
    server.again(chat, chat.seq)
    server.end(chat)
    page.wait_for_selector("[data-message=a1][data-status=complete]")
    assert text_of(page, "a1").split() == "".join(words).split()
    assert sum("/messages?" in url for url in server.requests) == 1


def test_a_reload_in_the_middle_goes_on(open_chat: Any, chat: Any, server: Any) -> None:
    page = open_chat("/c/c1", wait=".lm-thread-empty")
    server.begin(chat)
    words = [f"w{n} " for n in range(120)]
    writer = server.stream(chat, "a1", words, 100)
    page.get_by_text("w20 ").wait_for()
    page.reload()
    writer.join()
    server.end(chat)
    page.wait_for_selector("[data-message=a1][data-status=complete]")
    assert text_of(page, "a1").split() == "".join(words).split()


def test_finished_blocks_are_not_drawn_again(open_chat: Any, chat: Any, server: Any) -> None:
    page = open_chat("/c/c1", wait=".lm-thread-empty")
    server.begin(chat)
    server.emit(chat, "text", "The first paragraph.\n\n```python\nx = 1\n```\n\nThe ")
    page.wait_for_selector(".hljs-number")
    page.evaluate("document.querySelectorAll('.lm-md > *').forEach((node) => { node.kept = true })")
    server.stream(chat, "a1", ["second ", "is **", "long", "** "] * 20, 100).join()
    server.end(chat)
    page.wait_for_selector("[data-message=a1][data-status=complete]")
    assert page.evaluate("[...document.querySelectorAll('.lm-md > *')].map((node) => node.kept === true)") == [True] * 3


def test_the_thread_follows_its_end_only_while_the_person_is_there(open_chat: Any, chat: Any, server: Any) -> None:
    chat.conversation(30, "Message {n}.\n\n" + "Some more words. " * 40)
    page = open_chat()
    gap = f"Math.round({SCROLL}.scrollHeight - {SCROLL}.scrollTop - {SCROLL}.clientHeight)"
    page.until(f"{gap} < 2")
    server.begin(chat)
    server.stream(chat, "a1", ["A line of words.\n\n"] * 40, 100).join()
    page.until(f"{gap} < 2")
    jump = page.get_by_role("button", name="Jump to latest")
    assert jump.count() == 0

    page.mouse.move(600, 300)
    page.mouse.wheel(0, -300)
    jump.wait_for()
    before = page.evaluate(f"{SCROLL}.scrollTop")
    server.stream(chat, "a1", ["Another line of words.\n\n"] * 20, 100).join()
    time.sleep(0.2)
    assert abs(page.evaluate(f"{SCROLL}.scrollTop") - before) < 2
    jump.click()
    page.until(f"{gap} < 2")
    server.emit(chat, "text", "The end." * 200)
    page.until(f"{gap} < 2")


def test_earlier_messages_load_without_a_jump(open_chat: Any, chat: Any, server: Any) -> None:
    chat.conversation(240, "Message {n}.\n\nSome words in it.")
    page = open_chat()
    page.wait_for_selector("[data-message=m190]", state="attached")
    assert page.locator("[data-message=m189]").count() == 0
    page.wait_for_timeout(300)
    page.evaluate(f"{SCROLL}.scrollTop = 500")
    top = "document.querySelector('[data-message=m196]').getBoundingClientRect().top"
    page.wait_for_timeout(100)
    before = page.evaluate(top)
    page.evaluate(f"{SCROLL}.scrollTop = {SCROLL}.scrollTop - 300")
    page.wait_for_selector("[data-message=m140]", state="attached")
    page.wait_for_timeout(300)
    assert abs(page.evaluate(top) - before - 300) < 40
    page.evaluate(f"{SCROLL}.scrollTop = 0")
    page.wait_for_selector("[data-message=m90]", state="attached")


def test_a_link_to_an_old_message_opens_there(open_chat: Any, chat: Any) -> None:
    chat.conversation(200)
    page = open_chat("/c/c1?m=m33")
    page.wait_for_selector("[data-message=m33][data-found]")
    page.wait_for_timeout(400)
    box = page.locator("[data-message=m33]").bounding_box()
    assert 0 < box["y"] < 700
    assert page.evaluate("document.activeElement.dataset.message") == "m33"


def test_five_hundred_messages_open_at_once(open_chat: Any, chat: Any) -> None:
    chat.conversation(500, "Answer **{n}**\n\n- a list\n- of things\n\n```python\nprint({n})\n```\n")
    page = open_chat()
    page.wait_for_selector("[data-message=m499]")
    page.wait_for_selector("[data-message=m450]", state="attached")
    assert page.locator("article").count() == 50


def test_sentences_are_announced_apart(open_chat: Any, chat: Any, server: Any) -> None:
    page = open_chat("/c/c1", wait=".lm-thread-empty")
    page.evaluate(
        "window.said = []; new MutationObserver(() => window.said.push([performance.now(),"
        " document.querySelector('[data-announcer]').textContent])).observe("
        "document.querySelector('[data-announcer]'), { childList: true, characterData: true, subtree: true })"
    )
    server.begin(chat)
    server.stream(chat, "a1", re.findall(r"\S+\s*", "One is here. Two is **here**. Three is not fin"), 20).join()
    page.until("window.said.length >= 2", timeout=6000)
    server.emit(chat, "text", "ished now")
    server.end(chat)
    page.until("window.said.length >= 3", timeout=6000)
    said = page.evaluate("window.said")
    heard = ["starter is writing", "One is here. Two is here.", "Three is not finished now"]
    assert [text for _, text in said] == heard
    assert all(later[0] - sooner[0] > 1900 for sooner, later in pairwise(said))


@pytest.mark.parametrize(("mode", "expected"), [("off", []), ("whole", ["starter is writing", "One. Two. Three"])])
def test_announcements_can_be_chosen(
    open_chat: Any, page: Any, chat: Any, server: Any, mode: str, expected: list[str]
) -> None:
    page.add_init_script(f"localStorage.setItem('localmind.announce', '{mode}')")
    open_chat("/c/c1", wait=".lm-thread-empty")
    page.evaluate(
        "window.said = []; new MutationObserver(() => window.said.push("
        "document.querySelector('[data-announcer]').textContent)).observe("
        "document.querySelector('[data-announcer]'), { childList: true, characterData: true, subtree: true })"
    )
    server.begin(chat)
    server.stream(chat, "a1", ["One. ", "Two. ", "Three"], 10).join()
    server.end(chat)
    page.wait_for_timeout(2600)
    assert page.evaluate("window.said") == expected


def test_ends_that_are_not_good_say_so(open_chat: Any, chat: Any, server: Any) -> None:
    page = open_chat("/c/c1", wait=".lm-thread-empty")
    server.begin(chat)
    server.emit(chat, "text", "Half of it")
    error = {"code": "x", "message": "The model ended", "template": "The {what} ended", "params": {"what": "model"}}
    server.end(chat, status="interrupted", finish=None, error=error)
    alert = page.get_by_role("alert").filter(has_text="Interrupted: The model ended. What was written is kept.")
    alert.wait_for()
    assert text_of(page, "a1") == "Half of it"
    alert.get_by_role("button", name="Continue").click()
    page.until("window.calls.some(([name, , id]) => name === 'continue' && id === 'a1')")
    server.emit(chat, "patch", {"id": "a1", "status": "streaming", "error": None})
    server.emit(chat, "text", " and the rest")
    server.end(chat)
    page.wait_for_selector("[data-message=a1][data-status=complete]")
    assert text_of(page, "a1") == "Half of it and the rest"
    server.begin(chat, "Again", "a2")
    server.end(chat, "a2", status="failed", finish=None, error={"message": "There is no memory left."})
    failed = page.get_by_role("alert").filter(has_text="There is no memory left.")
    failed.get_by_role("button", name="Try again").click()
    page.until("window.calls.some(([name, , id]) => name === 'retry' && id === 'a2')")
    server.begin(chat, "More", "a3")
    server.emit(chat, "text", "Some")
    server.end(chat, "a3", status="stopped", finish="cancel")
    page.locator("[data-message=a3]").get_by_text("Stopped.").wait_for()


def test_a_deleted_chat_and_a_lost_session(open_chat: Any, chat: Any, server: Any, page: Any) -> None:
    chat.conversation(2)
    open_chat()
    server.emit(chat, "gone", {})
    page.get_by_text("This chat was deleted.").wait_for()


def test_a_stream_that_cannot_be_replayed_starts_again(open_chat: Any, chat: Any, server: Any) -> None:
    chat.conversation(2)
    page = open_chat()
    page.wait_for_selector("[data-message=m1]")
    chat.path.append(message("m2", "user", "From another tab", "m1"))
    chat.floor, chat.log = 50, []
    server.drop(chat)
    page.wait_for_selector("[data-message=m2]")
