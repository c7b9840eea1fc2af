"""What goes wrong in real life: each time a sentence is shown, what was written is kept, and the next thing works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from typing import Any

import pytest

from tests.chat_follower import Follower
from tests.product import ROOT, Product, eventually
from tests.reflex_client import CHAT, NOTICE, Page, delta_of, page
from tests.reliability.evidence import integrity, message, ready, rows, settled

pytestmark = pytest.mark.slow


def refusal(opened: Page, text: str, client_id: str = "") -> dict[str, Any]:
    """The error the composer shows for a message that is not taken."""
    sent = client_id or uuid.uuid4().hex

    def said(update: dict[str, Any]) -> Any:
        return delta_of(update, CHAT).get("send_error")

    error: dict[str, Any] = opened.act(f"{CHAT}.send", said, text=text, client_id=sent)
    assert error["message"].endswith((".", "!")), error
    return error


def ask(product: Product, model: str, text: str, **sampling: str) -> dict[str, Any]:
    """Ask a model in a new chat; the answer's row once it has ended. The question must be kept, whatever happens."""
    sent = uuid.uuid4().hex
    with page(product) as opened:
        opened.set_up(**sampling)
        opened.choose(model)
        opened.send(text, sent)
    question = message(product, sent)
    assert question["text"] == text
    return settled(product, question["id"], 30)


def works(product: Product) -> None:
    """An ordinary question gets an ordinary answer."""
    row = ask(product, "fast", "Does it still work?", max_tokens="5")
    assert (row["status"], row["error"]) == ("complete", None)


@pytest.mark.parametrize("kind", ["empty", "text", "truncated", "header"])
def test_a_broken_model_file_says_so_and_disturbs_no_other(product: Product, kind: str) -> None:
    whole = (product.home.models / "fast.gguf").read_bytes()
    content = {"empty": b"", "text": b"Dear diary\n" * 99, "truncated": whole[: len(whole) // 2], "header": whole[:40]}
    (product.home.models / f"broken-{kind}.gguf").write_bytes(content[kind])
    row = ask(product, f"broken-{kind}", "Hello?")
    assert row["status"] == "failed"
    assert "model_broken" in row["error"]
    works(product)


def test_a_model_that_was_removed_is_named(product: Product) -> None:
    file = product.home.models / "leaving.gguf"
    os.link(product.home.models / "fast.gguf", file)
    sent = uuid.uuid4().hex
    with page(product) as opened:
        opened.set_up()
        opened.choose("leaving")
        file.unlink()
        opened.send("Are you there?", sent)
    row = settled(product, message(product, sent)["id"])
    assert row["status"] == "failed"
    assert "model_not_found" in row["error"] and "leaving" in row["error"]
    works(product)


def test_a_message_over_the_models_context_is_kept_and_explained(product: Product) -> None:
    row = ask(product, "fast", "word " * 19_000)
    assert row["status"] == "failed"
    assert "context_length_exceeded" in row["error"]
    works(product)


def test_an_empty_message_is_not_sent(product: Product) -> None:
    before = len(rows(product, "SELECT id FROM chats"))
    with page(product) as opened:
        opened.set_up()
        for text in ("", " \n\t "):
            assert "empty" in refusal(opened, text)["message"]
    assert len(rows(product, "SELECT id FROM chats")) == before


def test_half_a_megabyte_of_text_is_refused_with_its_limit(product: Product) -> None:
    with page(product) as opened:
        opened.set_up(max_tokens="5")
        error = refusal(opened, "x" * 500_000)
        assert error["code"] == "too_large"
        assert "still in the field" in error["message"]
        opened.send("Shorter now")
    works(product)


def test_a_hanging_engine_lets_pages_open_and_messages_arrive(product: Product) -> None:
    works(product)
    engine, sent = product.pid("engine"), uuid.uuid4().hex
    os.kill(engine, signal.SIGSTOP)
    try:
        with page(product) as opened:
            opened.emit(f"{CHAT}.open")
            notice = opened.until(lambda update: delta_of(update, NOTICE).get("notice"), 15)
            assert "does not answer" in notice["message"]
            chat = opened.send("Sent into silence", sent)
            opened.emit(f"{CHAT}.stop")
            assert settled(product, message(product, sent)["id"], 5)["status"] == "stopped"
        assert product.client.get("/readyz").json()["engine"] == "away"
    finally:
        os.kill(engine, signal.SIGCONT)
    ready(product)
    works(product)
    assert product.client.get(f"/api/chats/{chat}/messages").json()["messages"][0]["text"] == "Sent into silence"


def test_an_engine_that_is_away_is_named_and_the_answer_can_be_asked_for_again(product: Product) -> None:
    sent = uuid.uuid4().hex
    with page(product) as opened:
        opened.set_up()
        opened.choose("fast")
        opened.set_up(max_tokens="5")
        for _ in range(4):  # each restart waits twice as long as the one before
            engine = eventually(lambda: product.pid("engine"))
            os.kill(engine, signal.SIGKILL)
            eventually(lambda ended=engine: product.pid("engine") != ended)
        chat = opened.send("Is anybody there?", sent)
        row = settled(product, message(product, sent)["id"])
        assert row["status"] == "failed"
        assert "engine_unreachable" in row["error"]
        ready(product)
        with Follower(product, chat) as follower:
            opened.emit(f"{CHAT}.retry", {"message_id": row["id"]})
            eventually(lambda: any(patch.get("status") == "complete" for patch in follower.of("patch")))


def test_a_second_instance_on_the_same_folder_is_refused_by_name(product: Product) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "localmind_app.cli", "up", "--no-browser"],
        cwd=ROOT, env=product.environment, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert second.returncode != 0
    said = second.stdout + second.stderr
    assert "already runs" in said and f":{product.port}" in said
    assert "Traceback" not in said
    works(product)


def test_in_the_end_the_database_is_whole(product: Product) -> None:
    assert integrity(product) == "ok"
