"""More than fits: two gigabytes sent, half a megabyte pasted, a disk without room."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import expect, sync_playwright

from tests.e2e.conftest import QUIET
from tests.product import Product, eventually, running
from tests.reflex_client import CHAT, cookie_of, delta_of, page
from tests.reliability.evidence import integrity, message, rows, settled

pytestmark = pytest.mark.slow
MB = 1024 * 1024


def send_without_end(product: Product, path: str, length: int | None, cookie: str) -> tuple[int, int]:
    """POST two gigabytes; returns the status and how many bytes went out before it."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{product.port}\r\nOrigin: {product.base}\r\nCookie: {cookie}\r\n"
        + (f"Content-Length: {length}\r\n\r\n" if length else "Transfer-Encoding: chunked\r\n\r\n")
    )
    chunk = b"x" * MB if length else b"%x\r\n" % MB + b"x" * MB + b"\r\n"
    sent = 0
    with socket.create_connection(("127.0.0.1", product.port), 20) as line:
        line.sendall(head.encode())
        line.setblocking(False)
        while sent < 2048 * MB:
            try:
                if said := line.recv(65536):
                    return int(said.split(b" ")[1]), sent
                raise AssertionError("the connection was closed without an answer")
            except BlockingIOError:
                pass
            line.setblocking(True)
            try:
                line.sendall(chunk)
                sent += MB
            except (BrokenPipeError, ConnectionResetError):
                return 0, sent
            line.setblocking(False)
    return 0, sent


@pytest.mark.parametrize("path", ["/sign-in", "/api/chats/x/messages", "/_upload", "/sign-out"])
@pytest.mark.parametrize("length", [2 * 1024 * MB, None], ids=["announced", "streamed"])
def test_two_gigabytes_are_refused_early_and_memory_stays_flat(product: Product, path: str, length: int | None) -> None:
    web = psutil.Process(product.pid("web"))
    before = web.memory_info().rss
    status, sent = send_without_end(product, path, length, cookie_of(product.client) if path != "/sign-out" else "")
    assert status in {413, 405, 404, 401, 0}, status
    assert sent < 200 * MB, "refused long before the end"
    assert web.memory_info().rss - before < 64 * MB
    assert product.client.get("/healthz").status_code == 200
    assert not [file for file in product.home.root.rglob("*") if file.is_file() and file.stat().st_size > 100 * MB]


@pytest.mark.browser
def test_half_a_megabyte_pasted_into_the_field_is_kept_and_explained(product: Product) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "Chromium is missing; `python3 -m localmind_app test` installs it"
    before = len(rows(product, "SELECT id FROM messages"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        window = browser.new_context()
        token = product.client.cookies["localmind_session"]
        window.add_cookies([{"name": "localmind_session", "value": token, "url": product.base}])
        opened = window.new_page()
        opened.goto(product.base)
        field = opened.get_by_role("textbox", name="Message")
        field.click()
        opened.evaluate(
            """() => {
                const data = new DataTransfer(), text = "x".repeat(500000);
                data.setData("text/plain", text);
                const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
                if (document.activeElement.dispatchEvent(paste)) document.execCommand("insertText", false, text);
            }"""
        )
        expect(opened.get_by_text("500,000 characters")).to_be_visible(timeout=20_000)
        field.press("Enter")
        opened.wait_for_timeout(500)
        assert len(field.input_value()) == 500_000, "nothing that was pasted is lost"
        field.fill("Short")
        field.press("Enter")
        opened.wait_for_url("**/c/*")
        browser.close()
    assert len(rows(product, "SELECT id FROM messages")) == before + 2


def no_mount() -> str:
    """Why no small disk can be mounted here; empty when one can."""
    if sys.platform != "linux":
        return "a small disk is made with Linux's tmpfs"
    return "" if os.geteuid() == 0 else "mounting a small disk needs root"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MB."""
    if why := no_mount():
        pytest.skip(why)
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_is_said_nothing_is_half_written_and_all_works_again(small_disk: Path) -> None:
    with running(small_disk / "home") as product:
        product.sign_in()
        with page(product) as opened:
            opened.set_up()
            opened.choose("slow")
            opened.set_up(max_tokens="300", seed="1")
            early = uuid.uuid4().hex
            opened.send("Asked while there was room", early)
            question = message(product, early)
            eventually(lambda: rows(product, "SELECT seq FROM chat_events WHERE kind = 'text'"))
            filler = fill(small_disk)
            refused = uuid.uuid4().hex
            said = opened.act(
                f"{CHAT}.send",
                lambda update: delta_of(update, CHAT).get("send_error"),
                text="y" * 150_000,
                client_id=refused,
            )
            assert said["code"] == "disk_full"
            assert "disk is full" in said["message"]
            assert rows(product, "SELECT id FROM messages WHERE client_id = ?", refused) == []
            assert product.client.get("/sign-in").status_code == 200, "pages go on"
            filler.unlink()
            row = settled(product, question["id"], 30)
            assert row["text"], "what was written before the disk was full is kept"
            later = uuid.uuid4().hex
            opened.path = "/"
            opened.set_up(max_tokens="5")
            opened.send("And now?", later)
        assert settled(product, message(product, later)["id"])["status"] == "complete"
        assert integrity(product) == "ok"


def fill(disk: Path) -> Path:
    """Take every last byte of a disk."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (MB, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return filler
