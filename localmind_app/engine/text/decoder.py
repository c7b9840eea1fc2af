"""Runs one request at a time through the model: read the prompt, then one token per step.

This is the single-sequence form. The batching scheduler takes its place: many sequences in one `llama_decode`, the
same `Job` in, the same events out.

The KV cache keeps the last request's cells. The next request reuses the longest common beginning; a repeatable one
(a seed, or temperature 0) only reuses whole chunks that were decoded as chunks, because cells made in other batch
shapes differ in the last bits and could turn a token.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from localmind_app.core.errors import ContextOverflow

from ..generation import Generation
from ..llamacpp import Batch
from . import logprobs
from .detokenizer import Detokenizer
from .model import PREFILL_ROWS, TextModel
from .sampling import Sampler


class DecodeFailed(Exception):
    """llama.cpp could not go on; the context is not to be trusted any more and the process must end."""


class Cancelled(Exception):
    """The engine asked for the job to end."""


@dataclass
class Job:
    """One request in the child. `arrived` is in seconds of time.monotonic; `emit` sends an event about it."""

    id: int
    request: Generation
    emit: Callable[..., None]
    arrived: float = field(default_factory=time.monotonic)
    cancelled: bool = False
    decoded_at_cancel: int = 0


@dataclass
class Counters:
    """Totals since the model was loaded, in tokens."""

    requests: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    decoded_tokens: int = 0
    cancelled: int = 0
    tokens_after_cancel: int = 0  # the most that any one cancelled request still cost


class Decoder:
    """Owns the context. `between` runs between two steps, for short work that must not wait for a long answer."""

    def __init__(self, model: TextModel, between: Callable[[], None]) -> None:
        self._model = model
        self._between = between
        self._batch = Batch(PREFILL_ROWS)
        self._cells: list[int] = []  # the tokens whose KV cells are in the cache, by position
        self._whole = 0  # how many of them, from the start, were decoded in whole chunks
        self.counters = Counters()

    def run(self, job: Job, prompt: list[int]) -> dict[str, Any]:
        """Answer `job`, sending deltas on the way. Raises ContextOverflow, Cancelled, DecodeFailed."""
        size = self._model.n_ctx
        if len(prompt) >= size:
            raise ContextOverflow(
                "The prompt has {tokens} tokens; the model's context holds {size}, with at least one left to answer.",
                tokens=len(prompt),
                size=size,
            )
        self.counters.requests += 1
        started = time.monotonic()
        cached = self._reuse(prompt, job.request.sampling.repeatable)
        self._prefill(job, prompt, cached)
        read = time.monotonic()
        count, reason = self._generate(job, min(job.request.max_tokens or size, size - len(prompt)))
        seconds = time.monotonic() - read
        return {
            "finish_reason": reason,
            "usage": {
                "prompt_tokens": len(prompt),
                "completion_tokens": count,
                "total_tokens": len(prompt) + count,
                "prompt_tokens_details": {"cached_tokens": cached},
            },
            "timings": {
                "queue_ms": round((started - job.arrived) * 1000, 2),
                "prompt_ms": round((read - started) * 1000, 2),
                "predicted_ms": round(seconds * 1000, 2),
                "tokens_per_second": round(count / seconds, 2) if seconds > 0 else 0.0,
            },
            "context": {"used": len(prompt) + count, "size": size},
        }

    def _reuse(self, prompt: list[int], repeatable: bool) -> int:
        """Cut the cache down to what `prompt` shares with it; at least the last token is decoded again."""
        shared = 0
        for ours, theirs in zip(self._cells, prompt[:-1], strict=False):
            if ours != theirs:
                break
            shared += 1
        if repeatable:
            shared = min(shared, self._whole) // PREFILL_ROWS * PREFILL_ROWS
        if not self._model.forget_from(shared):
            self._model.forget_all()
            shared = 0
        del self._cells[shared:]
        self._whole = min(self._whole, shared // PREFILL_ROWS * PREFILL_ROWS)
        self.counters.prompt_tokens += len(prompt)
        self.counters.cached_tokens += shared
        return shared

    def _prefill(self, job: Job, prompt: list[int], start: int) -> None:
        at = start
        while at < len(prompt):
            self._check(job)
            progress = (at - start) / (len(prompt) - start)
            job.emit("status", status={"stage": "prompt", "progress": round(progress, 3)})
            end = min(len(prompt), (at // PREFILL_ROWS + 1) * PREFILL_ROWS)  # chunks end at multiples
            self._decode(prompt[at:end])
            if end - at == PREFILL_ROWS and self._whole == at:
                self._whole = end
            at = end

    def _generate(self, job: Job, limit: int) -> tuple[int, str]:
        request, model = job.request, self._model
        text = Detokenizer(request.stop)
        sampler = Sampler(request.sampling, model.n_vocab, model.ends if request.ignore_eos else ())
        try:
            for count in range(1, limit + 1):
                token = sampler.sample(model.context)
                if token in model.ends:
                    self._emit_text(job, text.finish(), None)
                    return count - 1, "stop"
                scores = None
                if request.logprobs is not None:
                    scores = logprobs.entry(model.logits(), token, request.logprobs, model.pieces)
                self._emit_text(job, text.push(model.pieces[token]), scores)
                if text.stopped:
                    return count, "stop"
                self._check(job)
                if count < limit:
                    self._decode([token])
                    self.counters.decoded_tokens += 1
            self._emit_text(job, text.finish(), None)
            return limit, "length"
        finally:
            sampler.close()

    def _emit_text(self, job: Job, text: str, scores: dict[str, Any] | None) -> None:
        if scores is not None:
            job.emit("delta", text=text, logprobs=[scores])
        elif text:
            job.emit("delta", text=text)

    def _check(self, job: Job) -> None:
        self._between()
        if job.cancelled:
            self.counters.cancelled += 1
            late = self.counters.decoded_tokens - job.decoded_at_cancel
            self.counters.tokens_after_cancel = max(self.counters.tokens_after_cancel, late)
            raise Cancelled

    def _decode(self, tokens: list[int]) -> None:
        self._batch.fill_sequence(tokens, len(self._cells))
        code = self._batch.decode(self._model.context)
        if code != 0:
            raise DecodeFailed(f"llama_decode returned {code}")
        self._cells += tokens
