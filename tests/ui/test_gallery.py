"""The kit in a real browser: no axe violation in any theme and size, usable by keyboard alone, silent under the CSP."""

from __future__ import annotations

import gzip
import re
import shutil
import sys
from collections.abc import Iterator
from importlib import util
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.product import ROOT, Product, eventually, running

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"desktop": (1440, 900), "phone": (390, 844), "small": (320, 640)}


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core, from the folder where the chat components' tests install it."""
    spec = util.spec_from_file_location("chat_bundle", Path(__file__).parent / "web" / "chat_bundle.py")
    assert spec and spec.loader
    bundle = sys.modules.setdefault("chat_bundle", util.module_from_spec(spec))
    if not hasattr(bundle, "axe_script"):
        spec.loader.exec_module(bundle)
    try:
        return str(bundle.axe_script())
    except bundle.BundleUnavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    if not (ROOT / ".web" / "build" / "client" / "index.html").exists():
        pytest.skip("the pages are not built")
    with running(tmp_path_factory.mktemp("gallery")) as started:
        started.sign_in()
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is missing")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


def open_gallery(
    browser: Browser, product: Product, *, theme: str = "light", size: str = "desktop", dark: bool = False
) -> Page:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=size != "desktop",
        color_scheme="dark" if dark else "light",
        locale="en-US",
        service_workers="block",
    )
    cookies = [{"name": name, "value": value, "url": product.base} for name, value in product.client.cookies.items()]
    context.add_cookies(cookies)  # type: ignore[arg-type]
    context.add_init_script(f"localStorage.setItem('localmind.theme', '{theme}')")
    page = context.new_page()
    page.goto(product.base + "/gallery")
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_load_state("networkidle")
    return page


def violations(page: Page, axe: str) -> list[str]:
    page.evaluate(axe + "; window.axe = axe")
    found = page.evaluate(f"axe.run({{ runOnly: {TAGS} }})")["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("theme", "dark"), [("light", False), ("dark", True), ("contrast", False), ("contrast", True), ("system", True)]
)
def test_no_violation_and_no_sideways_scrolling(
    browser: Browser, product: Product, axe: str, theme: str, dark: bool, size: str
) -> None:
    page = open_gallery(browser, product, theme=theme, size=size, dark=dark)
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def test_every_layer_by_keyboard(browser: Browser, product: Product, axe: str) -> None:
    page = open_gallery(browser, product)
    main = page.get_by_role("main")
    more = main.get_by_role("button", name="More actions").last
    more.click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()  # the menu is gone; its button is where the person came from
    layers = [("Rename", "dialog"), ("Delete model", "alertdialog"), ("Details", "dialog")]
    for name, role in layers:
        button = main.get_by_role("button", name=name, exact=True)
        button.focus()
        page.keyboard.press("Enter")
        page.get_by_role(role).wait_for()  # type: ignore[arg-type]
        assert page.evaluate("document.activeElement.closest('[role$=dialog]') !== null"), name
        assert violations(page, axe) == []
        page.keyboard.press("Escape")
        page.get_by_role(role).wait_for(state="detached")  # type: ignore[arg-type]
        expect(button).to_be_focused()
    page.context.close()


def test_palette_finds_and_goes(browser: Browser, product: Product, axe: str) -> None:
    page = open_gallery(browser, product)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    page.keyboard.type("gar")
    page.get_by_role("option", name="Ideas for the garden").wait_for()
    assert violations(page, axe) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/gallery?c=1")
    page.context.close()


def test_shortcut_notice_and_language(browser: Browser, product: Product) -> None:
    page = open_gallery(browser, product)
    page.keyboard.press("Control+Shift+O")
    page.get_by_role("region", name="Notices").get_by_text("New chat", exact=True).last.wait_for()
    page.get_by_role("button", name="Deutsch").click()
    page.get_by_role("button", name="Neuer Chat").wait_for()
    assert page.evaluate("document.documentElement.lang") == "de"
    expect(page).to_have_title("Galerie · LocalMind")
    page.context.close()


def test_folding_is_remembered_and_nothing_jumps(browser: Browser, product: Product) -> None:
    page = open_gallery(browser, product)
    page.keyboard.press("Control+Shift+S")
    sidebar = page.locator(".lm-sidebar")
    eventually(lambda: sidebar.evaluate("node => node.getBoundingClientRect().width") < 100)
    page.add_init_script(
        "window.shift = 0;"
        "new PerformanceObserver(list => { for (const entry of list.getEntries()) shift += entry.value })"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    page.reload()
    page.wait_for_load_state("networkidle")
    assert sidebar.evaluate("node => node.getBoundingClientRect().width") < 100
    assert page.evaluate("shift") < 0.01
    page.context.close()


def test_fingers_find_every_button(browser: Browser, product: Product) -> None:
    page = open_gallery(browser, product, size="phone")
    small = page.evaluate(
        "[...document.querySelectorAll('button, a, select, textarea, [role=tab], input:not([role=switch])')]"
        ".filter(node => node.offsetParent && node.getBoundingClientRect().height < 43.5).map(node => node.outerHTML)"
    )
    assert small == []
    page.context.close()


def test_the_first_load_is_small(product: Product) -> None:
    html = product.client.get("/gallery", follow_redirects=True).text
    paths = set(re.findall(r'href="(/assets/[^"]+\.js)"', html))
    assert paths
    size = sum(len(gzip.compress(product.client.get(path).content)) for path in paths)
    assert size < 250_000  # the gallery has every part; an empty page of the shell stays below 200 kB
