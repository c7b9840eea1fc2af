"""The web as a source, in the whole product: the owner switches it on, a link in a message is read and its chip opens
the passage with its address, and a search of the web does the same."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.test_accessibility import SETTLED, axe, violations  # noqa: F401 -- a fixture
from tests.features.web_pages.fake_site import FakeSite, answer
from tests.product import Product, running

INTERNET = Path(__file__).parent / "internet"
MILL, FERRY = "http://mill.example/history", "http://ferry.example/timetable"
FIT = "document.documentElement.scrollWidth <= innerWidth"


def article(title: str, *paragraphs: str) -> bytes:
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    head = f"<head><title>{title}</title></head>"
    return answer(f"<html>{head}<body><article><h1>{title}</h1>{body}</article></body></html>")


@contextmanager
def in_a_thread(site: FakeSite) -> Iterator[FakeSite]:
    """The site in an event loop of its own: Playwright's is busy."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(site.start(), loop).result(10)
    try:
        yield site
    finally:
        asyncio.run_coroutine_threadsafe(site.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@pytest.fixture(scope="module")
def site() -> Iterator[FakeSite]:
    results = [
        {"url": "http://lost.example/page", "title": "A page that is not there", "content": "…"},
        {"url": FERRY, "title": "Timetable of the ferry", "content": "…"},
    ]
    made = FakeSite()
    made.pages |= {
        "/history": article(
            "The mill of Velmara",
            "The village of Velmara lies at the end of a long lake, and its people have always lived by grain.",
            "The mill of Velmara was built in the year 1911 by the miller Oskar Lindqvist, above the village.",
            "It has a staff of 23 people, and visitors come to it by the morning boat all summer long.",
        ),
        "/timetable": article(
            "Timetable of the ferry",
            "The ferry across the lake of Velmara leaves at 7:40 every morning from the pier below the church.",
            "In winter it runs only on days without ice, and the harbour master decides about that at dawn.",
        ),
        "/page": answer("", status="404 Not Found"),
        "*": answer(json.dumps({"results": results}), kind="application/json"),
    }
    with in_a_thread(made) as running_site:
        yield running_site


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, site: FakeSite) -> Iterator[Product]:
    python = os.pathsep.join(filter(None, (str(INTERNET), os.environ.get("PYTHONPATH"))))
    with running(tmp_path_factory.mktemp("web"), PYTHONPATH=python, TEST_INTERNET=str(site.port)) as started:
        yield started


@pytest.fixture(scope="module")
def session_state(product: Product) -> dict[str, object]:
    about = {"domain": "127.0.0.1", "path": "/", "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Strict"}
    cookies = [{"name": name, "value": value} | about for name, value in product.sign_in().cookies.items()]
    return {"cookies": cookies, "origins": []}


def shot(page: Page, name: str) -> None:
    """A picture to look at, where somebody wants them."""
    if folder := os.environ.get("SCREENSHOTS"):
        width = (page.viewport_size or {"width": 0})["width"]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(400)  # colours fade
            page.evaluate(SETTLED)
            page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png")
        page.emulate_media(color_scheme="light")


def allow(page: Page, product: Product, site: FakeSite, *, on: bool) -> None:
    here = f"http://127.0.0.1:{site.port}"
    wanted = {"search": on, "pages": on, "engine": "searxng", "searxng": here}
    answered = product.client.post("/api/web-pages/settings", json=wanted)
    assert answered.status_code == 200, answered.text


def viewer_of(page: Page, chat: ChatPage, title: str) -> Locator:
    if chat.phone:
        return page.get_by_role("dialog")
    return page.get_by_role("complementary", name=f"Source: {title}")


def opens(page: Page, chat: ChatPage, answer: Locator, title: str, address: str, passage: str) -> None:
    """The first chip leads to the passage, with the page's address."""
    answer.get_by_role("button", name=f"Source 1: {title}").first.click()
    viewer = viewer_of(page, chat, title)
    expect(viewer.locator("mark")).to_contain_text(passage)
    expect(viewer.locator("mark")).to_be_in_viewport()
    link = viewer.get_by_role("link", name=f"Open {address.removeprefix('http://')} in a new tab")
    expect(link).to_have_attribute("href", address)
    assert page.evaluate(FIT)
    shot(page, f"viewer-{title.split()[0]}")
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)


def test_switched_off_then_on_and_asked_with_a_link(page: Page, product: Product, site: FakeSite, axe: str) -> None:  # noqa: F811
    allow(page, product, site, on=False)
    chat = ChatPage(page, product).open()
    chat.choose_model("Starter")
    chat.field.fill(f"When was the mill of Velmara built? {MILL}")
    expect(page.get_by_text("LocalMind may not read web pages")).to_be_visible()
    expect(page.get_by_role("button", name="Search the web")).to_have_count(0)
    shot(page, "hint")
    assert violations(page, axe) == []
    page.get_by_role("link", name="Allow it in the settings").click()
    for name in ("Read web pages", "Search the web"):
        page.get_by_role("switch", name=name).click()
        expect(page.get_by_role("switch", name=name)).to_be_checked()
    page.go_back()
    chips = page.get_by_role("list", name="Web pages for this message")
    expect(chips).to_contain_text("mill.example/history")
    expect(page.get_by_role("button", name="Search the web")).to_be_visible()
    shot(page, "chip")
    assert page.evaluate(FIT)
    assert violations(page, axe) == []
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/c/*")
    answer = chat.answers.last
    expect(answer.get_by_role("list", name="Sources")).to_contain_text("mill.example", timeout=45_000)
    expect(answer.locator("blockquote").first).to_contain_text("1911")
    expect(answer.get_by_text("Quoted from web pages")).to_be_visible()
    expect(chat.questions.last.get_by_role("list", name="Asked of")).to_contain_text("mill.example/history")
    shot(page, "link-answer")
    assert violations(page, axe) == []
    opens(page, chat, answer, "The mill of Velmara", MILL, "1911")


def test_a_search_of_the_web(page: Page, product: Product, site: FakeSite, axe: str) -> None:  # noqa: F811
    allow(page, product, site, on=True)
    chat = ChatPage(page, product).open()
    chat.choose_model("Starter")
    switch = page.get_by_role("button", name="Search the web")
    switch.focus()
    page.keyboard.press("Space")
    expect(switch).to_have_attribute("aria-pressed", "true")
    shot(page, "search-on")
    chat.ask("When does the ferry of Velmara leave in the morning?")
    page.wait_for_url("**/c/*")
    answer = chat.answers.last
    expect(answer.get_by_role("list", name="Sources")).to_contain_text("ferry.example", timeout=45_000)
    expect(answer.locator("blockquote").first).to_contain_text("7:40")
    expect(answer.get_by_text("Searched the web:")).to_contain_text("When does the ferry of Velmara leave")
    expect(answer.get_by_text("1 page read")).to_be_visible()
    answer.get_by_role("button", name="Show the pages").click()
    pages = answer.get_by_role("list", name="Pages of the search")
    expect(pages.get_by_role("listitem")).to_have_count(2)
    expect(pages.get_by_role("listitem").first).to_contain_text("There is no such page on lost.example.")
    assert page.evaluate(FIT)
    shot(page, "search-answer")
    assert violations(page, axe) == []
    opens(page, chat, answer, "Timetable of the ferry", FERRY, "7:40")
    expect(switch).to_have_attribute("aria-pressed", "false")
    entries = product.client.get("/api/models/egress").json()
    reasons = {one["reason"] for one in entries["entries"] if one["host"] == "ferry.example"}
    assert f"chat:{page.url.partition('/c/')[2].partition('?')[0]}" in reasons
