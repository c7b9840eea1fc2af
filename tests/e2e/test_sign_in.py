"""The way in and out in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESKTOP, PHONE, Complaints, watch
from tests.product import Product, running


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("fresh")) as product:
        yield product


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_link_password_sign_out_and_back(fresh: Product, browser: Browser, size: dict[str, int]) -> None:
    context = browser.new_context(viewport=size)  # type: ignore[arg-type]
    page, complaints = context.new_page(), Complaints()
    watch(page, fresh, complaints)
    if size == DESKTOP:
        _by_link(fresh, page)
        _sets_a_password(fresh, page)
    else:
        page.goto(fresh.base + "/")
    page.wait_for_url(re.compile("/sign-in"))
    page.get_by_label("Password").fill("not this one at all")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("The password is wrong.")
    page.get_by_label("Password").fill("a long enough password")
    page.keyboard.press("Enter")
    # Back where one was sent away from.
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings" if size == DESKTOP else "New chat")
    page.goto(fresh.base + "/settings")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(re.compile("/sign-in"))
    page.goto(fresh.base + "/settings")
    page.wait_for_url(re.compile("/sign-in"))
    # A refused password is a 401, which Chromium itself reports.
    assert [said for said in complaints if "401" not in said] == []
    context.close()


def _by_link(product: Product, page: Page) -> None:
    page.goto(product.link)
    page.wait_for_url(product.base + "/")
    expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    page.goto(product.link)
    expect(page.get_by_text("expired or was already used")).to_be_visible()


def _sets_a_password(product: Product, page: Page) -> None:
    page.goto(product.base + "/settings")
    page.get_by_label("New password", exact=True).fill("a long enough password")
    page.get_by_label("New password, once more").fill("another one entirely")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_text("The two passwords are not the same.")).to_be_visible()
    page.get_by_label("New password, once more").fill("a long enough password")
    page.get_by_role("button", name="Set password").click()


def test_german_browsers_get_a_german_sign_in_page(fresh: Product, browser: Browser) -> None:
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(fresh.base + "/sign-in")
    expect(page.get_by_role("heading")).to_have_text("Anmelden")
    assert page.locator("html").get_attribute("lang") == "de"
    context.close()


def test_sign_out_forgets_drafts(tmp_path: Path, browser: Browser, fresh: Product) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(fresh.base + "/sign-in")
    page.get_by_label("Password").fill("a long enough password")
    page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="Message")
    field.fill("a private thought")
    expect(field).to_have_value("a private thought")
    page.goto(fresh.base + "/settings")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(re.compile("/sign-in"))
    stored = page.evaluate("JSON.stringify(localStorage)")
    assert "private thought" not in stored
    context.close()
