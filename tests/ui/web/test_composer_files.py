"""Attaching files in the composer, against the product's own file routes and a real data folder."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localmind_app.core.errors import UserError
from localmind_app.core.home import Home
from localmind_app.core.migrate import prepare
from localmind_app.features.accounts.service import Actor, ensure_owner
from localmind_app.features.files.api import routes
from localmind_app.features.files.tables import FileRow
from localmind_app.features.services import Services, open_services
from tests.ui.web.conftest import chat_bundle, fake_chat_server

pytestmark = pytest.mark.browser
MB = 1024 * 1024


class Door:
    """Stands for the guard: it says who asks, and can be shut."""

    def __init__(self) -> None:
        self.actor: Actor | None = None
        self.shut = False
        self.asked: list[str] = []
        self.breaks: list[str] = []  # the next of these requests is refused, then the one behind it

    def of(self, route: Route) -> Route:
        async def handle(request: Request) -> Response:
            offset = request.headers.get("upload-offset", "")
            broken = self.breaks[:1] in ([f"{request.method} {offset}"], [request.method])
            if broken:
                self.breaks.pop(0)
            if self.shut or broken:
                return JSONResponse({}, 503)
            self.asked.append(f"{request.method} {request.url.path} {offset}".strip())
            request.state.actor = self.actor
            try:
                answer: Response = await route.endpoint(request)
            except UserError as error:
                return JSONResponse(error.body(), error.status)
            return answer

        return Route(route.path, handle, methods=list(route.methods or ()))


@pytest.fixture(scope="module")
def door() -> Door:
    return Door()


@pytest.fixture(scope="module")
def _serving(chat_site: Path, door: Door) -> Iterator[tuple[Any, str]]:
    server = fake_chat_server.FakeServer(chat_site, [door.of(route) for route in routes])
    with server.running() as origin:
        yield server, origin


@pytest.fixture
def opened(_serving: tuple[Any, str], door: Door, tmp_path: Path) -> Iterator[Services]:
    """The services of a fresh folder, in the server's own event loop."""
    home = Home.open(tmp_path / "home")
    prepare(home)
    loop = _serving[0]._loop
    services = asyncio.run_coroutine_threadsafe(open_services(home), loop).result(20)
    with services.database.session() as session:
        owner = ensure_owner(session)
        door.actor = Actor(owner.id, owner.name, owner.role)
    door.shut = False
    door.asked.clear()
    yield services
    asyncio.run_coroutine_threadsafe(services.close(), loop).result(20)


@pytest.fixture
def field(open_chat: Any, chat: Any, opened: Services) -> Any:
    chat.conversation(2)
    return open_chat("/c/c1?attach").get_by_role("textbox", name="Message")


def stored(services: Services) -> list[FileRow]:
    with services.database.session() as session:
        return list(session.scalars(select(FileRow).order_by(FileRow.id)))


def choose(page: Any, *files: tuple[str, bytes]) -> None:
    given = [{"name": name, "mimeType": "", "buffer": content} for name, content in files]
    page.locator("input[type=file]").set_input_files(given)


def known(server: Any, services: Services) -> None:
    """Let the chat server know the files that were uploaded, as the product's own tables do."""
    for row in stored(services):
        server.files[row.id] = {
            "id": row.id, "name": row.name, "size": row.size_bytes, "media_type": row.media_type
        }  # fmt: skip


def drop(page: Any, *files: tuple[str, str]) -> None:
    """Drag files over the page and let them go in the middle of the thread."""
    page.evaluate(
        """(files) => {
            const transfer = new DataTransfer();
            files.forEach(([name, text]) => transfer.items.add(new File([text], name)));
            window.held = transfer;
            document.querySelector(".lm-thread").dispatchEvent(
                new DragEvent("dragenter", { dataTransfer: transfer, bubbles: true }));
        }""",
        [list(file) for file in files],
    )
    expect(page.get_by_text("Drop the files to attach them")).to_be_visible()
    page.evaluate(
        """() => document.querySelector(".lm-thread").dispatchEvent(
            new DragEvent("drop", { dataTransfer: window.held, bubbles: true, cancelable: true }))"""
    )
    expect(page.get_by_text("Drop the files to attach them")).to_have_count(0)


