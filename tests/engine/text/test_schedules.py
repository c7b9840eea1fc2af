"""Ten thousand random schedules: joining, cancelling, stopping, overflowing and forking leave no cell, slot or file."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as c
import psutil
import pytest

from localmind_app.engine.generation import Sampling
from tests.engine.text.test_scheduler import WORDS, Desk, load

SCHEDULES = 10_000
CONTEXT = 256  # the smallest that llama.cpp gives a sequence


def _request(rng: random.Random, known: list[list[int]]) -> tuple[list[int], dict[str, Any]]:
    """A new prompt, or one that goes on with or branches off from an earlier one; some do not fit."""
    if known and rng.random() < 0.5:
        base = rng.choice(known)
        prompt = [*base[: rng.randrange(1, len(base) + 1)], *WORDS[: rng.randrange(1, 12)]]
    else:
        begin = rng.randrange(150)
        prompt = [1, *WORDS[begin : begin + rng.choice([1, 5, 20, 60, 254])]]
    fields: dict[str, Any] = {
        "max_tokens": rng.choice([1, 2, 5, 300]) if len(prompt) > 240 else rng.randrange(1, 8),
        "stop": rng.choice([[], [], ["ba"], ["zu be"]]),
        "sampling": Sampling(seed=rng.choice([None, 1]), temperature=rng.choice([0.0, 1.0])),
        "user": rng.choice("ab"),
        "priority": rng.randrange(3),
        "shift": rng.random() < 0.3,
        "ignore_eos": rng.random() < 0.5,
    }
    if rng.random() < 0.05:
        fields["grammar"] = rng.choice(["root ::= [a-c]{1,5}", "broken"])
    return prompt, fields


def _cells(desk: Desk) -> None:
    """What the slots believe is what llama.cpp holds."""
    memory = desk.scheduler._model.memory
    for slot in desk.scheduler._slots.all:
        assert not slot.busy
        assert c.llama_memory_seq_pos_max(memory, slot.number) == slot.count - 1
        assert 0 <= slot.whole <= slot.count <= slot.size


@pytest.mark.slow
def test_any_schedule_leaves_nothing_behind(model_files: Path) -> None:
    model = load(model_files / "random.gguf", 3, CONTEXT)
    desk = Desk(model)
    assert model.n_ctx == CONTEXT
    process = psutil.Process()
    rng = random.Random(20)
    known: list[list[int]] = []
    asked = 0
    for number in range(SCHEDULES):
        live: list[int] = []
        for _ in range(rng.randrange(1, 5)):
            prompt, fields = _request(rng, known)
            known.append(prompt)
            live.append(desk.add(prompt, **fields))
            asked += 1
            for _ in range(rng.randrange(3)):
                desk.scheduler.step()
        cancelled = [one for one in live if rng.random() < 0.2 and desk.said[one][-1:] != ["done"]]
        for one in cancelled:
            desk.jobs[one].cancelled = True
        desk.run()
        for one in live:
            ends = [event for event, _ in desk.said[one] if event in ("done", "error")]
            assert len(ends) == 1 or (one in cancelled and not ends)
        _cells(desk)
        known = known[-20:]
        books: tuple[dict[int, Any], ...] = (desk.said, desk.prompts, desk.jobs)
        for book in books:
            for one in live:
                del book[one]
        if number == 100:
            files, size = process.num_fds(), process.memory_info().rss
    counters = desk.scheduler.counters
    assert asked > 2 * SCHEDULES
    assert counters.steps_after_cancel <= 1
    assert counters.cancelled > SCHEDULES // 10
    assert process.num_fds() <= files
    assert process.memory_info().rss - size < 32 * 2**20  # a leaked sampler or sequence each time would be far more
    model.close()
