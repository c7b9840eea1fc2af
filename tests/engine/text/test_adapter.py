"""LoRA adapters per request: what they change, for whom, and that nobody else notices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from localmind_app.engine.llamacpp import Ints
from localmind_app.engine.text.adapter import Adapters
from tests.engine.text.test_scheduler import GREEDY, WORDS, Desk, load
from tests.models_factory import write_adapter

CHAT = [1, *WORDS[:300]]


@pytest.fixture
def one(tmp_path: Path) -> Adapters:
    return ((str(write_adapter(tmp_path / "one.gguf")), 2.0),)


@pytest.fixture
def two(tmp_path: Path) -> Adapters:
    return ((str(write_adapter(tmp_path / "two.gguf", seed=5)), 1.0),)


@pytest.fixture
def desk(model_files: Path) -> Iterator[Desk]:
    model = load(model_files / "random.gguf", 6)
    yield Desk(model)
    model.close()


def answer(desk: Desk, adapters: Adapters = ()) -> str:
    return desk.ask(CHAT, max_tokens=40, sampling=GREEDY, lora=adapters)[0]


def test_an_adapter_changes_the_answer_of_its_request_only(desk: Desk, one: Adapters, two: Adapters) -> None:
    plain, first, second = answer(desk), answer(desk, one), answer(desk, two)
    assert len({plain, first, second, answer(desk, one + two)}) == 4
    assert answer(desk, ((one[0][0], 0.0),)) == plain
    assert (answer(desk), answer(desk, one)) == (plain, first)


def test_different_adapters_take_turns_and_answer_as_alone(desk: Desk, one: Adapters, two: Adapters) -> None:
    sets: list[Adapters] = [(), one, two, (), one, two]
    alone = [answer(desk, adapters) for adapters in sets]
    together = [desk.add(CHAT, max_tokens=40, sampling=GREEDY, lora=adapters) for adapters in sets]
    desk.run()
    assert [desk.text(number) for number in together] == alone


def test_cells_serve_only_requests_with_the_same_adapters(desk: Desk, one: Adapters) -> None:
    desk.ask(CHAT, max_tokens=3)
    _, other = desk.ask([*CHAT, 400], max_tokens=3, lora=one)
    _, same = desk.ask([*CHAT, 401], max_tokens=3, lora=one)
    cached = [result["usage"]["prompt_tokens_details"]["cached_tokens"] for result in (other, same)]
    assert cached == [0, len(CHAT)]


@pytest.mark.parametrize("broken", ["gone", "misfit", "rubbish"])
def test_what_does_not_fit_is_refused_and_the_model_lives(desk: Desk, tmp_path: Path, broken: str) -> None:
    path = tmp_path / "broken.gguf"
    if broken == "misfit":
        write_adapter(path, dim=128)
    elif broken == "rubbish":
        noise: Ints = np.arange(1000, dtype=np.int32)
        path.write_bytes(b"GGUF" + noise.tobytes())
    number = desk.add(CHAT, lora=((str(path), 1.0),))
    desk.run()
    event, more = desk.said[number][-1]
    assert event == "error"
    assert "broken.gguf" in more["error"]["error"]["message"]
    assert answer(desk)
