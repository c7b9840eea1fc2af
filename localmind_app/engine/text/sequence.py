"""One request on its way through the scheduler: its prompt, its place in the cache, its sampler and its text."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..generation import Generation
from ..llamacpp import Handle, Ints
from . import logprobs
from .detokenizer import Detokenizer
from .model import TextModel
from .sampling import Sampler
from .slot import Slot


@dataclass
class Job:
    """One request in the child. `arrived` is in seconds of time.monotonic; `emit` sends an event about it.

    `begun` says that a piece of the answer was sent.
    """

    id: int
    request: Generation
    emit: Callable[..., None]
    arrived: float = field(default_factory=time.monotonic)
    cancelled: bool = False
    begun: bool = False
    steps_after_cancel: int = 0


class Sequence:
    """A job that has a slot. `next_token` is None while the prompt is being read."""

    def __init__(self, job: Job, prompt: Ints, slot: Slot, model: TextModel) -> None:
        self.job, self.prompt, self.slot, self._model = job, prompt, slot, model
        self.cached = slot.count
        self.started = time.monotonic()
        self.read: float = 0.0
        self.next_token: int | None = None
        self.finish_reason: str | None = None
        self._count = 0
        request = job.request
        self._limit = min(request.max_tokens or slot.size, slot.size - len(prompt))
        self._text = Detokenizer(request.stop)
        self._sampler = Sampler(request.sampling, model.n_vocab, model.ends if request.ignore_eos else ())

    @property
    def unread(self) -> int:
        """Prompt tokens that are not in the cache yet."""
        return len(self.prompt) - self.slot.count if self.next_token is None else 0

    def tell_progress(self) -> None:
        """Say how much of the prompt is read."""
        total = len(self.prompt) - self.cached
        done = self.slot.count - self.cached
        self.job.emit("status", status={"stage": "prompt", "progress": round(done / total, 3)})

    def sample(self, context: Handle, row: int) -> None:
        """Choose the next token from the logits of batch row `row`, and emit its text."""
        if self.next_token is None:
            self.read = time.monotonic()
        request, model = self.job.request, self._model
        token = self._sampler.sample(context, row)
        if token in model.ends:
            self._end("stop")
            return
        self._count += 1
        scores = None
        if request.logprobs is not None:
            scores = logprobs.entry(model.logits(row), token, request.logprobs, model.pieces)
        self._emit(self._text.push(model.pieces[token]), scores)
        self.next_token = token
        if self._text.stopped:
            self.finish_reason = "stop"
        elif self._count >= self._limit:
            self._end("length")

    def result(self) -> dict[str, Any]:
        """What `done` tells."""
        size, used = len(self.prompt), len(self.prompt) + self._count
        seconds = time.monotonic() - self.read
        return {
            "finish_reason": self.finish_reason,
            "usage": {
                "prompt_tokens": size,
                "completion_tokens": self._count,
                "total_tokens": used,
                "prompt_tokens_details": {"cached_tokens": self.cached},
            },
            "timings": {
                "queue_ms": round((self.started - self.job.arrived) * 1000, 2),
                "prompt_ms": round((self.read - self.started) * 1000, 2),
                "predicted_ms": round(seconds * 1000, 2),
                "tokens_per_second": round(self._count / seconds, 2) if seconds > 0 else 0.0,
            },
            "context": {"used": used, "size": self.slot.size},
        }

    def close(self) -> None:
        """Free the sampler."""
        self._sampler.close()

    def _end(self, reason: str) -> None:
        self._emit(self._text.finish(), None)
        self.finish_reason = reason

    def _emit(self, text: str, scores: dict[str, Any] | None) -> None:
        if scores is not None:
            self.job.emit("delta", text=text, logprobs=[scores])
        elif text:
            self.job.emit("delta", text=text)
