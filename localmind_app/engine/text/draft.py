"""Speculative decoding by a draft model: a small model of the same vocabulary says what the large one may say next.

Its tokens are tried as those of `lookup`: sampled as they would have been alone, so answers keep their distribution.
It has one sequence, for the one answer that is alone, and follows it by its tokens, whoever wrote them; a long prompt
it reads piece by piece beside the answer. Source: speculative decoding (Leviathan et al., 2023), with exact matches.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

import llama_cpp.llama_cpp as c
import numpy as np

from .. import llamacpp
from ..llamacpp import Batch, Handle, Ints, common
from .model import PREFILL_ROWS, context_settings
from .odds import Odds

_MEMORY = 0.2  # weight of the newest guess in what a token costs
_PADDING = 128  # tokens that vocabularies may differ in at their end: rows that stand for nothing


class DraftModel:
    """A second model file in memory. `vocab` is the large model's. Raises LoadFailed where it cannot guess for that."""

    def __init__(self, path: str, vocab: Handle, n_ctx: int, threads: int) -> None:
        self._model: Handle = llamacpp.load_model(path, lambda _: None)
        try:
            own = c.llama_model_get_vocab(self._model)
            _check(self._model, own, vocab)
            settings = context_settings(self._model, n_ctx, 1)
            self._context: Handle = llamacpp.new_context(
                self._model, **settings, n_threads=threads, n_threads_batch=threads
            )
        except llamacpp.LoadFailed:
            c.llama_model_free(self._model)
            raise
        self._memory: Handle = c.llama_get_memory(self._context)
        self._words = min(int(c.llama_vocab_n_tokens(one)) for one in (own, vocab))
        self._batch = Batch(PREFILL_ROWS)
        self._tokens: Ints = np.zeros(int(c.llama_n_ctx_seq(self._context)), np.int32)
        self._count = 0  # cells it has, those of `_tokens[:_count]`
        self._threads = threads
        self._token_seconds = 0.0  # what guessing one costs
        self._failed = False
        self.odds = Odds()

    def guess(self, tokens: Ints, room: int, step_seconds: float, costs: Sequence[float]) -> Ints:
        """At most `room` tokens that may follow `tokens`; none where a try would not pay, or while it still reads."""
        none = tokens[:0]
        with_own = [seconds + count * self._token_seconds for count, seconds in enumerate(costs, 1)]
        most = min(room, self.odds.worthwhile(step_seconds, with_own))
        most = min(most, len(self._tokens) - len(tokens))
        if self._failed or most <= 0 or not self._follow(tokens):
            return none
        began, read = time.monotonic(), len(tokens) - self._count
        found: list[int] = []
        following = tokens[self._count :]
        while len(found) < most:
            token = self._next(following)
            if token is None:
                return none
            if token >= self._words:
                break
            found.append(token)
            following = np.array([token], np.int32)
        if read <= 2:  # the last one that came true and the one after it; more are a prompt
            cost = (time.monotonic() - began) / max(1, len(found))
            self._token_seconds += (_MEMORY if self._token_seconds else 1.0) * (cost - self._token_seconds)
        return np.array(found, np.int32)

    def use_threads(self, count: int) -> None:
        """Compute with that many threads from the next decode on."""
        if count != self._threads:
            self._threads = count
            c.llama_set_n_threads(self._context, count, count)

    def clear(self) -> None:
        """Forget what it has read."""
        c.llama_memory_seq_rm(self._memory, 0, -1, -1)
        self._tokens[:] = 0
        self._count = 0

    def close(self) -> None:
        """Give the memory back."""
        c.llama_free(self._context)
        c.llama_model_free(self._model)

    def _follow(self, tokens: Ints) -> bool:
        """Come to where the answer is, but for at most one batch; False where a piece was read and more is left."""
        kept = common(self._tokens[: self._count], tokens[:-1])
        if kept < self._count:
            c.llama_memory_seq_rm(self._memory, 0, kept, -1)
            self._count = kept
        if len(tokens) - kept <= PREFILL_ROWS:
            return not bool((tokens[kept:] >= self._words).any())
        self._next(tokens[kept : kept + PREFILL_ROWS])
        return False

    def _next(self, tokens: Ints) -> int | None:
        """Read `tokens`; the likeliest one after them. None, from then on, where llama.cpp cannot go on."""
        self._batch.clear()
        row = self._batch.add(tokens, 0, self._count, wanted=True)
        if self._batch.decode(self._context) != 0:
            sys.stderr.write("the draft model cannot go on and is left out\n")
            self._failed = True
            return None
        self._tokens[self._count : self._count + len(tokens)] = tokens
        self._count += len(tokens)
        logits = np.ctypeslib.as_array(c.llama_get_logits_ith(self._context, row), (self._words,))
        return int(logits.argmax())


def _check(model: Handle, own: Handle, wanted: Handle) -> None:
    """Raises LoadFailed where the model cannot take its words back, or its tokens are not those of `wanted`."""
    if c.llama_model_has_encoder(model) or not c.llama_model_has_decoder(model):
        raise llamacpp.LoadFailed("it is not a model that continues a text")
    if c.llama_model_is_recurrent(model) or c.llama_model_is_hybrid(model):
        raise llamacpp.LoadFailed("a model of its kind cannot take tokens back")
    sizes = [int(c.llama_vocab_n_tokens(one)) for one in (own, wanted)]
    if c.llama_vocab_type(own) != c.llama_vocab_type(wanted) or abs(sizes[0] - sizes[1]) > _PADDING:
        raise llamacpp.LoadFailed(f"its vocabulary is another one: {sizes[0]} tokens instead of {sizes[1]}")
    for token in range(min(sizes)):
        if c.llama_vocab_get_text(own, token) != c.llama_vocab_get_text(wanted, token):
            raise llamacpp.LoadFailed(f"its vocabulary is another one: token {token} differs")
