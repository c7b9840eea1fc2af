"""axe-core finds nothing on any page in any theme, and the tour can be done by keyboard alone."""

from __future__ import annotations

import json
import subprocess

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import Complaints
from tests.product import ROOT, Product

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE_VERSION = "4.14.1"
# Text that fades in has less contrast for a moment; only what stays is judged. Spinners never end.
SETTLED = """() => Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
  .map((one) => one.finished.catch(() => {})))"""


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The axe-core script, fetched with npm (which the frontend build already set up)."""
    folder = tmp_path_factory.mktemp("axe")
    from localmind_app.ui.compile import build_environment

    subprocess.run(
        ["npm", "install", "--no-save", "--ignore-scripts", "--prefix", str(folder), f"axe-core@{AXE_VERSION}"],
        env=build_environment(ROOT),
        check=True,
        capture_output=True,
        cwd=folder,
    )
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text()


def violations(page: Page, axe: str) -> list[str]:
    """Every violation as one readable line."""
    page.evaluate(SETTLED)
    # evaluate() runs outside of the page's policy, so axe needs no exception from it.
    page.evaluate(axe)
    found = page.evaluate(f"axe.run(document, {{runOnly: {json.dumps(TAGS)}, resultTypes: ['violations']}})")
    return [
        f"{rule['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[-1].strip()})"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def _theme(window: BrowserContext, theme: str) -> None:
    window.add_init_script(f"localStorage.setItem('localmind.theme', '{theme}')")


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_axe_finds_nothing(
    window: BrowserContext, page: Page, product: Product, complaints: Complaints, axe: str, theme: str
) -> None:
    _theme(window, theme)
    problems: dict[str, list[str]] = {}
    chat = ChatPage(page, product).open()
    assert page.locator("html").get_attribute("data-theme") == theme
    problems["new chat"] = violations(page, axe)
    chat.choose_model("slow")
    chat.ask("Something to look at")
    page.wait_for_url("**/c/*")
    expect(chat.answers.last).not_to_be_empty()
    problems["streaming"] = violations(page, axe)
    chat.stop_button.click()
    chat.finished()
    problems["stopped"] = violations(page, axe)
    page.get_by_role("button", name="Choose a model").click()
    problems["model menu"] = violations(page, axe)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Chat settings").click()
    problems["panel"] = violations(page, axe)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    problems["palette"] = violations(page, axe)
    page.keyboard.press("Escape")
    tabs = ("running", "catalogue", "workshop", "remote") if theme == "light" else ()
    models = ("/models", *(f"/models?tab={tab}" for tab in tabs))
    for path in (*models, "/settings", "/gallery", "/c/nothing-here", "/sign-in", "/offline.html"):
        page.goto(product.base + path)
        expect(page.get_by_role("heading").first).to_be_visible()
        page.wait_for_timeout(500)
        problems[path] = violations(page, axe)
    assert {place: found for place, found in problems.items() if found} == {}
    # A chat that is not there is a 404, which Chromium reports in the console.
    complaints[:] = [said for said in complaints if "404" not in said]


def test_the_tour_by_keyboard_alone(page: Page, product: Product) -> None:
    if (page.viewport_size or {})["width"] < 768:
        pytest.skip("phones have no keyboard; the same page is walked at desktop size")
    keys = page.keyboard
    chat = ChatPage(page, product)
    page.goto(product.base + "/settings")
    expect(page.get_by_role("list").filter(has_text="Starter")).to_be_visible()
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    keys.press("Enter")
    keys.press("Control+Shift+O")
    page.wait_for_url(product.base + "/")
    expect(page.get_by_role("button", name="Choose a model")).not_to_have_text("")
    keys.press("Shift+Escape")
    expect(chat.field).to_be_focused()
    keys.press("Control+Shift+M")
    expect(page.get_by_role("menu")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("menu")).to_be_hidden()
    expect(page.get_by_role("button", name="Choose a model")).to_be_focused()
    keys.press("Shift+Escape")
    expect(chat.field).to_be_focused()
    keys.type("By keyboard")
    expect(chat.field).to_have_value("By keyboard")
    keys.press("Enter")
    page.wait_for_url("**/c/*")
    expect(chat.questions.last).to_contain_text("By keyboard")
    expect(chat.field).to_be_focused()
    if chat.stop_button.is_visible():
        keys.press("Escape")
    chat.finished()
    keys.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    keys.type("settings")
    keys.press("Enter")
    page.wait_for_url("**/settings")
    keys.press("Control+Shift+O")
    page.wait_for_url(product.base + "/")
    keys.press("Control+/")
    expect(page.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
    keys.press("Escape")
    keys.press("Control+[")
    page.wait_for_url("**/c/*")
    _every_stop_is_visible(page)


def _every_stop_is_visible(page: Page) -> None:
    """Tab through the page: every stop has a name, is on screen and shows a focus ring."""
    for _ in range(25):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
              const at = document.activeElement, box = at.getBoundingClientRect(), look = getComputedStyle(at);
              const ring = [at, at.closest('.lm-composer-box'), at.parentElement].filter(Boolean).some((part) => {
                const style = getComputedStyle(part);
                const outlined = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none';
                return outlined || style.boxShadow !== 'none';
              });
              return {tag: at.tagName, name: at.getAttribute('aria-label') || at.textContent || at.placeholder || '',
                      seen: box.width > 0 && box.height > 0, ring, visible: look.visibility !== 'hidden'};
            }"""
        )
        if stop["tag"] == "BODY":
            continue
        assert stop["seen"] and stop["visible"] and stop["name"].strip(), stop
        assert stop["ring"], stop


def test_the_settings_fit_into_320_pixels(page: Page, product: Product) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/settings", "/models", "/models?tab=catalogue"):
        page.goto(product.base + path)
        expect(page.get_by_role("heading").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
