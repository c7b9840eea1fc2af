"""Many sequences through real llama.cpp: batches, shared beginnings, cancel, fairness to those who are answered."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from localmind_app.engine import llamacpp
from localmind_app.engine.generation import Generation, Sampling
from localmind_app.engine.text.model import PREFILL_ROWS, TextModel
from localmind_app.engine.text.scheduler import Scheduler
from localmind_app.engine.text.sequence import Job
from tests.models_factory import write_script_llama

WORDS = [257 + number % 200 for number in range(900)]
GREEDY = Sampling(temperature=0)


class Desk:
    """A scheduler, and what it said about each job."""

    def __init__(self, model: TextModel) -> None:
        self.scheduler = Scheduler(model, self)  # type: ignore[arg-type]
        self.prompts: dict[int, list[int]] = {}
        self.said: dict[int, list[tuple[str, dict[str, Any]]]] = {}
        self.jobs: dict[int, Job] = {}
        self._numbers = itertools.count(1)

    def tokens(self, request: Generation) -> list[int]:
        """In the place of a PromptBuilder: prompts are token lists here."""
        return self.prompts[int(request.prompt or 0)]

    def shortened(self, request: Generation, size: int) -> tuple[list[int], int]:
        return self.tokens(request)[-(size - size // 4) :], 0

    def add(self, prompt: list[int], **fields: Any) -> int:
        number = next(self._numbers)
        self.prompts[number] = prompt
        said = self.said[number] = []
        request = Generation(prompt=str(number), **fields)
        self.jobs[number] = Job(number, request, lambda event, **more: said.append((event, more)))
        self.scheduler.add(self.jobs[number])
        return number

    def run(self) -> None:
        while self.scheduler.busy:
            self.scheduler.step()

    def text(self, number: int) -> str:
        return "".join(more.get("text", "") for event, more in self.said[number] if event == "delta")

    def result(self, number: int) -> dict[str, Any]:
        event, more = self.said[number][-1]
        assert event == "done", (event, more)
        return dict(more["result"])

    def cached(self, number: int) -> int:
        return int(self.result(number)["usage"]["prompt_tokens_details"]["cached_tokens"])

    def ask(self, prompt: list[int], **fields: Any) -> tuple[str, dict[str, Any]]:
        number = self.add(prompt, **fields)
        self.run()
        return self.text(number), self.result(number)


def load(path: Path, slots: int, n_ctx: int = 1024) -> TextModel:
    llamacpp.start()
    return TextModel(str(path), n_ctx, 1, lambda _: None, slots)


@pytest.fixture
def alone(model_files: Path) -> Iterator[Desk]:
    """A desk with one slot."""
    model = load(model_files / "random.gguf", 1)
    yield Desk(model)
    model.close()


@pytest.fixture
def desk(model_files: Path) -> Iterator[Desk]:
    """A desk with four slots."""
    model = load(model_files / "random.gguf", 4)
    yield Desk(model)
    model.close()


def test_answers_in_a_batch_are_those_given_alone(desk: Desk, alone: Desk) -> None:
    prompts = [[1, *WORDS[at : at + 40 + 31 * at]] for at in range(10)]
    together = [desk.add(prompt, max_tokens=40, sampling=GREEDY) for prompt in prompts]
    desk.run()
    assert [desk.text(number) for number in together] == [
        alone.ask(prompt, max_tokens=40, sampling=GREEDY)[0] for prompt in prompts
    ]


def test_a_seed_gives_the_same_tokens_alone_and_in_company(desk: Desk, alone: Desk) -> None:
    seeded = Sampling(temperature=1.2, top_k=0, top_p=1.0, min_p=0.0, seed=11)
    others = [desk.add([1, *WORDS[n : n + 300]], max_tokens=60) for n in range(3)]
    number = desk.add([1, *WORDS[50:90]], max_tokens=60, sampling=seeded)
    desk.run()
    assert desk.text(number) == alone.ask([1, *WORDS[50:90]], max_tokens=60, sampling=seeded)[0]
    assert all(desk.text(other) for other in others)


def test_a_repeatable_answer_is_the_same_with_and_without_a_warm_cache(alone: Desk) -> None:
    exact = Sampling(temperature=1.3, top_k=0, top_p=1.0, min_p=0.0, seed=4)
    fresh, first = alone.ask(WORDS[:700], max_tokens=60, sampling=exact)
    assert first["usage"]["prompt_tokens_details"]["cached_tokens"] == 0
    alone.ask(WORDS[:520], max_tokens=30)
    alone.ask(WORDS[:530], max_tokens=30)
    warm, second = alone.ask(WORDS[:700], max_tokens=60, sampling=exact)
    assert second["usage"]["prompt_tokens_details"]["cached_tokens"] == 2 * PREFILL_ROWS
    assert warm == fresh


def _first_logits(desk: Desk, prompt: list[int]) -> Any:
    """Logits of the first answered token; the desk's other requests are between two of theirs."""
    number = desk.add(prompt, max_tokens=1, logprobs=20)
    desk.run()
    scores = next(more["logprobs"][0] for event, more in desk.said[number] if event == "delta")
    return {item["token"]: item["logprob"] for item in scores["top_logprobs"]}


