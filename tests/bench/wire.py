"""Bytes between server and browser for one long answer, both directions, against the text's own bytes."""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import closing
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.bench._socks import CountingProxy
from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import QUIET
from tests.product import Product, eventually, running

TOKENS = 4000
OPEN_WEBUI_BYTES = 35_000_000  # Open WebUI 0.11 for such an answer, as published; it is not measured here


def main() -> None:
    """Print the figures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as product,
        closing(CountingProxy()) as proxy,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[*QUIET, f"--proxy-server=socks5://127.0.0.1:{proxy.port}", "--proxy-bypass-list=<-loopback>"],
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(product.link)
        page.wait_for_url(product.base + "/")
        chat = ChatPage(page, product).open()
        for model in ("slow", "fast"):
            _measure(chat, product, proxy, model)
        browser.close()


def _measure(chat: ChatPage, product: Product, proxy: CountingProxy, model: str) -> None:
    page = chat.open("/").page
    chat.choose_model(model)
    page.get_by_role("button", name="Chat settings").click()
    page.get_by_label("Longest answer").fill(str(TOKENS))
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Chat settings").click()
    time.sleep(1)
    before = proxy.bytes.total
    started = time.monotonic()
    chat.ask("Write four thousand tokens.")
    page.wait_for_url("**/c/*")
    expect(chat.stop_button).to_be_visible()
    eventually(lambda: not chat.stop_button.is_visible(), 600, 0.5)
    seconds = time.monotonic() - started
    time.sleep(2)
    sent = proxy.bytes.total - before
    chat_id = page.url.rsplit("/", 1)[1]
    client = product.client
    client.cookies.set("localmind_session", page.context.cookies()[0]["value"])
    answer = client.get(f"/api/chats/{chat_id}/messages").json()["messages"][-1]
    text = len(answer["text"].encode())
    print(
        f"{model}: {answer['usage']['completion_tokens']} tokens in {seconds:.0f} s, text {text:,} B, "
        f"wire {sent:,} B, ratio {sent / text:.2f} (promise: at most 3; Open WebUI 0.11, published: "
        f"{OPEN_WEBUI_BYTES / text:,.0f})"
    )


if __name__ == "__main__":
    main()
