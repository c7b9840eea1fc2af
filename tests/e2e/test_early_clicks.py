"""A button that is pressed before the page's script runs."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.conftest import DESKTOP
from tests.product import Product


def test_a_button_works_that_was_pressed_before_the_page_did(
    browser: Browser, session_state: dict[str, object], product: Product
) -> None:
    # A service worker would hand the scripts out by itself.
    context = browser.new_context(viewport=DESKTOP, storage_state=session_state, service_workers="block")  # type: ignore[arg-type]
    page, held = context.new_page(), list[Route]()
    page.route(re.compile("/assets/entry"), lambda route: held.append(route))  # playwright cannot call built-ins
    page.goto(product.base + "/settings", wait_until="commit")
    _press(page)
    assert held
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    for route in held:
        route.continue_()
    expect(page.get_by_role("alertdialog", name="Sign out everywhere?")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    context.close()


def _press(page: Page) -> None:
    """Twice, as people do who see nothing happen."""
    button = page.get_by_role("button", name="Sign out everywhere")
    for _ in range(2):
        button.click()
