"""Files that go with a message, in the whole product. The pages keep this switched off until models read files
(`features.chat.page.ATTACH`), so the test turns the one word in the script that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from localmind_app.features.chat.page import ATTACH
from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import DESKTOP, PHONE
from tests.product import Product

OFF, ON = re.compile(r"\battach:!1\b"), "attach:!0"


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, session_state: dict[str, object]) -> Iterator[Page]:
    touch, turned = request.param == PHONE, []
    context = browser.new_context(
        viewport=request.param,
        storage_state=session_state,  # type: ignore[arg-type]
        has_touch=touch,
        is_mobile=touch,
        service_workers="block",
    )
    context.set_default_timeout(15_000)
    expect.set_options(timeout=15_000)

    def turn(route: Route) -> None:
        answer = route.fetch()
        script, count = OFF.subn(ON, answer.text())
        turned.extend([1] * count)
        route.fulfill(response=answer, body=script)

    if not ATTACH:
        context.route("**/assets/*.js", turn)
    yield context.new_page()
    assert ATTACH or turned
    context.close()


def test_a_file_goes_with_the_first_message_and_stays(page: Page, product: Product, tmp_path: Path) -> None:
    paper, photo = tmp_path / "Übersicht.md", tmp_path / "trap.png"
    paper.write_bytes(b"# Heading\n\nSome text.\n")
    photo.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(500))
    chat = ChatPage(page, product).open()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files([paper, photo])
    attached = page.get_by_role("list", name="Attached files")
    expect(attached.locator("[data-state=done]")).to_contain_text("Übersicht.md")
    expect(attached.locator("[data-state=failed]")).to_contain_text("Nothing was kept.")
    page.get_by_role("button", name="Remove trap.png").click()
    chat.ask("What is in this file?")
    files = page.get_by_role("list", name="Files of this message")
    expect(files.get_by_role("link")).to_have_count(1)
    expect(attached).to_have_count(0)
    chat.finished()
    page.reload()
    with page.expect_download() as download:
        files.get_by_role("link", name="Download Übersicht.md").click()
    assert Path(download.value.path()).read_bytes() == paper.read_bytes()
    assert download.value.suggested_filename == "Übersicht.md"
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('localmind.draft'))") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
