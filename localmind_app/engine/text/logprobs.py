"""Log-probabilities of a step, from the model's raw logits: before temperature and penalties, as OpenAI has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Natural logarithms of the probabilities, shape (vocabulary,); computed in float64 from shifted logits."""
    shifted = logits.astype(np.float64) - float(logits.max())
    return np.asarray(shifted - np.log(np.exp(shifted).sum()))


def entry(logits: NDArray[np.float32], token: int, top: int, pieces: Sequence[bytes]) -> dict[str, Any]:
    """The chosen token and the `top` likeliest ones, in the form of OpenAI's chat API."""
    scores = log_softmax(logits)
    made = _item(token, scores, pieces)
    best: list[dict[str, Any]] = []
    if top:
        candidates = np.argpartition(scores, -top)[-top:]
        ordered = candidates[np.argsort(-scores[candidates], kind="stable")]
        best = [_item(int(candidate), scores, pieces) for candidate in ordered]
    return {**made, "top_logprobs": best}


def _item(token: int, scores: NDArray[np.float64], pieces: Sequence[bytes]) -> dict[str, Any]:
    data = pieces[token]
    return {"token": data.decode("utf-8", "replace"), "logprob": float(scores[token]), "bytes": list(data)}