def test_a_beginning_is_shared_with_an_answer_in_the_making(desk: Desk, alone: Desk) -> None:
    first = desk.add([1, *WORDS[:600]], max_tokens=200)
    for _ in range(10):
        desk.scheduler.step()
    assert desk.said[first][-1][0] != "done"
    shared = _first_logits(desk, [1, *WORDS[:590], 300, 301])
    assert desk.cached(2) == 591
    fresh = _first_logits(alone, [1, *WORDS[:590], 300, 301])
    common = shared.keys() & fresh.keys()
    assert len(common) >= 15
    assert np.allclose([shared[token] for token in common], [fresh[token] for token in common], atol=0.05)
    assert len(desk.text(first)) > 100


def test_the_next_turn_of_a_conversation_finds_its_cells(desk: Desk) -> None:
    chat = [1, *WORDS[:500]]
    desk.ask(chat, max_tokens=20)
    for other in range(3):
        desk.ask([1, 400 + other, *WORDS[100 * other : 100 * other + 200]], max_tokens=5)
    _, result = desk.ask([*chat, *WORDS[600:640]], max_tokens=5)
    assert result["usage"]["prompt_tokens_details"]["cached_tokens"] == len(chat)


def test_a_common_beginning_does_not_cost_a_long_conversation_its_cells(desk: Desk) -> None:
    chat = [1, *WORDS[:800]]
    desk.ask(chat, max_tokens=5)
    _, short = desk.ask([1, *WORDS[:100], 400], max_tokens=5)
    assert short["usage"]["prompt_tokens_details"]["cached_tokens"] == 101
    _, again = desk.ask([*chat, 401], max_tokens=5)
    assert again["usage"]["prompt_tokens_details"]["cached_tokens"] == 801


def test_a_long_prompt_does_not_stop_the_others_words(desk: Desk) -> None:
    desk.scheduler.counters.steps = 0
    talker = desk.add([1, *WORDS[:20]], max_tokens=500)
    desk.scheduler.step()
    desk.scheduler._row_seconds = 1.0  # a machine on which reading is slow
    reader = desk.add([1, *WORDS[100:400]], max_tokens=3)
    while not desk.text(reader):
        before = len(desk.text(talker))
        desk.scheduler.step()
        assert len(desk.text(talker)) > before
    assert len(desk.text(talker)) > 50


def _first_words(desk: Desk, numbers: list[int]) -> list[int]:
    """Steps until each has a word; the pieces each has written by then."""
    written: list[list[int]] = []
    while not written or 0 in written[-1]:
        desk.scheduler.step()
        written.append([sum(event == "delta" for event, _ in desk.said[number]) for number in numbers])
    return written[-1]


def test_short_prompts_that_come_together_are_all_read_before_the_answers_go_on(desk: Desk) -> None:
    together = [desk.add([1, 300 + n, *WORDS[n : n + 200]], max_tokens=20, ignore_eos=True) for n in range(4)]
    assert max(_first_words(desk, together)) == 1
    desk.run()
    assert all(desk.result(number)["usage"]["completion_tokens"] == 20 for number in together)


def test_an_answer_does_not_wait_for_a_long_prompt_nor_for_one_that_came_later(desk: Desk) -> None:
    short = desk.add([1, 300, *WORDS[:100]], max_tokens=50, ignore_eos=True)
    long = desk.add([1, 301, *WORDS[:800]], max_tokens=50, ignore_eos=True)
    assert _first_words(desk, [short, long])[0] > 1
    desk.run()
    first = desk.add([1, 302, *WORDS[:100]], max_tokens=50, ignore_eos=True)
    desk.scheduler.step()
    later = desk.add([1, 303, *WORDS[:250]], max_tokens=50, ignore_eos=True)
    desk.scheduler._row_seconds = 1.0
    assert _first_words(desk, [first, later])[0] > 1


