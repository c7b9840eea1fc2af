"""One request on its way through the scheduler: its prompt, its place in the cache, its sampler and its text."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from localmind_app.core.errors import Invalid

from ..generation import Generation
from ..llamacpp import Handle, Ints
from . import logprobs, tool_calls
from .detokenizer import Detokenizer
from .draft import DraftModel
from .grammar import Grammar, of_schema
from .lookup import Lookup
from .model import TextModel
from .sampling import DeadEnd, Sampler
from .slot import Slot


@dataclass(frozen=True)
class Prompt:
    """The tokens to be read, and what was left out so that they fit: `dropped` tokens, `left_out` messages."""

    tokens: Ints
    dropped: int = 0
    left_out: int = 0


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
    prompt: Prompt | None = None


class Sequence:
    """A job that has a slot. `next_token` is None while the prompt is being read; `dropped` tokens had to go.

    `cached` tokens of the prompt were there, `to_read` were not.

    Raises Invalid where the form the answer must have cannot be kept, or an adapter does not fit.
    """

    def __init__(self, job: Job, prompt: Prompt, slot: Slot, model: TextModel) -> None:
        self.job, self.prompt, self.slot, self._model = job, prompt.tokens, slot, model
        self.cached = slot.count
        self.to_read = len(prompt.tokens) - slot.count
        self.started = time.monotonic()
        self.read: float = 0.0
        self.next_token: int | None = None
        self.finish_reason: str | None = None
        self.dropped, self._left_out = prompt.dropped, prompt.left_out
        for token, _ in job.request.sampling.logit_bias:
            if token >= model.n_vocab:
                raise Invalid("logit_bias names token {token}; the last one of this model is {last}.", token=token,
                              last=model.n_vocab - 1)  # fmt: skip
        model.adapters.load(job.request.lora)
        self._count = 0
        self._lookup = Lookup()
        self._tried: Ints = prompt.tokens[:0]
        self._odds = self._lookup.odds  # of whoever guessed last
        request = job.request
        self._endless = request.shift and model.can_slide
        room = slot.size - len(self.prompt)
        self._limit = request.max_tokens or (slot.size if self._endless else room)
        self._limit = self._limit if self._endless else min(self._limit, room)
        self._text = Detokenizer(request.stop)
        form = tool_calls.form_of(model.chat_template)
        self._calls = tool_calls.CallReader(form) if request.calls else None
        self._called = 0
        self._formed = _grammar(request, form, model)
        banned = model.ends if request.ignore_eos else ()
        self._sampler = Sampler(request.sampling, model.n_vocab, banned, self._formed)

    @property
    def unread(self) -> int:
        """Prompt tokens that are not in the cache yet."""
        return len(self.prompt) - self.slot.count if self.next_token is None else 0

    @property
    def fresh(self) -> bool:
        """Whether its answer has no more than its first token."""
        return self._count <= 1

    def tell_progress(self) -> None:
        """Say how much of the prompt is read."""
        total = len(self.prompt) - self.cached
        done = self.slot.count - self.cached
        self.job.emit("status", status={"stage": "prompt", "progress": round(done / total, 3)})

    def make_room(self) -> None:
        """Where the context is full, let the older half of it go, the beginning excepted."""
        slot = self.slot
        if slot.count < slot.size:
            return
        kept = min(len(self.prompt), slot.size) // 4
        count = (slot.size - kept) // 2
        if not self._model.slide(slot.number, kept, count):
            self._end("length")
            return
        slot.slide(kept, count)
        self.dropped += count

    def guess(self, step_seconds: float, costs: list[float], draft: DraftModel | None = None) -> Ints:
        """Tokens that may come after the next one, worth trying where 1, 2, 3 … of them add these costs to a step.

        What was said before costs nothing to look up, so it goes before what a `draft` would say.
        """
        slot = self.slot
        if self.job.request.sampling.repeatable or not self._model.can_rewind:
            return self._tried[:0]  # other batch shapes could turn a token
        room = max(0, min(slot.size - slot.count - 1, self._limit - self._count - 1))
        said = slot.tokens[: slot.count]
        self._tried, self._odds = self._lookup.draft(said, step_seconds, costs)[:room], self._lookup.odds
        if draft is not None and not len(self._tried):
            self._tried, self._odds = draft.guess(said, room, step_seconds, costs), draft.odds
        return self._tried

    def take(self, context: Handle, rows: list[int]) -> int:
        """Sample from the rows of the next token and of those tried after it, up to the first that is another one.

        Returns how many of the tried came true; the cells of the others are given back.
        """
        tried, true = self._tried, 0
        self._tried = tried[:0]
        for at, row in enumerate(rows):
            self.sample(context, row)
            true = at
            if self.finish_reason is not None or at == len(tried) or self.next_token != tried[at]:
                break
        if len(tried):
            kept = self.slot.count - len(tried) + true
            self._model.forget(self.slot.number, kept)
            self.slot.cut(kept)
            self._odds.learn(len(tried), true)
        return true

    def sample(self, context: Handle, row: int) -> None:
        """Choose the next token from the logits of batch row `row`, and emit its text."""
        if self.next_token is None:
            self.read = time.monotonic()
        request, model = self.job.request, self._model
        try:
            token = self._sampler.sample(context, row) if self._formed is None else self._choose_formed(row)
        except DeadEnd:
            self._end("stop")
            return
        if token in model.ends:
            self._end("stop")
            return
        self._count += 1
        scores = None
        if request.logprobs is not None:
            scores = logprobs.entry(model.logits(row), token, request.logprobs, model.pieces)
        piece = model.pieces[token]
        if self._calls is not None:
            piece = piece or model.markers.get(token, b"")
        self._emit(self._text.push(piece), scores)
        self.next_token = token
        if self._text.stopped:
            self._end("stop")
        elif self._count >= self._limit:
            self._end("length")

    def result(self) -> dict[str, Any]:
        """What `done` tells."""
        size, used = len(self.prompt), len(self.prompt) + self._count
        seconds = time.monotonic() - self.read
        made: dict[str, Any] = {
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
            "context": {"used": min(used, self.slot.count + 1), "size": self.slot.size},
        }
        if self.dropped or self._left_out:
            made["context"] |= {"dropped_tokens": self.dropped, "dropped_messages": self._left_out}
        return made

    def close(self) -> None:
        """Free the sampler."""
        self._sampler.close()

    def _choose_formed(self, row: int) -> int:
        return self._sampler.sample_formed(self._model.logits(row))

    def _end(self, reason: str) -> None:
        self._emit(self._text.finish(), None)
        if self._calls is not None:
            self._emit_call(*self._calls.finish(), None)
        self.finish_reason = "tool_calls" if self._called and reason == "stop" else reason

    def _emit(self, text: str, scores: dict[str, Any] | None) -> None:
        if self._calls is not None:
            self._emit_call(*self._calls.push(text), scores)
        elif scores is not None:
            self.job.emit("delta", text=text, logprobs=[scores])
        elif text:
            self.job.emit("delta", text=text)

    def _emit_call(self, text: str, calls: list[dict[str, Any]], scores: dict[str, Any] | None) -> None:
        fields: dict[str, Any] = {} if scores is None else {"logprobs": [scores]}
        if calls:
            first = self._called
            self._called += len(calls)
            fields["tool_calls"] = [{"index": first + at, **call} for at, call in enumerate(calls)]
        if text or fields:
            self.job.emit("delta", text=text, **fields)


def _grammar(request: Generation, form: tool_calls.Form, model: TextModel) -> Grammar | None:
    """The grammar the answer must keep, from its beginning or from where it calls a function."""
    if request.calls:
        tools = request.tools
        named = [tool for tool in tools if tool["function"]["name"] == request.tool_choice]
        strict = bool(named) or request.tool_choice == "required"
        source = tool_calls.calls_grammar(form, named or tools, several=request.parallel_calls and not named)
        return Grammar(model.vocab, source, None if strict else tool_calls.trigger(form))
    source = request.grammar or (None if request.schema is None else of_schema(request.schema)) or ""
    return Grammar(model.vocab, source) if source else None
