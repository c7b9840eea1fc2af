"""The sampler chain against numpy on a real model's logits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from localmind_app.engine import llamacpp
from localmind_app.engine.generation import Sampling
from localmind_app.engine.llamacpp import Batch
from localmind_app.engine.text.model import TextModel
from localmind_app.engine.text.sampling import Sampler


@pytest.fixture(scope="module")
def model(model_files: Path) -> Iterator[TextModel]:
    llamacpp.start()
    made = TextModel(str(model_files / "random.gguf"), 512, 1, lambda _: None)
    batch = Batch(256)
    batch.clear()
    batch.add([1, 300, 301, 302], 0, 0, wanted=True)
    assert batch.decode(made.context) == 0
    yield made
    made.close()


def draw(model: TextModel, sampling: Sampling, times: int = 1, banned: tuple[int, ...] = ()) -> list[int]:
    sampler = Sampler(sampling, model.n_vocab, banned)
    drawn = [sampler.sample(model.context) for _ in range(times)]
    sampler.close()
    return drawn


def test_greedy_is_the_argmax_and_a_ban_moves_it(model: TextModel) -> None:
    order = np.argsort(-model.logits(-1))
    assert draw(model, Sampling(temperature=0)) == [order[0]]
    assert draw(model, Sampling(temperature=0), banned=(int(order[0]), int(order[1]))) == [order[2]]


def test_a_seed_repeats(model: TextModel) -> None:
    wide = {"temperature": 2.0, "top_k": 0, "top_p": 1.0, "min_p": 0.0}
    drawn = draw(model, Sampling(**wide, seed=5), 40)
    assert draw(model, Sampling(**wide, seed=5), 40) == drawn
    assert draw(model, Sampling(**wide, seed=6), 40) != drawn
    assert draw(model, Sampling(**wide, seed=2**64 - 1), 5) == draw(model, Sampling(**wide, seed=2**64 - 1), 5)


def test_frequencies_follow_the_distribution(model: TextModel) -> None:
    logits = model.logits(-1).astype(np.float64)
    top = np.argsort(-logits)[:4]
    expected = np.exp(logits[top]) / np.exp(logits[top]).sum()
    plain = Sampling(temperature=1.0, top_k=4, top_p=1.0, min_p=0.0, seed=1)
    counts = Counter(draw(model, plain, 4000))
    assert set(counts) == set(top)
    measured = np.array([counts[int(token)] for token in top]) / 4000
    assert np.abs(measured - expected).max() < 0.04


def test_top_k_limits(model: TextModel) -> None:
    hot = Sampling(temperature=5.0, top_k=3, top_p=1.0, min_p=0.0, seed=2)
    assert len(set(draw(model, hot, 200))) == 3


def test_a_penalty_pushes_the_last_choice_away(model: TextModel) -> None:
    drawn = draw(model, Sampling(temperature=0, repeat_penalty=10.0), 5)
    assert len(set(drawn)) == 5
