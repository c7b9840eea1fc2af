"""Files that go with a message, in the whole product."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import Complaints
from tests.product import Product


def test_a_file_goes_with_the_first_message_and_stays(
    page: Page, product: Product, complaints: Complaints, tmp_path: Path
) -> None:
    paper, photo = tmp_path / "Übersicht.md", tmp_path / "trap.png"
    paper.write_bytes(b"# Heading\n\nSome text.\n")
    photo.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(500))
    chat = ChatPage(page, product).open()
    chat.choose_model("Starter")
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
    # The refused file is what the test wants; the console repeats it without its address.
    complaints[:] = [said for said in complaints if "/api/files/uploads" not in said and "Failed to load" not in said]
