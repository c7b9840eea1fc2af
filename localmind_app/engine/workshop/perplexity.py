"""How surprised a model is by a text: lower is better, and it only compares models with the same vocabulary.

The text is read in windows that overlap by half, so every token but the first few is predicted from at least half a
window. Source: https://huggingface.co/docs/transformers/perplexity.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from .. import llamacpp
from ..wire import Message
from . import sample
from .reader import Logits, Reader

Report = Callable[[float, float], None]
WINDOW = 512  # tokens


@dataclass(frozen=True)
class Perplexity:
    """exp of the mean surprise per token over `tokens` tokens; `error` is its standard error."""

    value: float
    error: float
    tokens: int


def surprises(logits: Logits, following: Sequence[int]) -> NDArray[np.float64]:
    """-ln p(token) for each row of `logits`, shape (rows, vocabulary), and the token that followed it."""
    wide = logits.astype(np.float64)
    wide -= wide.max(axis=1, keepdims=True)
    chosen = wide[np.arange(len(following)), following]
    return np.asarray(np.log(np.exp(wide).sum(axis=1)) - chosen)


def measure(reader: Reader, tokens: Sequence[int], report: Report, window: int = WINDOW) -> Perplexity:
    """The perplexity of `tokens`. Raises EngineError."""
    size = min(window, reader.n_ctx) - len(reader.bos)
    step = max(1, size // 2)
    found: list[NDArray[np.float64]] = []
    begin, known = 0, 1  # tokens before `known` are scored; the first one follows nothing
    while known < len(tokens):
        end = min(begin + size, len(tokens))
        text = [*reader.bos, *tokens[begin:end]]
        shift = begin - len(reader.bos)  # from a row's place in `text` to the token it stands for
        for row, logits in reader.read(text, known - 1 - shift):
            last = min(shift + row + len(logits), len(tokens) - 1, end - 1)
            following = tokens[shift + row + 1 : last + 1]
            if len(following):
                found.append(surprises(logits[: len(following)], following))
        known, begin = end, begin + step
        report(known, len(tokens))
    all_of_them = np.concatenate(found)
    value = math.exp(min(700.0, float(all_of_them.mean())))
    error = value * float(all_of_them.std()) / math.sqrt(len(all_of_them))
    return Perplexity(value, error, len(all_of_them))


def task(request: Message, report: Report) -> Message:
    """{model, text?, most?} → {value, error, tokens}; without a text, of the built-in sample; `most` tokens of it."""
    llamacpp.start()
    reader = Reader(request["model"], WINDOW)
    text = request.get("text") or sample.text()
    found = measure(reader, reader.tokens(text)[: request.get("most") or None], report)
    reader.close()
    return asdict(found)
