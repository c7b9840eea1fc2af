"""Measures what a fast answer costs the page: 2,000 tokens at 100 a second with a long code block, over 500 messages.

Run by hand, because a shared machine cannot promise times: ``python tests/ui/web/bench_streaming.py [tokens/s]``. It
prints how long the chat took to open, the main-thread tasks over 50 ms while text came in (by the wall clock, as the
person feels it, and by the processor time of the thread, which a busy machine does not change), and the frames.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import chat_bundle
import fake_chat_server

CODE = "def step(state, token):\n    return state * 31 + token  # one step of the loop\n\n"
FRAMES = """() => { window.frames_ = []; let last = performance.now();
  const tick = (now) => { window.frames_.push(now - last); last = now; requestAnimationFrame(tick); };
  requestAnimationFrame(tick); }"""


def tokens(count: int = 2000) -> list[str]:
    """Prose with lists, a table and a 3 kB code block, cut into about `count` tokens."""
    prose = "Some **words** about a *thing*, with `code` and [a link](https://example.org/x). It goes on and on. " * 3
    points = "".join(f"{n}. Point number {n} with a few more words in it\n" for n in range(1, 31))
    table = "| a | b | c |\n|---|---|---|\n" + "| one | two | three |\n" * 25
    code = f"```python\n{CODE * (3000 // len(CODE))}```"
    text = "\n\n".join(["# Title", prose, points, code, table, prose * 3, points, prose])
    pieces = re.findall(r"\s*\S{1,5}|\s+", text * 4)
    return pieces[:count]


def processor_times(trace: bytes) -> list[float]:
    """Processor milliseconds of every task of the page's main thread, the longest first."""
    events = json.loads(trace)["traceEvents"]
    names = {(one["pid"], one["tid"]): one["args"]["name"] for one in events if one["name"] == "thread_name"}
    main = {key for key, name in names.items() if name == "CrRendererMain"}
    tasks = [one for one in events if one["name"].endswith("RunTask") and (one["pid"], one["tid"]) in main]
    return sorted((one.get("tdur", 0) / 1000 for one in tasks), reverse=True)


def open_time(page: Any, origin: str) -> float:
    """Milliseconds from navigation to fifty drawn messages."""
    page.goto(f"{origin}/c/c1")
    page.wait_for_selector("[data-message=m499]")
    first = page.evaluate("performance.now()")
    page.wait_for_selector("[data-message=m450]", state="attached")
    print(f"open: newest message {first:.0f} ms, fifty messages {page.evaluate('performance.now()'):.0f} ms")
    return float(first)


def measure(per_second: float = 100) -> dict[str, Any]:
    """One run in a real browser; returns the figures."""
    from playwright.sync_api import sync_playwright

    server = fake_chat_server.FakeServer(chat_bundle.build())
    with server.running() as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        chat = server.chat("c1")
        chat.conversation(500, "Answer **{n}** with words.\n\n- a list\n- of things\n\n```python\nprint({n})\n```\n")
        open_time(page, origin)  # the first one also fills the browser's caches
        opened = open_time(page, origin)
        page.wait_for_timeout(1500)
        server.begin(chat)
        page.evaluate(FRAMES)
        start = page.evaluate("performance.now()")
        browser.start_tracing(page=page, categories=["toplevel", "__metadata"])
        pieces = tokens()
        began = time.monotonic()
        server.stream(chat, "a1", pieces, per_second).join()
        took = time.monotonic() - began
        server.end(chat)
        page.wait_for_selector("[data-message=a1][data-status=complete]")
        page.wait_for_timeout(300)
        processor = processor_times(browser.stop_tracing())
        long = [task for task in page.evaluate("window.longTasks") if task["at"] > start]
        frames = sorted(page.evaluate("window.frames_"))
        browser.close()
    return {
        "open_ms": round(opened), "tokens": len(pieces), "characters": sum(map(len, pieces)), "seconds": round(took, 1),
        "long_tasks": [f"{task['ms']:.0f} ms at {(task['at'] - start) / 1000:.1f} s" for task in long],
        "longest_tasks_cpu_ms": [round(ms) for ms in processor[:8]], "cpu_s": round(sum(processor) / 1000, 1),
        "frame_p99_ms": round(frames[int(len(frames) * 0.99)]),
        "frame_max_ms": round(frames[-1]),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure(float(sys.argv[1]) if len(sys.argv) > 1 else 100)))
