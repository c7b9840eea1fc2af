"""One sequence through real llama.cpp: cache reuse, equality of cached and fresh answers, cancel, the end of a turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from localmind_app.core.errors import ContextOverflow
from localmind_app.engine import llamacpp
from localmind_app.engine.generation import Generation, Sampling
from localmind_app.engine.text.decoder import Cancelled, Decoder, Job
from localmind_app.engine.text.model import TextModel
from tests.models_factory import write_script_llama

WORDS = [257 + number % 200 for number in range(900)]


@pytest.fixture
def model(model_files: Path) -> Iterator[TextModel]:
    llamacpp.start()
    made = TextModel(str(model_files / "random.gguf"), 1024, 1, lambda _: None)
    yield made
    made.close()


def run(decoder: Decoder, prompt: list[int], **fields: Any) -> tuple[str, dict[str, Any]]:
    texts: list[str] = []

    def emit(event: str, **said: Any) -> None:
        texts.append(said.get("text", ""))

    result = decoder.run(Job(1, Generation(prompt="", **fields), emit), prompt)
    return "".join(texts), result


def cached(result: dict[str, Any]) -> int:
    return int(result["usage"]["prompt_tokens_details"]["cached_tokens"])


def test_a_repeatable_answer_is_the_same_with_and_without_a_warm_cache(model: TextModel) -> None:
    exact = Sampling(temperature=1.3, top_k=0, top_p=1.0, min_p=0.0, seed=4)
    decoder = Decoder(model, lambda: None)
    fresh, first = run(decoder, WORDS[:700], max_tokens=60, sampling=exact)
    assert cached(first) == 0
    run(decoder, WORDS[:520], max_tokens=30)
    run(decoder, WORDS[:530], max_tokens=30)
    warm, second = run(decoder, WORDS[:700], max_tokens=60, sampling=exact)
    assert cached(second) == 512
    assert warm == fresh


def test_a_reused_prefix_gives_the_same_logits(model: TextModel) -> None:
    decoder = Decoder(model, lambda: None)
    run(decoder, WORDS[:300], max_tokens=1)
    fresh = model.logits().copy()
    run(decoder, WORDS[:200], max_tokens=50)
    _, result = run(decoder, WORDS[:300], max_tokens=1)
    assert cached(result) == 200
    assert np.allclose(model.logits(), fresh, atol=0.05)


def test_a_different_beginning_leaves_nothing_of_the_last_request(model: TextModel) -> None:
    one, two = Decoder(model, lambda: None), WORDS[100:160]
    exact = Sampling(temperature=0)
    expected, _ = run(one, two, max_tokens=20, sampling=exact)
    model.forget_all()
    other = Decoder(model, lambda: None)
    run(other, WORDS[:400], max_tokens=20)
    assert run(other, two, max_tokens=20, sampling=exact)[0] == expected


def test_overflow_and_the_cap(model: TextModel) -> None:
    decoder = Decoder(model, lambda: None)
    with pytest.raises(ContextOverflow):
        run(decoder, (WORDS * 2)[:1024])
    _, result = run(decoder, (WORDS * 2)[:1020], max_tokens=50)
    assert result["usage"]["completion_tokens"] == 4
    assert result["finish_reason"] == "length"
    assert run(decoder, WORDS[:10], max_tokens=2)[1]["finish_reason"] == "length", "the context is usable afterwards"


@pytest.mark.parametrize("looks", [1, 6])
def test_cancel_between_chunks_and_tokens(model: TextModel, looks: int) -> None:
    seen = 0

    def between() -> None:
        nonlocal seen
        seen += 1
        if seen == looks:
            job.decoded_at_cancel = decoder.counters.decoded_tokens
            job.cancelled = True

    decoder = Decoder(model, between)
    job = Job(1, Generation(prompt="", ignore_eos=True), lambda *_, **__: None)
    with pytest.raises(Cancelled):
        decoder.run(job, WORDS[:700])
    assert decoder.counters.tokens_after_cancel <= 1
    assert seen == looks


def test_the_models_own_end(tmp_path: Path) -> None:
    llamacpp.start()
    path = write_script_llama(tmp_path / "once.gguf", ["Hi ", "there"], loop=False)
    model = TextModel(str(path), 256, 1, lambda _: None)
    decoder = Decoder(model, lambda: None)
    greedy = Sampling(temperature=0)
    text, result = run(decoder, [1, 2, 3], sampling=greedy)
    assert (text, result["finish_reason"], result["usage"]["completion_tokens"]) == ("Hi there", "stop", 2)
    text, result = run(decoder, [1, 2, 3], sampling=greedy, ignore_eos=True, max_tokens=6)
    assert result["finish_reason"] == "length"
    assert result["usage"]["completion_tokens"] == 6
    model.close()