def test_chosen_files_go_with_the_message(field: Any, page: Any, server: Any, opened: Services) -> None:
    choose(page, ("größe.txt", b"Some text."), ("b.md", b"# More"))
    chips = page.get_by_role("list", name="Attached files").get_by_role("listitem")
    expect(chips).to_have_count(2)
    expect(page.locator(".lm-file[data-state=done]")).to_have_count(2)
    expect(page.get_by_role("status").filter(has_text="2 of 2 files are attached.")).to_have_count(1)
    assert {row.name for row in stored(opened)} == {"größe.txt", "b.md"}
    known(server, opened)
    field.fill("What do they say?")
    field.press("Enter")
    shown = page.get_by_role("list", name="Files of this message")
    expect(shown.get_by_role("link", name="Download größe.txt")).to_be_visible()
    expect(chips).to_have_count(0)
    [(_, args)] = [one for one in server.commands if one[0] == "send"]
    assert sorted(args[3]) == sorted(row.id for row in stored(opened))
    with page.expect_download() as download:
        shown.get_by_role("link", name="Download größe.txt").click()
    assert Path(download.value.path()).read_bytes() == b"Some text."
    assert download.value.suggested_filename == "größe.txt"


def test_dropped_and_pasted_files_are_attached(field: Any, page: Any, opened: Services) -> None:
    drop(page, ("dropped.txt", "Dropped."), ("second.txt", "Dropped too."))
    expect(page.locator(".lm-file[data-state=done]")).to_have_count(2)
    paste = """([name, text, words]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], name));
        if (words) transfer.setData("text/plain", words);
        document.querySelector("textarea").dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
    }"""
    page.evaluate(paste, ["pasted.txt", "Pasted.", ""])
    expect(page.locator(".lm-file[data-state=done]")).to_have_count(3)
    page.evaluate(paste, ["table.txt", "A picture of a table.", "a table"])
    page.wait_for_timeout(200)
    assert [row.name for row in stored(opened)][-1] == "pasted.txt" and len(stored(opened)) == 3


def test_a_file_that_is_on_its_way_holds_the_message_and_can_be_cancelled(
    field: Any, page: Any, opened: Services, door: Door
) -> None:
    door.shut = True
    choose(page, ("a.txt", b"Some text."))
    field.fill("Wait for it")
    send = page.get_by_role("button", name="Send")
    expect(send).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_text("Wait until the files are uploaded.")).to_have_count(1)
    field.press("Enter")
    assert page.evaluate("window.calls.filter(([name]) => name === 'send')") == []
    expect(page.get_by_role("progressbar", name="Upload of a.txt")).to_be_attached()
    page.get_by_role("button", name="Remove a.txt").click()
    expect(page.locator(".lm-file")).to_have_count(0)
    expect(send).to_have_attribute("aria-disabled", "false")
    door.shut = False
    page.wait_for_timeout(800)
    assert stored(opened) == []
    page.problems.clear()  # a 503 is written to the console


