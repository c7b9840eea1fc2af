"""Log-probabilities against their definition."""

from __future__ import annotations

import numpy as np

from localmind_app.engine.text.logprobs import entry, log_softmax


def test_probabilities_sum_to_one_even_for_huge_logits() -> None:
    logits = np.array([1e4, 1e4 - 1, -1e4, 0], np.float32)
    scores = log_softmax(logits)
    assert scores.shape == (4,)
    assert abs(np.exp(scores).sum() - 1) < 1e-12
    assert abs(scores[0] - scores[1] - 1) < 1e-3


def test_entry_is_sorted_and_has_bytes() -> None:
    pieces = [b"a", b"b", b"\xff", b"d"]
    made = entry(np.array([0, 3, 1, 2], np.float32), 2, 3, pieces)
    assert [top["token"] for top in made["top_logprobs"]] == ["b", "d", "\ufffd"]
    assert made["bytes"] == [255]
    assert made["logprob"] == made["top_logprobs"][2]["logprob"]
    assert entry(np.zeros(4, np.float32), 0, 0, pieces)["top_logprobs"] == []
