"""The chat page as a person uses it: by the names that screen readers read out."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.product import Product, eventually


class ChatPage:
    """One chat in one window."""

    def __init__(self, page: Page, product: Product) -> None:
        self.page = page
        self.base = product.base
        self.phone = (page.viewport_size or {"width": 0})["width"] < 768

    def open(self, path: str = "/") -> ChatPage:
        self.page.goto(self.base + path)
        expect(self.page.get_by_role("button", name="Choose a model")).not_to_have_text("")
        return self

    @property
    def field(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message")

    @property
    def answers(self) -> Locator:
        return self.page.locator("article").filter(
            has_not=self.page.get_by_role("group", name="Actions for your message")
        )

    @property
    def questions(self) -> Locator:
        return self.page.get_by_role("article", name="You said")

    @property
    def stop_button(self) -> Locator:
        return self.page.get_by_role("button", name="Stop", exact=True)

    def choose_model(self, label: str) -> None:
        self.page.get_by_role("button", name="Choose a model").click()
        self.page.get_by_role("menuitemradio", name=re.compile(label)).click()
        expect(self.page.get_by_role("button", name="Choose a model")).to_contain_text(label)

    def ask(self, text: str) -> None:
        self.field.fill(text)
        self.page.get_by_role("button", name="Send", exact=True).click()
        expect(self.field).to_have_value("")

    def text(self) -> str:
        """The newest answer's text as shown."""
        return self.answers.last.inner_text().split("\n\n", 1)[-1]

    def grows(self) -> str:
        """Wait until the newest answer has become longer; returns what is shown then."""
        before = len(self.text())
        eventually(lambda: len(self.text()) > before + 20)
        return self.text()

    def finished(self) -> None:
        expect(self.stop_button).to_be_hidden(timeout=20_000)

    def open_sidebar(self) -> None:
        if self.phone:
            self.page.get_by_role("button", name="Open menu").click()
