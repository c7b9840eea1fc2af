"""Nothing piles up and nothing stays behind: descriptors, threads, children, processes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import httpx
import psutil
import pytest

from tests.product import Product, eventually, running
from tests.reflex_client import page
from tests.reliability.evidence import family, living, model_child, ready, rows

pytestmark = pytest.mark.slow
SOME_MORE = 8  # pools and caches may open a few; a leak of one per use would be ten and more


def counts(product: Product) -> dict[str, tuple[int, int]]:
    """Descriptors and threads of web and engine."""
    found = {}
    for name in ("web", "engine"):
        process = psutil.Process(product.pid(name))
        found[name] = (process.num_fds(), process.num_threads())
    return found


def chat(product: Product, number: int) -> str:
    """One small chat to its end."""
    with page(product) as opened:
        opened.set_up(max_tokens="3")
        made = opened.send(f"Chat number {number}")
    eventually(lambda: not rows(product, "SELECT id FROM messages WHERE status = 'streaming'"))
    return made


def abort(product: Product, made: str) -> None:
    """Follow a chat and go away in the middle."""
    url, cookies = f"{product.base}/api/chats/{made}/events", product.client.cookies
    with httpx.Client(cookies=cookies) as client, client.stream("GET", url) as stream:
        assert next(stream.iter_raw())


def test_thirty_chats_ten_sockets_and_ten_aborted_streams_leave_nothing_open(product: Product) -> None:
    with page(product) as opened:
        opened.set_up()
        opened.choose("fast")
    made = ""
    for number in range(3):  # pools fill, threads start, the model loads
        made = chat(product, number)
        abort(product, made)
    eventually(lambda: model_child(product))
    time.sleep(1)
    before = counts(product)
    for number in range(30):
        made = chat(product, number)
    for _ in range(10):
        with page(product):
            pass
        abort(product, made)

    def settled() -> bool:
        now = counts(product)
        return all(
            later <= sooner + SOME_MORE for name in now for later, sooner in zip(now[name], before[name], strict=True)
        )

    eventually(settled, 25)  # connections that are kept alive end after a while
    zombies = [process for process in family(product) if process.status() == psutil.STATUS_ZOMBIE]
    assert zombies == []


def busy(product: Product) -> list[psutil.Process]:
    """The product in the middle of an answer: every process it can have."""
    product.sign_in()
    with page(product) as opened:
        opened.set_up()
        opened.choose("slow")
        opened.set_up(max_tokens="2000")
        opened.send("Write until you are stopped")
    eventually(lambda: rows(product, "SELECT seq FROM chat_events WHERE kind = 'text'"))
    processes = family(product)
    assert len(processes) >= 5, "up, web, engine, worker and the model"
    return processes


def end(product: Product, how: int, within: float) -> None:
    """Send `up` a signal; everything must be gone in time."""
    processes = busy(product)
    began = time.monotonic()
    os.kill(product.process.pid, how)
    product.process.wait(10)
    eventually(lambda: not living(processes), 20)
    assert time.monotonic() - began < within
    with pytest.raises(httpx.ConnectError):
        product.client.get("/healthz")


def test_ctrl_c_leaves_no_process(tmp_path: Path) -> None:
    with running(tmp_path / "home") as product:
        end(product, signal.SIGINT, 3.0)


def test_a_killed_start_leaves_no_process_and_the_next_one_finds_everything(tmp_path: Path) -> None:
    with running(tmp_path / "home") as product:
        end(product, signal.SIGKILL, 5.0)
        product.restart()
        ready(product)
        [row] = rows(product, "SELECT status, text FROM messages WHERE role = 'assistant'")
        assert row["status"] == "interrupted"
        assert row["text"]
