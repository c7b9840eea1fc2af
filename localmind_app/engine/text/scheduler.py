"""Continuous batching: every step decodes one token of each running answer and a piece of the prompts that wait.

Requests join and leave between two steps. Running answers come first; what is left of a step's time goes to prompts,
the oldest first, so that a long prompt slows the others' words down but never stops them. Each sequence has a KV
buffer of its own (see `slot`), and nothing one request does is visible to another.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from localmind_app.core.errors import ContextOverflow, UserError

from ..generation import Generation
from ..llamacpp import Batch, Ints, common
from .adapter import Adapters
from .draft import DraftModel
from .governor import Governor
from .model import PREFILL_ROWS, TextModel
from .odds import MOST_TRIED
from .prompt import PromptBuilder
from .queue import WaitingJobs
from .saved_state import SavedStates
from .sequence import Job, Prompt, Sequence
from .slot import Slots
from .try_costs import TryCosts

# While somebody is answered, a step with a piece of a prompt takes at most these seconds, or so many times as long
# as one without: larger pieces are read faster, smaller ones let the others' words come more evenly.
STEP_SECONDS = 0.15
STEP_STRETCH = 1.8
WORTH_WAITING = 64  # tokens of a common beginning that another request is about to have read
SMALLEST_PIECE = 16  # rows of a prompt in a step, however slow the machine
# Requests that come together are answered together: full steps are faster for each of them. So long an answer waits
# after its first word for short prompts beside it; one that is under way is never stopped.
BURST_SECONDS = 2.5


class DecodeFailed(Exception):
    """llama.cpp could not go on; the context is not to be trusted any more and the process must end."""


@dataclass
class Counters:
    """Totals since the model was loaded: tokens, steps, and seconds inside and outside of llama.cpp."""

    requests: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    decoded_tokens: int = 0
    steps: int = 0
    decode_seconds: float = 0.0
    other_seconds: float = 0.0
    cancelled: int = 0
    tried_tokens: int = 0  # by prompt lookup or a draft model, and how many of them came true
    true_tokens: int = 0
    queue_seconds: float = 0.0  # of all requests that ended, together: waiting, reading, answering
    prompt_seconds: float = 0.0
    answer_seconds: float = 0.0
    steps_after_cancel: int = 0  # the most that any one cancelled request still cost


class Scheduler:
    """Owns the context. `add` jobs and `step` from one thread; a job's `cancelled` may be set by any."""

    def __init__(
        self,
        model: TextModel,
        prompts: PromptBuilder,
        states: SavedStates | None = None,
        draft: DraftModel | None = None,
    ) -> None:
        self._model, self._prompts, self._draft = model, prompts, draft
        self._slots = Slots(model, states)
        self._batch = Batch(PREFILL_ROWS + model.slots + MOST_TRIED)
        self._governor = Governor(model.most_threads)
        self._waiting = WaitingJobs()
        self._running: list[Sequence] = []
        self._turn: Adapters = ()
        self._row_seconds = 0.0  # what a row of a prompt costs, as measured
        self._tries = TryCosts()
        self._base_seconds = 0.0  # what a step without any costs
        self._guess_seconds = 0.0  # what the guesses of this step took
        self.counters = Counters()

    @property
    def busy(self) -> bool:
        """Whether there is anything to do."""
        return bool(self._waiting or self._running)

    @property
    def running(self) -> int:
        """Requests that have a slot."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """Requests that wait for one."""
        return len(self._waiting)

    def conversations(self) -> set[str]:
        """Whose cells are in memory."""
        return self._slots.conversations()

    def forget(self, conversations: Collection[str]) -> None:
        """Drop what is in memory of these conversations, and use their files no more."""
        self._slots.forget(conversations)
        if self._draft is not None:
            self._draft.clear()

    def save_one(self) -> bool:
        """Write one long conversation to disk; False where there is none left. For when there is nothing to do."""
        return not self.busy and self._slots.save_one(self._row_seconds)

    def add(self, job: Job) -> None:
        """Take a job; it begins with the next step that has a slot for it."""
        if not self.busy:
            self._governor.begin()
        self._waiting.add(job)
        if len(self._waiting) > 1 or not self._slots.free():
            job.emit("status", status={"stage": "queued", "position": len(self._waiting)})

    def step(self) -> None:
        """Admit, decode once, sample, and let go of what ended. Raises DecodeFailed."""
        began = time.monotonic()
        self._drop_cancelled()
        self._admit()
        rows, reading, tried = self._fill()
        if not rows:
            self._finish()
            return
        inside = self._decode()
        for sequence, wanted in rows:
            if wanted:
                true = sequence.take(self._model.context, wanted)
                self.counters.true_tokens += true
                self.counters.decoded_tokens += true
        self._finish()
        self.counters.steps += 1
        self.counters.tried_tokens += tried
        self.counters.decode_seconds += inside + self._guess_seconds
        self.counters.other_seconds += time.monotonic() - began - inside - self._guess_seconds
        self._learn(inside, reading, tried, len(rows))

    def _drop_cancelled(self) -> None:
        if dropped := self._waiting.drop_cancelled():
            self.counters.cancelled += dropped
            self._tell_positions()
        for sequence in [one for one in self._running if one.job.cancelled]:
            self.counters.cancelled += 1
            late = sequence.job.steps_after_cancel
            self.counters.steps_after_cancel = max(self.counters.steps_after_cancel, late)
            self._leave(sequence)

    def _admit(self) -> None:
        begun, later = 0, []
        while self._waiting and self._slots.free():
            job = self._waiting.next(sequence.job for sequence in self._running)
            try:
                job.prompt = job.prompt or self._prompt(job.request)
                if self._is_being_read(job.prompt, job.request):
                    later.append(job)
                    continue
                self._begin(job, job.prompt)
            except UserError as error:
                job.emit("error", error=error.body())
            begun += 1
        self._waiting.put_back(later)
        if begun:
            self._tell_positions()

    def _is_being_read(self, prompt: Prompt, request: Generation) -> bool:
        """Whether another request is reading a beginning of this prompt, whose cells can be copied in a moment."""
        if request.sampling.repeatable:
            return False
        there = self._slots.longest(prompt.tokens, request.lora)
        return any(
            sequence.unread and sequence.slot.count < shared and shared - there >= WORTH_WAITING
            for sequence in self._running
            if sequence.job.request.lora == request.lora and (shared := common(sequence.prompt, prompt.tokens[:-1]))
        )

    def _prompt(self, request: Generation) -> Prompt:
        size = self._model.n_ctx
        tokens = self._prompts.tokens(request)
        if len(tokens) < size:
            return Prompt(np.array(tokens, np.int32))
        kept, left_out = self._prompts.shortened(request, size) if request.shift else (tokens, 0)
        if len(kept) >= size:
            raise ContextOverflow(
                "The prompt has {tokens} tokens; the model's context holds {size}, with at least one left to answer.",
                tokens=len(tokens),
                size=size,
            )
        return Prompt(np.array(kept, np.int32), len(tokens) - len(kept), left_out)

    def _begin(self, job: Job, prompt: Prompt) -> None:
        request = job.request
        slot = self._slots.take(prompt.tokens, request.sampling.repeatable, request.lora, request.conversation)
        try:
            sequence = Sequence(job, prompt, slot, self._model)
        except UserError:
            self._slots.give_back(slot)
            raise
        self._running.append(sequence)
        self.counters.requests += 1
        self.counters.prompt_tokens += len(prompt.tokens)
        self.counters.cached_tokens += sequence.cached

    def _fill(self) -> tuple[list[tuple[Sequence, list[int]]], int, int]:
        """Put the step's rows into the batch.

        Returns sequences with their rows whose logits are wanted, and how many rows are of prompts and of tries.
        """
        self._batch.clear()
        self._guess_seconds = 0.0
        running = self._whose_turn()
        for sequence in running:
            if sequence.next_token is not None:
                sequence.make_room()
        answering = [one for one in running if one.next_token is not None and one.finish_reason is None]
        if self._in_a_burst(answering, running):
            answering = []
        alone = len(self._running) == 1 and not self._waiting
        rows, tried = [], 0
        for sequence in answering:
            wanted = [self._add(sequence, [sequence.next_token or 0])]
            if alone:
                guessed = self._guess(sequence)
                wanted += [self._add(sequence, [token]) for token in guessed]
                tried = len(guessed)
            rows.append((sequence, wanted))
        self.counters.decoded_tokens += len(answering)
        reading = 0
        budget = self._budget() if answering else PREFILL_ROWS
        for sequence in sorted(running, key=lambda one: -one.job.request.priority):
            if sequence.next_token is None and reading < budget:
                reading += self._read_on(sequence, budget - reading, alone=not answering and not reading)
                rows.append((sequence, [] if sequence.unread else [self._last]))
        return rows, reading, tried

    def _guess(self, sequence: Sequence) -> Ints:
        began = time.monotonic()
        if self._draft is not None:
            self._draft.use_threads(self._model.threads)
        guessed = sequence.guess(self._base_seconds, self._tries.of(self._base_seconds), self._draft)
        self._guess_seconds = time.monotonic() - began
        return guessed

    def _in_a_burst(self, answering: list[Sequence], running: list[Sequence]) -> bool:
        """Whether nobody has more than a first word yet, and short prompts that came before it are still unread."""
        if not answering or not all(one.fresh for one in answering):
            return False
        first = min(one.read for one in answering)
        short = [one.job for one in running if one.unread and one.to_read <= PREFILL_ROWS and one.job.arrived < first]
        urgent = any(one.job.request.priority > job.request.priority for one in answering for job in short)
        return bool(short) and not urgent and time.monotonic() - first < BURST_SECONDS

    def _whose_turn(self) -> list[Sequence]:
        """Those who run with the same adapters, which one step must have; several sets take turns."""
        sets = list(dict.fromkeys(sequence.job.request.lora for sequence in self._running))
        if not sets:
            return []
        after = sets.index(self._turn) + 1 if self._turn in sets else 0
        self._turn = sets[after % len(sets)]
        self._model.adapters.use(self._turn)
        return [sequence for sequence in self._running if sequence.job.request.lora == self._turn]

    def _add(self, sequence: Sequence, tokens: list[int]) -> int:
        slot = sequence.slot
        row = self._batch.add(tokens, slot.number, slot.count, wanted=True)
        slot.append(tokens)
        return row

    def _read_on(self, sequence: Sequence, most: int, *, alone: bool) -> int:
        sequence.tell_progress()
        slot = sequence.slot
        start = slot.count
        # Pieces end at multiples of a chunk, so that a repeatable request can find whole ones.
        count = min(sequence.unread, most, PREFILL_ROWS - start % PREFILL_ROWS)
        piece = sequence.prompt[start : start + count]
        last = start + count == len(sequence.prompt)
        self._last = self._batch.add(piece, slot.number, start, wanted=last)
        slot.append(piece)
        if alone and count == PREFILL_ROWS and slot.whole == start:
            slot.whole = slot.count
        return count

    def _budget(self) -> int:
        """Rows of prompts that fit into a step beside the running answers, from what rows have cost so far."""
        if not self._row_seconds:
            return SMALLEST_PIECE
        left = max(STEP_SECONDS, STEP_STRETCH * self._base_seconds) - self._base_seconds
        return max(SMALLEST_PIECE, min(PREFILL_ROWS, int(left / self._row_seconds)))

    def _learn(self, seconds: float, reading: int, tried: int, rows: int) -> None:
        if tried:
            self._tries.learn(tried, seconds - self._base_seconds)
        elif not reading:
            self._base_seconds += 0.2 * (seconds - self._base_seconds)
        elif reading >= SMALLEST_PIECE:
            base = self._base_seconds if rows > 1 else 0.0
            cost = max(seconds - base, 0.0) / reading
            self._row_seconds += (0.3 if self._row_seconds else 1.0) * (cost - self._row_seconds)

    def _decode(self) -> float:
        began = time.monotonic()
        for sequence in self._running:
            if sequence.job.cancelled:
                sequence.job.steps_after_cancel += 1
        self._model.use_threads(self._governor.threads())
        code = self._batch.decode(self._model.context)
        if code != 0:
            raise DecodeFailed(f"llama_decode returned {code}")
        return time.monotonic() - began

    def _finish(self) -> None:
        for sequence in [one for one in self._running if one.finish_reason is not None]:
            result = sequence.result()
            sequence.job.emit("done", result=result)
            timings = result["timings"]
            self.counters.queue_seconds += timings["queue_ms"] / 1000
            self.counters.prompt_seconds += timings["prompt_ms"] / 1000
            self.counters.answer_seconds += timings["predicted_ms"] / 1000
            self._leave(sequence)

    def _leave(self, sequence: Sequence) -> None:
        self._running.remove(sequence)
        if sequence.slot.forgotten and self._draft is not None:
            self._draft.clear()
        self._slots.give_back(sequence.slot)
        sequence.close()

    def _tell_positions(self) -> None:
        for position, job in enumerate(self._waiting, 1):
            job.emit("status", status={"stage": "queued", "position": position})