def test_an_upload_goes_on_where_it_was(field: Any, page: Any, opened: Services, door: Door, tmp_path: Path) -> None:
    content = b"This line is of a long file.\n" * (20 * MB // 29)
    (tmp_path / "long.txt").write_bytes(content)
    door.breaks = [f"PATCH {8 * MB}", "GET"]  # the second piece, and then the question how far it is
    page.locator("input[type=file]").set_input_files(tmp_path / "long.txt")
    expect(page.locator(".lm-file[data-state=done]")).to_have_count(1, timeout=30_000)
    assert door.breaks == []
    [row] = stored(opened)
    assert row.size_bytes == len(content) and opened.files._blobs.path(row.sha256).read_bytes() == content
    offsets = [one.split(" ")[2] for one in door.asked if one.startswith("PATCH")]
    assert offsets == ["0", str(8 * MB), str(16 * MB)], "nothing is sent twice"
    page.problems.clear()  # a 503 is written to the console


def test_a_refused_file_says_why_and_the_others_go_on(field: Any, page: Any, opened: Services, server: Any) -> None:
    choose(page, ("photo.jpg", b"\x7fELF\x02\x01\x01" + bytes(100)), ("good.txt", b"text"), ("empty.txt", b""))
    failed = page.locator(".lm-file[data-state=failed]")
    expect(failed).to_have_count(2)
    expect(failed.filter(has_text="photo.jpg")).to_contain_text("Files of this kind (application/x-executable)")
    expect(failed.filter(has_text="empty.txt")).to_contain_text("The file is empty.")
    expect(page.locator(".lm-file[data-state=done]")).to_contain_text("good.txt")
    field.fill("Go")
    expect(page.get_by_text("Remove the files that were not uploaded, or try them again.")).to_have_count(1)
    page.get_by_role("button", name="Remove photo.jpg").click()
    page.get_by_role("button", name="Remove empty.txt").click()
    assert field.evaluate("(node) => node === document.activeElement")
    known(server, opened)
    field.press("Enter")
    expect(page.get_by_role("link", name="Download good.txt")).to_be_visible()
    page.problems.clear()


def test_uploaded_files_survive_a_reload_with_the_draft(field: Any, page: Any, opened: Services) -> None:
    choose(page, ("a.txt", b"text"))
    field.fill("Not finished")
    expect(page.locator(".lm-file[data-state=done]")).to_have_count(1)
    page.reload()
    expect(page.locator(".lm-file[data-state=done]")).to_contain_text("a.txt")
    page.get_by_role("button", name="Remove a.txt").click()
    page.reload()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("Not finished")
    expect(page.locator(".lm-file")).to_have_count(0)
    page.evaluate("clearDrafts()")
    assert page.evaluate("localStorage.length") == 0


def test_a_failed_upload_is_tried_again_by_hand(field: Any, page: Any, opened: Services) -> None:
    page.clock.install()
    page.route("**/api/files/uploads*", lambda route: route.abort())
    choose(page, ("a.txt", b"text"))
    for _ in range(8):
        page.clock.fast_forward(31_000)
        page.wait_for_timeout(50)
    expect(page.locator(".lm-file[data-state=failed]")).to_contain_text("The connection was lost.")
    page.unroute("**/api/files/uploads*")
    page.get_by_role("button", name="Upload a.txt again").click()
    expect(page.locator(".lm-file[data-state=done]")).to_have_count(1)
    assert [row.name for row in stored(opened)] == ["a.txt"]
    page.problems.clear()


def test_a_message_has_so_many_files(field: Any, page: Any, opened: Services) -> None:
    choose(page, *[(f"{at}.txt", f"text {at}".encode()) for at in range(23)])
    expect(page.get_by_role("alert")).to_contain_text("3 files were left out: a message can have 20.")
    expect(page.locator(".lm-file[data-state=done]")).to_have_count(20)


def test_without_the_switch_nothing_can_be_attached(open_chat: Any, chat: Any, page: Any, opened: Services) -> None:
    chat.conversation(2)
    open_chat("/c/c1")
    expect(page.get_by_role("button", name="Attach files")).to_have_count(0)
    assert page.locator("input[type=file]").count() == 0


def test_on_a_phone_the_chips_stay_on_the_page_and_can_be_touched(
    browser: Any, origin: str, chat: Any, opened: Services
) -> None:
    chat.conversation(2)
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{origin}/c/c1?attach")
    choose(page, ("a very long name of a file that nobody can read on a phone.txt", b"text"), ("b.txt", b"more"))
    expect(page.locator(".lm-file[data-state=done]")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for button in (page.get_by_role("button", name="Attach files"), page.get_by_role("button", name="Remove b.txt")):
        box = button.bounding_box()
        assert box and box["width"] >= 44 and box["height"] >= 44 and box["x"] + box["width"] <= 390
    context.close()


def test_the_chips_have_no_accessibility_faults(field: Any, page: Any, opened: Services) -> None:
    choose(page, ("a.txt", b"text"), ("bad.exe", b"MZ\x90\x00" + bytes(100)))
    expect(page.locator(".lm-file[data-state=failed]")).to_have_count(1)
    expect(page.locator(".lm-file[data-state=done]")).to_have_count(1)
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
    found = page.evaluate(chat_bundle.axe_script() + "; axe.run('.lm-composer').then((done) => done.violations)")
    assert [one["id"] for one in found] == []
    page.problems.clear()
