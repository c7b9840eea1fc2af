"""One request through a real model: where it ends, what it says about itself, what it refuses, and its tries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from localmind_app.core.errors import Invalid
from localmind_app.engine.generation import Generation, Sampling
from localmind_app.engine.text.model import TextModel
from localmind_app.engine.text.sequence import Job, Prompt, Sequence
from localmind_app.engine.text.slot import Slot
from tests.engine.text.test_scheduler import GREEDY, WORDS, Desk, load

PROMPT = [1, *WORDS[:100]]


@pytest.fixture
def model(model_files: Path) -> Iterator[TextModel]:
    loaded = load(model_files / "random.gguf", 1, 512)
    yield loaded
    loaded.close()


@pytest.fixture
def desk(model: TextModel) -> Desk:
    return Desk(model)


def begun(model: TextModel, **fields: Any) -> Sequence:
    """A request that has a slot, of which nothing is read yet."""
    job = Job(1, Generation(prompt="", **fields), lambda *_, **__: None)
    return Sequence(job, Prompt(np.array(PROMPT, np.int32)), Slot(0, 512), model)


def failure(desk: Desk, number: int) -> dict[str, Any]:
    event, more = desk.said[number][-1]
    assert event == "error", (event, more)
    return dict(more["error"]["error"])


def test_it_ends_with_its_tokens_and_counts_them(desk: Desk) -> None:
    for most in (1, 2, 17):
        _, result = desk.ask(PROMPT, sampling=GREEDY, max_tokens=most)
        assert result["finish_reason"] == "length"
        assert result["usage"]["completion_tokens"] == most
        assert result["usage"]["total_tokens"] == result["usage"]["prompt_tokens"] + most == 101 + most
        assert result["context"]["used"] <= 101 + most and result["context"]["size"] == 512
        assert "dropped_tokens" not in result["context"]
        assert all(value >= 0 for value in result["timings"].values())


def test_it_ends_with_its_context_where_nothing_else_ends_it(desk: Desk) -> None:
    for asked in (None, 100_000):
        _, result = desk.ask(PROMPT, sampling=GREEDY, max_tokens=asked)
        assert result["finish_reason"] == "length"
        assert result["usage"]["total_tokens"] == 512


def test_where_the_older_half_may_go_it_goes_on(desk: Desk) -> None:
    _, result = desk.ask(PROMPT, sampling=GREEDY, max_tokens=1200, shift=True)
    assert result["usage"]["completion_tokens"] == 1200
    assert result["context"]["dropped_tokens"] >= 1200 + 101 - 512 and result["context"]["used"] <= 512


def test_a_stop_ends_it_before_its_words_are_said(desk: Desk) -> None:
    whole, _ = desk.ask(PROMPT, sampling=GREEDY, max_tokens=30)
    stop = whole[len(whole) // 2 :][:9]  # across tokens
    text, result = desk.ask(PROMPT, sampling=GREEDY, max_tokens=30, stop=(stop,))
    assert text == whole[: whole.index(stop)] and result["finish_reason"] == "stop"
    assert 0 < result["usage"]["completion_tokens"] < 30


def test_every_token_tells_how_likely_it_was(desk: Desk) -> None:
    number = desk.add(PROMPT, sampling=GREEDY, max_tokens=6, logprobs=3)
    desk.run()
    entries = [entry for event, more in desk.said[number] if event == "delta" for entry in more.get("logprobs", [])]
    assert len(entries) == 6
    for entry in entries:
        assert len(entry["top_logprobs"]) == 3
        assert entry["logprob"] == pytest.approx(entry["top_logprobs"][0]["logprob"]) and entry["logprob"] <= 0


def test_a_token_the_model_does_not_have_is_refused_by_name(desk: Desk, model: TextModel) -> None:
    bias = Sampling(temperature=0, logit_bias=((model.n_vocab, 1.0),))
    with pytest.raises(Invalid, match=f"token {model.n_vocab}; the last one of this model is {model.n_vocab - 1}"):
        begun(model, sampling=bias)
    number = desk.add(PROMPT, sampling=bias, max_tokens=1)
    desk.run()
    assert failure(desk, number)["params"]["last"] == model.n_vocab - 1
    [chosen] = WORDS[7:8]
    strong = Sampling(temperature=0, logit_bias=((chosen, 100.0),))
    text, _ = desk.ask(PROMPT, sampling=strong, max_tokens=3)
    assert text.encode() == model.pieces[chosen] * 3


def test_a_form_that_cannot_be_kept_is_refused_and_the_next_one_answered(desk: Desk) -> None:
    number = desk.add(PROMPT, sampling=GREEDY, max_tokens=5, grammar='root ::= missing "a"')
    desk.run()
    assert failure(desk, number)["code"] == "invalid"
    text, result = desk.ask(PROMPT, sampling=GREEDY, max_tokens=9, grammar='root ::= "yes" | "no"')
    assert text in ("yes", "no") and result["finish_reason"] == "stop"


def test_what_is_to_be_read_shrinks_as_it_is_read(model: TextModel) -> None:
    sequence = begun(model, sampling=GREEDY, max_tokens=5)
    assert (sequence.unread, sequence.to_read, sequence.cached, sequence.fresh) == (101, 101, 0, True)
    sequence.slot.append(sequence.prompt[:60])
    assert sequence.unread == 41
    sequence.slot.append(sequence.prompt[60:])
    assert sequence.unread == 0
    sequence.close()


def test_a_full_slot_that_cannot_slide_ends(model: TextModel) -> None:
    sequence = begun(model, sampling=GREEDY, max_tokens=5)
    sequence.make_room()
    assert (sequence.finish_reason, sequence.dropped) == (None, 0), "there is room"
    sequence.close()


def test_what_was_said_before_is_tried_but_not_where_the_same_tokens_must_come_again(model: TextModel) -> None:
    tried = {}
    for name, sampling in (("free", Sampling(temperature=0.7)), ("seed", Sampling(seed=5)), ("greedy", GREEDY)):
        sequence = begun(model, sampling=sampling, max_tokens=4)
        sequence.slot.append([*PROMPT, *PROMPT[1:41]])
        tried[name] = sequence.guess(1.0, [0.0] * 16).tolist()
        sequence.close()
    assert tried["seed"] == tried["greedy"] == []
    assert tried["free"] == PROMPT[41:44], "no more than may still be said"
