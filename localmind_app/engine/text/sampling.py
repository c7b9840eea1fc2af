"""Choosing the next token: llama.cpp's samplers in the order that is fast on large vocabularies.

top_k comes first, so penalties, top_p and the rest see a few candidates instead of 128,000 (top_p over all of them
costs 4-18 ms per token). Penalties count the last `PENALTY_WINDOW` tokens of the answer, not the prompt.
With a grammar the chain chooses first; only where its choice does not fit it chooses again among the likeliest that do.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection

import llama_cpp.llama_cpp as c
import numpy as np
from numpy.typing import NDArray

from ..generation import Sampling
from ..llamacpp import Handle, Ints
from .grammar import Candidates, Grammar, apply, candidates

PENALTY_WINDOW = 256  # tokens
_GREEDY_CANDIDATES = 200  # enough for a penalty to move the likeliest token behind another
_GRAMMAR_CANDIDATES = 256  # the likeliest tokens a grammar chooses from, before it looks at all


class DeadEnd(Exception):
    """No token fits the grammar any more."""


class Sampler:
    """A sampler chain for one answer; `close` frees it and the grammar. `banned` tokens are never chosen."""

    def __init__(
        self, sampling: Sampling, n_vocab: int, banned: Collection[int] = (), grammar: Grammar | None = None
    ) -> None:
        params = c.llama_sampler_chain_default_params()
        params.no_perf = True
        self._chain: Handle = c.llama_sampler_chain_init(params)
        self._grammar = grammar
        self._biases = {**dict(sampling.logit_bias), **dict.fromkeys(banned, float("-inf"))}
        if self._biases:
            made = (c.llama_logit_bias(token, bias) for token, bias in self._biases.items())
            count = len(self._biases)
            self._add(c.llama_sampler_init_logit_bias(n_vocab, count, (c.llama_logit_bias * count)(*made)))
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

    def sample_formed(self, logits: NDArray[np.float32]) -> int:
        """The next token that fits the grammar. Raises DeadEnd where none does."""
        assert self._grammar is not None
        biased = logits + 0
        for token, bias in self._biases.items():
            biased[token] += bias
        count = min(_GRAMMAR_CANDIDATES, len(logits))
        likeliest = candidates(np.argpartition(biased, -count)[-count:].astype(np.int32), logits)
        token = self._choose(likeliest)
        if not self._grammar.allows(token):
            token = self._choose_among(likeliest, logits)
        self._grammar.accept(token)
        c.llama_sampler_accept(self._chain, token)
        return token

    def _choose_among(self, likeliest: Candidates, logits: NDArray[np.float32]) -> int:
        fitting = self._grammar_filter(likeliest)
        if not len(fitting):
            everything: Ints = np.arange(len(logits), dtype=np.int32)
            fitting = self._grammar_filter(candidates(everything, logits))
        if not len(fitting):
            raise DeadEnd
        return self._choose(fitting)

    def _grammar_filter(self, given: Candidates) -> Candidates:
        assert self._grammar is not None
        banned = [token for token, bias in self._biases.items() if bias == float("-inf")]
        return self._grammar.filter(given[~np.isin(given["id"], banned)] if banned else given)

    def _choose(self, given: Candidates) -> int:
        """What the chain chooses; the samplers reorder and cut the array, so it gets one of its own."""
        tried = given.copy()
        return int(tried["id"][apply(self._chain, tried)])

    def close(self) -> None:
        """Free the chain and the grammar."""
        c.llama_sampler_free(self._chain)
        if self._grammar is not None:
            self._grammar.close()
