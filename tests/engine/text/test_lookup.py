"""Prompt lookup: what it finds, when it pays, and that answers are what they would have been."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from localmind_app.engine.generation import Sampling
from localmind_app.engine.text.lookup import Lookup
from localmind_app.engine.text.odds import MOST_TRIED
from tests.engine.text.test_scheduler import WORDS, Desk, load
from tests.models_factory import write_script_llama


def costs(row: float) -> list[float]:
    """Seconds that 1, 2, 3 … rows add to a step."""
    return [row * count for count in range(1, MOST_TRIED + 1)]


CHEAP = (1.0, costs(0.01))  # a step takes a second


def array(*tokens: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(tokens, np.int32)


def test_what_followed_the_same_words_is_tried() -> None:
    assert Lookup().draft(array(1, 2, 3, 4, 5, 9, 2, 3, 4), *CHEAP).tolist() == [5, 9, 2, 3, 4]


def test_the_latest_place_counts() -> None:
    assert (
        Lookup().draft(array(2, 3, 4, 7, *range(20, 30), 2, 3, 4, 8, *range(30, 40), 2, 3, 4), *CHEAP).tolist()[0] == 8
    )


@pytest.mark.parametrize("tokens", [(), (1,), (1, 2, 3), (1, 2, 3, 4, 5)])
def test_new_words_are_not_guessed(tokens: tuple[int, ...]) -> None:
    assert Lookup().draft(array(*tokens), *CHEAP).tolist() == []


def test_what_does_not_pay_is_not_tried() -> None:
    repeating = array(*[1, 2, 3, 4] * 10)
    assert len(Lookup().draft(repeating, 1.0, costs(2.0))) == 0
    assert len(Lookup().draft(repeating, 0.0, costs(0.0))) == 0, "nothing is known of the costs yet"
    assert 0 < len(Lookup().draft(repeating, 1.0, costs(0.3))) < MOST_TRIED
    lookup = Lookup()
    for _ in range(30):
        lookup.odds.learn(4, 0)
    assert len(lookup.draft(repeating, 1.0, costs(0.3))) == 0
    for _ in range(30):
        lookup.odds.learn(8, 8)
    assert len(lookup.draft(repeating, 1.0, costs(0.3))) == MOST_TRIED


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    pieces: list[str | int] = [f"w{number} " for number in range(12)]
    model = load(write_script_llama(tmp_path / "loop.gguf", pieces), 2, 512)
    yield Desk(model)
    model.close()


def test_a_text_that_repeats_takes_fewer_steps_and_says_the_same(desk: Desk) -> None:
    exact, _ = desk.ask([1, 2, 3], max_tokens=200, sampling=Sampling(temperature=0))
    counters = desk.scheduler.counters
    assert counters.tried_tokens == 0, "a repeatable answer is made one by one"
    before = counters.steps
    desk.scheduler._base_seconds = 1.0
    desk.scheduler._tries.learn(MOST_TRIED, 0.001)
    desk.scheduler._learn = lambda *_: None  # type: ignore[method-assign] # costs as on a machine where rows are cheap
    text, result = desk.ask([1, 2, 3], max_tokens=200, sampling=Sampling(temperature=0.01))
    assert text == exact
    assert result["usage"]["completion_tokens"] == 200
    assert counters.steps - before < 60
    assert counters.true_tokens > 140
    _, after = desk.ask([1, 2, 3, *desk.scheduler._slots.all[0].tokens[3:150].tolist(), 5], max_tokens=1)
    assert after["usage"]["prompt_tokens_details"]["cached_tokens"] >= 150, (
        "the cells are those of the words that were said"
    )


def test_random_words_are_only_slowed_for_a_moment(model_files: Path) -> None:
    model = load(model_files / "random.gguf", 1)
    desk = Desk(model)
    desk.scheduler._base_seconds = 1.0
    desk.scheduler._tries.of = lambda _: costs(0.2)  # type: ignore[method-assign]
    desk.scheduler._learn = lambda *_: None  # type: ignore[method-assign]
    _, result = desk.ask([1, *WORDS[:400]], max_tokens=300, ignore_eos=True, sampling=Sampling(temperature=2.0))
    assert result["usage"]["completion_tokens"] == 300
    assert desk.scheduler.counters.tried_tokens < 150
    model.close()
