"""Choosing the next token: llama.cpp's samplers in the order that is fast on large vocabularies.

top_k comes first, so penalties, top_p and the rest see a few candidates instead of 128,000 (top_p over all of them
costs 4-18 ms per token). Penalties count the last `PENALTY_WINDOW` tokens of the answer, not the prompt.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection

import llama_cpp.llama_cpp as c

from ..generation import Sampling
from ..llamacpp import Handle

PENALTY_WINDOW = 256  # tokens
_GREEDY_CANDIDATES = 200  # enough for a penalty to move the likeliest token behind another


class Sampler:
    """A sampler chain for one answer; `close` frees it. `banned` tokens are never chosen."""

    def __init__(self, sampling: Sampling, n_vocab: int, banned: Collection[int] = ()) -> None:
        params = c.llama_sampler_chain_default_params()
        params.no_perf = True
        self._chain: Handle = c.llama_sampler_chain_init(params)
        if banned:
            biases = (c.llama_logit_bias * len(banned))(*(c.llama_logit_bias(token, float("-inf")) for token in banned))
            self._add(c.llama_sampler_init_logit_bias(n_vocab, len(banned), biases))
        if sampling.temperature == 0:
            self._add_greedy(sampling, n_vocab)
        else:
            self._add_random(sampling, n_vocab)

    def _add(self, sampler: Handle) -> None:
        c.llama_sampler_chain_add(self._chain, sampler)

    def _add_penalties(self, s: Sampling, n_vocab: int) -> None:
        if (s.repeat_penalty, s.frequency_penalty, s.presence_penalty) != (1.0, 0.0, 0.0):
            self._add(
                c.llama_sampler_init_penalties(
                    n_vocab, PENALTY_WINDOW, s.repeat_penalty, s.frequency_penalty, s.presence_penalty
                )
            )

    def _add_greedy(self, s: Sampling, n_vocab: int) -> None:
        if (s.repeat_penalty, s.frequency_penalty, s.presence_penalty) != (1.0, 0.0, 0.0):
            self._add(c.llama_sampler_init_top_k(_GREEDY_CANDIDATES))
        self._add_penalties(s, n_vocab)
        self._add(c.llama_sampler_init_greedy())

    def _add_random(self, s: Sampling, n_vocab: int) -> None:
        if s.top_k > 0:
            self._add(c.llama_sampler_init_top_k(s.top_k))
        self._add_penalties(s, n_vocab)
        self._add(c.llama_sampler_init_top_p(s.top_p, 1))
        self._add(c.llama_sampler_init_min_p(s.min_p, 1))
        self._add(c.llama_sampler_init_temp(s.temperature))
        seed = secrets.randbits(32) if s.seed is None else s.seed
        # 0xFFFFFFFF means "any seed" to llama.cpp; reducing by it keeps every seed a fixed one.
        self._add(c.llama_sampler_init_dist(seed % 0xFFFFFFFF))

    def sample(self, context: Handle, row: int = -1) -> int:
        """The next token, from the logits of that row of the batch (-1: the last output)."""
        return int(c.llama_sampler_sample(self._chain, context, row))

    def close(self) -> None:
        """Free the chain."""
        c.llama_sampler_free(self._chain)
