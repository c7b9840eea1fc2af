"""Themes, languages, and the installable app, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import Complaints
from tests.product import Product, eventually


def _settings(page: Page, product: Product) -> None:
    """Open the settings and wait until they listen."""
    page.goto(product.base + "/settings")
    expect(page.get_by_text("Starter", exact=True)).to_be_visible()


def _brightness(page: Page) -> float:
    """How bright the page's background is, 0 to 255."""
    colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    red, green, blue = (int(part) for part in colour.removeprefix("rgb(").rstrip(")").split(",")[:3])
    return (red + green + blue) / 3


@pytest.mark.parametrize(
    ("theme", "system", "dark"),
    [
        ("system", "light", False),
        ("system", "dark", True),
        ("light", "dark", False),
        ("dark", "light", True),
        ("contrast", "light", False),
        ("contrast", "dark", True),
    ],
)
def test_the_theme_is_chosen_or_follows_the_system(
    window: BrowserContext, page: Page, product: Product, theme: str, system: str, dark: bool
) -> None:
    page.emulate_media(color_scheme=system)  # type: ignore[arg-type]
    _settings(page, product)
    page.get_by_label("Theme").select_option(theme)
    assert (_brightness(page) < 80) is dark
    page.reload()
    expect(page.get_by_label("Theme")).to_have_value(theme)
    assert (_brightness(page) < 80) is dark


def test_the_language_changes_at_once_and_stays(page: Page, product: Product) -> None:
    _settings(page, product)
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("heading", level=1)).to_have_text("Einstellungen")
    assert page.locator("html").get_attribute("lang") == "de"
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Einstellungen")
    page.get_by_label("Sprache").select_option("en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")


def test_it_can_be_installed_and_says_so_when_the_server_is_away(
    window: BrowserContext, page: Page, product: Product, complaints: Complaints
) -> None:
    ChatPage(page, product).open()
    manifest = page.evaluate("fetch('/manifest.webmanifest').then((answer) => answer.json())")
    assert manifest["display"] == "standalone" and manifest["start_url"] == "/" and manifest["id"] == "/"
    sizes = {(icon["sizes"], icon.get("purpose", "any")) for icon in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    for icon in manifest["icons"]:
        assert page.request.get(product.base + icon["src"]).ok
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    window.set_offline(True)
    page.goto(product.base + "/c/anything")
    expect(page.get_by_role("heading", name="LocalMind is not running")).to_be_visible()
    # It comes back by itself.
    window.set_offline(False)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("LocalMind is not running")
    # Being offline is what Chromium complains about here.
    complaints.clear()


def test_a_killed_engine_is_shown_and_recovers_by_itself(page: Page, product: Product) -> None:
    chat = ChatPage(page, product).open()
    chat.choose_model("slow")
    chat.ask("Until the engine dies")
    page.wait_for_url("**/c/*")
    chat.grows()
    product.kill("engine")
    expect(page.get_by_text("Interrupted").last).to_be_visible()
    eventually(lambda: product.client.get("/readyz").json()["engine"] == "ok")
    page.get_by_role("button", name="Continue").click()
    chat.grows()
    chat.stop_button.click()
    chat.finished()
