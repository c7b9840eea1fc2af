"""The main job in a real browser with real models, on a desktop and on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import Complaints, watch
from tests.product import Product, eventually


def test_the_starter_says_who_it_is(page: Page, product: Product) -> None:
    chat = ChatPage(page, product).open()
    chat.choose_model("Starter")
    expect(page.get_by_text("Starter is a tiny model")).to_be_visible()
    page.get_by_role("button", name="Who are you?").click()
    expect(chat.field).to_have_value("Who are you?")
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/c/*")
    chat.finished()
    expect(chat.answers.last).to_contain_text(re.compile("Starter|LocalMind"))


def test_words_stream_stop_and_go_on(page: Page, product: Product) -> None:
    chat = ChatPage(page, product).open()
    chat.choose_model("slow")
    chat.ask("Tell me everything")
    page.wait_for_url("**/c/*")
    first = chat.grows()
    assert len(chat.grows()) > len(first)
    chat.stop_button.click()
    expect(page.get_by_text("Stopped.")).to_be_visible()
    stopped = chat.text().split("\n\nStopped.")[0]
    page.get_by_role("button", name="Continue").click()
    longer = chat.grows()
    assert longer.startswith(stopped)
    chat.stop_button.click()


def test_a_reload_in_the_middle_goes_on_where_it_was(page: Page, product: Product) -> None:
    chat = ChatPage(page, product).open()
    chat.choose_model("slow")
    chat.ask("A long one")
    page.wait_for_url("**/c/*")
    before = chat.grows()[:150]
    page.reload()
    expect(chat.answers.last).to_contain_text(before[:100])
    chat.grows()
    chat.stop_button.click()
    expect(page.get_by_text("Stopped.")).to_be_visible()


def test_a_second_tab_shows_the_same(
    page: Page, window: BrowserContext, product: Product, complaints: Complaints
) -> None:
    chat = ChatPage(page, product).open()
    chat.choose_model("slow")
    chat.ask("Seen twice")
    page.wait_for_url("**/c/*")
    chat.grows()
    second = window.new_page()
    watch(second, product, complaints)
    other = ChatPage(second, product).open(page.url.removeprefix(product.base))
    other.grows()
    other.ask("Asked in the second tab")
    expect(chat.questions.last).to_contain_text("Asked in the second tab")
    page.bring_to_front()
    chat.stop_button.click()
    eventually(lambda: other.answers.first.inner_text() == chat.answers.first.inner_text())
    eventually(lambda: chat.answers.count() == 2)
    chat.stop_button.click()
    chat.finished()
    other.finished()
    second.close()


def test_the_answer_goes_on_when_the_tab_is_closed(page: Page, window: BrowserContext, product: Product) -> None:
    chat = ChatPage(page, product).open()
    chat.choose_model("slow")
    chat.ask("Keep going")
    page.wait_for_url("**/c/*")
    shown, address = chat.grows(), page.url
    page.goto("about:blank")
    eventually(lambda: True, every=1)
    page.goto(address)
    expect(chat.answers.last).to_be_visible()
    eventually(lambda: len(chat.text()) > len(shown) + 50)
    chat.stop_button.click()
    chat.finished()


def test_an_edit_makes_a_branch_and_both_can_be_seen(page: Page, product: Product) -> None:
    chat = ChatPage(page, product).open()
    chat.choose_model("slow")
    chat.ask("First wording")
    page.wait_for_url("**/c/*")
    chat.grows()
    chat.stop_button.click()
    chat.finished()
    chat.questions.last.hover()
    chat.questions.last.get_by_role("button", name="Edit").click()
    page.get_by_role("textbox").first.fill("Second wording")
    page.keyboard.press("Control+Enter")
    expect(chat.questions.last).to_contain_text("Second wording")
    chat.grows()
    chat.stop_button.click()
    chat.finished()
    expect(page.get_by_text("2/2")).to_be_visible()
    page.get_by_role("button", name="Previous version").click()
    expect(chat.questions.last).to_contain_text("First wording")
    expect(page.get_by_text("1/2")).to_be_visible()


def test_messages_wait_their_turn(page: Page, product: Product) -> None:
    chat = ChatPage(page, product).open()
    chat.choose_model("slow")
    chat.ask("one")
    page.wait_for_url("**/c/*")
    chat.grows()
    chat.ask("two")
    expect(chat.questions.last).to_contain_text("two")
    expect(page.get_by_text("Waiting")).to_be_visible()
    chat.stop_button.click()
    eventually(lambda: chat.answers.count() == 2)
    chat.grows()
    chat.stop_button.click()
    chat.finished()


def test_the_list_renames_pins_searches_deletes_and_undoes(page: Page, product: Product) -> None:
    chat = ChatPage(page, product).open()
    size = "phone" if chat.phone else "desktop"
    renamed = f"Renamed on {size}"
    chat.choose_model("slow")
    chat.ask(f"A needle in the {size}")
    page.wait_for_url("**/c/*")
    chat.stop_button.click()
    chat.finished()
    chat.open_sidebar()
    title = f"A needle in the {size}"
    page.get_by_role("link", name=title).hover()
    page.get_by_role("button", name=f"Actions for {title}").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("textbox", name="Title").fill(renamed)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name=renamed)).to_be_visible()
    page.get_by_role("link", name=renamed).hover()
    page.get_by_role("button", name=f"Actions for {renamed}").click()
    page.get_by_role("menuitem", name="Pin", exact=True).click()
    expect(page.get_by_role("heading", name="Pinned")).to_be_visible()
    page.get_by_role("searchbox", name="Search chats").fill(f"needle {size}")
    expect(page.get_by_role("link", name=renamed)).to_be_visible()
    page.get_by_role("searchbox", name="Search chats").fill("nothing has this")
    expect(page.get_by_text("No chat has these words.")).to_be_visible()
    page.get_by_role("searchbox", name="Search chats").fill("")
    page.get_by_role("link", name=renamed).hover()
    page.get_by_role("button", name=f"Actions for {renamed}").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_role("link", name=renamed)).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    if chat.phone and not page.get_by_role("link", name=renamed).is_visible():
        chat.open_sidebar()
    expect(page.get_by_role("link", name=renamed)).to_be_visible()


def test_drafts_are_kept_for_each_chat(page: Page, product: Product) -> None:
    chat = ChatPage(page, product).open()
    chat.choose_model("slow")
    chat.ask("Draft keeper")
    page.wait_for_url("**/c/*")
    chat.stop_button.click()
    chat.finished()
    address = page.url
    chat.field.fill("half a thought")
    chat.open("/")
    expect(chat.field).to_have_value("")
    page.goto(address)
    expect(chat.field).to_have_value("half a thought")
    chat.field.fill("")


def test_the_chat_is_there_after_a_restart(page: Page, product: Product, session_state: dict[str, object]) -> None:
    chat = ChatPage(page, product).open()
    chat.choose_model("slow")
    chat.ask("Remember this")
    page.wait_for_url("**/c/*")
    shown, address = chat.grows(), page.url
    page.goto("about:blank")
    product.restart()
    page.goto(address)
    expect(chat.questions.last).to_contain_text("Remember this")
    expect(chat.answers.last).to_contain_text(shown[:100])
    expect(page.get_by_text("Interrupted")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    chat.grows()
    chat.stop_button.click()
    chat.finished()
