"""The chat page in Chromium: first-load JavaScript, opening a chat of 500 messages, and the main thread meanwhile."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from localmind_app.core.database import Database
from localmind_app.features.accounts.service import ensure_owner
from localmind_app.features.chat import turns
from localmind_app.features.chat.tables import ChatRow
from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import QUIET
from tests.models_factory import write_random_llama
from tests.product import Product, running

MESSAGES = 500
STREAM_SECONDS = 15
ANSWER = (
    "Here is what I found about point {n}:\n\n- **First**, it has a `name`.\n- *Second*, it links to "
    "[a page](https://example.org).\n\n```python\ndef point_{n}(x: int) -> int:\n    return x * {n}\n```\n\n"
    "| a | b |\n|---|---|\n| {n} | 2 |\n\nThat is all there is to say about it, in a paragraph of usual length that "
    "goes on for a while so that lines wrap on every screen."
)
LONG_TASKS = """() => { window.longTasks = []; new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.longTasks.push(task.duration); }).observe({type: 'longtask'}); }"""


def fill(product: Product) -> str:
    """A chat of 500 messages with lists, tables and code; returns its id."""
    database = Database(product.home.database)
    with database.session() as session:
        owner = ensure_owner(session)
        now = int(time.time() * 1000)
        chat = ChatRow(
            id="01K0000000000000000000000",
            user_id=owner.id,
            title="Five hundred",
            model="long",
            system_prompt="",
            sampling={},
            pinned=False,
            leaf_id=None,
            seq=0,
            floor=0,
            created_at=now,
            updated_at=now,
            deleted_at=None,
        )
        session.add(chat)
        session.flush()
        for n in range(MESSAGES // 2):
            posted = turns.post(session, chat, chat.leaf_id, f"Question {n}, please", f"c{n}")
            turns.finish(
                session, chat, posted.start or "", "complete", finish="stop", rest=ANSWER.replace("{n}", str(n))
            )
        chat_id = chat.id
    database.close()
    return chat_id


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as product, sync_playwright() as playwright:
        # The whole chat must fit; so full a context also brings this model down to about a hundred tokens a second.
        write_random_llama(product.home.models / "long.gguf", dim=32, context=131072)
        chat_id = fill(product)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        print(
            f"sign-in page: {_javascript(page, product.base + '/sign-in') / 1000:.0f} kB of JavaScript (promise: 170)"
        )
        page.goto(product.link)
        page.wait_for_url(product.base + "/")
        print(f"chat page: {_javascript(page, product.base + '/') / 1000:.0f} kB of JavaScript, gzipped (promise: 330)")
        _opens(page, product, chat_id)
        _streams(page, product, chat_id)
        browser.close()


def _javascript(page: Page, address: str) -> int:
    """The bytes of script a first visit transfers, as the gzip files on disk."""
    sizes: dict[str, int] = {}

    def note(response: object) -> None:
        url = response.url  # type: ignore[attr-defined]
        if re.search(r"\.m?js(\?|$)", url):
            sizes[url] = len(_gzipped(url, page))

    page.on("response", note)
    page.goto(address)
    page.wait_for_timeout(3000)
    page.remove_listener("response", note)
    return sum(sizes.values())


def _gzipped(url: str, page: Page) -> bytes:
    import gzip

    name = url.split("?")[0].split("/", 3)[3]
    built = Path(__file__).parents[2] / ".web" / "build" / "client" / name
    packed = built.with_name(built.name + ".gz")
    if packed.exists():
        return packed.read_bytes()
    return gzip.compress(built.read_bytes()) if built.exists() else b""


def _opens(page: Page, product: Product, chat_id: str) -> None:
    times = []
    for _ in range(5):
        page.goto("about:blank")
        started = time.monotonic()
        page.goto(f"{product.base}/c/{chat_id}", wait_until="commit")
        expect(page.get_by_text("Question 249, please")).to_be_visible()
        times.append(time.monotonic() - started)
    print(f"a chat of {MESSAGES} messages opens in {sorted(times)[2]:.2f} s (median of 5; promise: 1)")


def _streams(page: Page, product: Product, chat_id: str) -> None:
    chat = ChatPage(page, product).open(f"/c/{chat_id}")
    page.wait_for_timeout(2000)
    page.evaluate(LONG_TASKS)
    chat.ask("Now stream")
    expect(chat.answers.last).to_contain_text(re.compile("[a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+ "), timeout=300_000)
    page.evaluate("window.longTasks = []")
    before = len(chat.text())
    page.wait_for_timeout(STREAM_SECONDS * 1000)
    text = len(chat.text()) - before
    tasks = page.evaluate("window.longTasks")
    longest = max(tasks, default=0)
    print(
        f"{STREAM_SECONDS} s of streaming ({text / STREAM_SECONDS / 5:.0f} tokens/s): {len(tasks)} tasks over 50 ms, "
        f"longest {longest:.0f} ms (promise: none)"
    )
    chat.stop_button.click()


if __name__ == "__main__":
    main()
