"""The child's outbox: what goes at once, what is gathered, and that nothing is lost or out of order."""

from __future__ import annotations

from typing import Any

import pytest

from localmind_app.engine.text.outbox import GATHER_SECONDS, Outbox


class Watch:
    """A clock that tells what it is told, and what was sent."""

    def __init__(self) -> None:
        self.now = 100.0
        self.sent: list[list[dict[str, Any]]] = []
        self.outbox = Outbox(self.sent.append, lambda: self.now)

    def delta(self, number: int, text: str, *, urgent: bool = False, **more: Any) -> None:
        self.outbox.add({"event": "delta", "id": number, "text": text, **more}, urgent=urgent)
        self.outbox.flush()


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_an_urgent_piece_goes_at_once_and_takes_the_others_along(watch: Watch) -> None:
    watch.delta(1, "a")
    watch.delta(1, "b")
    watch.delta(2, "c", urgent=True)
    assert [[m["text"] for m in sent] for sent in watch.sent] == [["a"], ["b", "c"]]


def test_quick_pieces_are_gathered(watch: Watch) -> None:
    watch.delta(1, "a")
    for text in "bcd":
        watch.delta(1, text)
    assert len(watch.sent) == 1
    watch.now += GATHER_SECONDS
    watch.delta(1, "e")
    assert [m["text"] for m in watch.sent[1]] == ["bcde"]


def test_slow_pieces_are_not_held_back(watch: Watch) -> None:
    for text in "abc":
        watch.now += GATHER_SECONDS
        watch.delta(1, text)
    assert len(watch.sent) == 3


def test_the_end_comes_after_the_last_piece_and_at_once(watch: Watch) -> None:
    watch.delta(1, "a")
    watch.delta(1, "b")
    watch.outbox.add({"event": "done", "id": 1, "result": {}}, urgent=True)
    watch.outbox.flush()
    assert [m["event"] for m in watch.sent[1]] == ["delta", "done"]


def test_logprobs_stay_beside_their_text(watch: Watch) -> None:
    watch.delta(1, "a", logprobs=[{"token": "a"}])
    watch.delta(1, "b", logprobs=[{"token": "b"}])
    watch.delta(1, "c", logprobs=[{"token": "c"}])
    watch.now += 1
    watch.outbox.flush()
    logprobs = [{"token": "b"}, {"token": "c"}]
    assert watch.sent[1] == [{"event": "delta", "id": 1, "text": "bc", "tokens": 2, "logprobs": logprobs}]