def test_overflow_disturbs_nobody(desk: Desk) -> None:
    other = desk.add([1, *WORDS[:50]], max_tokens=60)
    desk.scheduler.step()
    long = desk.add((WORDS * 2)[:1024])
    desk.run()
    event, more = desk.said[long][-1]
    assert (event, more["error"]["error"]["code"]) == ("error", "context_length_exceeded")
    assert desk.result(other)["usage"]["completion_tokens"] == 60
    _, capped = desk.ask((WORDS * 2)[:1020], max_tokens=50)
    assert (capped["usage"]["completion_tokens"], capped["finish_reason"]) == (4, "length")


def test_a_cancelled_request_costs_at_most_the_step_it_is_in(desk: Desk) -> None:
    numbers = [desk.add([1, *WORDS[n : n + 600]], max_tokens=400, ignore_eos=True) for n in range(6)]
    for step in range(30):
        desk.scheduler.step()
        if step == 5:
            desk.jobs[numbers[5]].cancelled = True  # it still waits
        if step == 20:
            desk.jobs[numbers[0]].cancelled = True
    words = desk.text(numbers[0])
    desk.run()
    assert desk.text(numbers[0]) == words
    assert desk.text(numbers[5]) == ""
    assert desk.scheduler.counters.cancelled == 2
    assert desk.scheduler.counters.steps_after_cancel <= 1
    assert all(desk.result(number)["usage"]["completion_tokens"] == 400 for number in numbers[1:5])


def test_the_models_own_end(tmp_path: Path) -> None:
    model = load(write_script_llama(tmp_path / "once.gguf", ["Hi ", "there"], loop=False), 2, 256)
    desk = Desk(model)
    text, result = desk.ask([1, 2, 3], sampling=GREEDY)
    assert (text, result["finish_reason"], result["usage"]["completion_tokens"]) == ("Hi there", "stop", 2)
    text, result = desk.ask([1, 2, 3], sampling=GREEDY, ignore_eos=True, max_tokens=6)
    assert (result["finish_reason"], result["usage"]["completion_tokens"]) == ("length", 6)
    model.close()


def test_any_order_of_joining_cancelling_and_stopping_leaves_nothing_behind(desk: Desk) -> None:
    rng = random.Random(7)
    live: list[int] = []
    for _ in range(1500):
        act = rng.random()
        if act < 0.25 and desk.scheduler.waiting < 8:
            begin = rng.randrange(0, 100)
            live.append(
                desk.add(
                    [1, *WORDS[begin : begin + rng.choice([3, 50, 300, 700, 899])] * rng.choice([1, 1, 2])],
                    max_tokens=rng.randrange(1, 40),
                    stop=rng.choice([[], ["ba"], ["zu be"]]),
                    sampling=Sampling(seed=rng.choice([None, 1])),
                )
            )
        elif act < 0.32 and live:
            desk.jobs[live.pop(rng.randrange(len(live)))].cancelled = True
        desk.scheduler.step()
    desk.run()
    for number in live:
        assert desk.said[number][-1][0] in ("done", "error")
    slots = desk.scheduler._slots.all
    assert not any(slot.busy for slot in slots)
    # What the slots believe is what llama.cpp holds: a prompt made of their cells is answered without reading them.
    for slot in slots:
        kept = [int(token) for token in slot.tokens[: slot.count]]
        assert len(kept) <= slot.size
        if len(kept) > 20:
            _, result = desk.ask([*kept[:-5], 300], max_tokens=1)
            assert result["usage"]["prompt_tokens_details"]["cached_tokens"] >= len(kept) - 5


def test_one_beginning_asked_for_at_once_is_read_once(desk: Desk) -> None:
    together = [desk.add([1, *WORDS[:600], 300 + n], max_tokens=5) for n in range(4)]
    desk.run()
    assert sorted(desk.cached(number) for number in together) == [0, 601, 601, 601]


def test_a_full_context_lets_the_older_half_go_where_that_is_wanted(desk: Desk) -> None:
    prompt = [1, *WORDS[:900]]
    number = desk.add(prompt, max_tokens=1500, shift=True, ignore_eos=True)
    other = desk.add([1, *WORDS[:50]], max_tokens=100)
    desk.run()
    result = desk.result(number)
    assert (result["usage"]["completion_tokens"], result["finish_reason"]) == (1500, "length")
    assert result["context"]["dropped_tokens"] > 700
    assert result["context"]["used"] <= 1024
    assert "dropped_tokens" not in desk.result(other)["context"]
    # Cells behind the gap have seen what is gone: only the beginning serves the next one.
    _, again = desk.ask([*prompt, 400], max_tokens=2)
    assert again["usage"]["prompt_tokens_details"]["cached_tokens"] <= len(prompt) // 4
