"""The child process of one language model; `wire` describes what it is told and what it answers.

Two threads: this file's reader takes messages at once, so that a cancel is seen before the next step; the main thread
owns llama.cpp and turns the scheduler.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from localmind_app.core.errors import Invalid, UserError
from localmind_app.core.orphan import die_with_parent

from .. import cause, llamacpp
from ..generation import Generation
from ..wire import Message, Pipe
from .draft import DraftModel
from .model import TextModel
from .outbox import Outbox
from .prompt import PromptBuilder
from .saved_state import SavedStates, model_key
from .scheduler import Scheduler
from .sequence import Job

CALM_SECONDS = 1.0  # after this long without a request, conversations are written to disk


class Worker:
    """Serves one model until it is unloaded or the engine is gone."""

    def __init__(self, pipe: Pipe, load: Message) -> None:
        self._pipe = pipe
        self._model = TextModel(
            load["path"],
            load["n_ctx"],
            load["threads"],
            self._on_progress,
            load["slots"],
            kv=load.get("kv", "f16"),
            layers=load.get("layers", ()),
        )
        self._prompts = PromptBuilder(self._model)
        self._draft_problem: str | None = None
        self._draft = self._load_draft(load.get("draft"))
        self._scheduler = Scheduler(self._model, self._prompts, self._saved_states(load), self._draft)
        self._to_save = False  # whether something may have changed since all was saved
        self._changed = threading.Condition()
        self._arrived: deque[Job] = deque()
        self._jobs: dict[int, Job] = {}
        self._waiting_asides: deque[Message] = deque()
        self._outbox = Outbox(self._pipe.send_all)
        self._unload = False
        self._asides: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "count": self._count,
            "detokenize": self._detokenize,
            "conversations": self._conversations,
            "forget": self._forget,
        }

    def facts(self) -> dict[str, Any]:
        """What `ready` tells the engine."""
        return {
            **self._model.facts(),
            "template": self._prompts.template.origin,
            "draft": self._draft is not None,
            "draft_problem": self._draft_problem,
        }

    def _on_progress(self, value: float) -> None:
        self._pipe.send("loading", progress=round(value, 3))

    def _load_draft(self, path: str | None) -> DraftModel | None:
        """The model that guesses; without it answers only take longer, so a wrong one is told and left out."""
        if path is None:
            return None
        try:
            return DraftModel(path, self._model.vocab, self._model.n_ctx, self._model.threads)
        except llamacpp.LoadFailed as error:
            self._draft_problem = str(error)
            return None

    def _saved_states(self, load: Message) -> SavedStates | None:
        if not load.get("states"):
            return None
        return SavedStates(Path(load["states"]), model_key(Path(load["path"]), self._model), self._model)

    def serve(self) -> None:
        """Run requests until `unload`."""
        threading.Thread(target=self._pipe.follow, args=(self._take, self._changed), name="reader", daemon=True).start()
        while not self._unload:
            if self._collect():
                self._to_save = True
                self._answer_asides()
                self._scheduler.step()
                self._outbox.flush()
            else:
                self._to_save = self._scheduler.save_one()
        if self._draft is not None:
            self._draft.close()
        self._model.close()

    def _collect(self) -> bool:
        """Hand what arrived to the scheduler, waiting while there is nothing to do. False: it has been calm."""
        with self._changed:
            patience = CALM_SECONDS if self._to_save else None
            if not self._changed.wait_for(self._has_work, patience):
                return False
            while self._arrived:
                self._scheduler.add(self._arrived.popleft())
            return True

    def _has_work(self) -> bool:
        return bool(self._arrived or self._waiting_asides or self._unload or self._scheduler.busy)

    def _answer_asides(self) -> None:
        """Answer what needs no step of the model; it never waits for an answer being written."""
        while self._waiting_asides:
            message = self._waiting_asides.popleft()
            try:
                self._pipe.send("done", id=message["id"], result=self._asides[message["task"]](message["request"]))
            except UserError as error:
                self._pipe.send_error(message["id"], error)

    def _count(self, request: dict[str, Any]) -> dict[str, Any]:
        tokens = self._prompts.tokens(Generation.from_wire(request))
        return {"count": len(tokens), "n_ctx": self._model.n_ctx, "tokens": tokens}

    def _detokenize(self, request: dict[str, Any]) -> dict[str, Any]:
        model, tokens = self._model, request["tokens"]
        if any(not 0 <= token < model.n_vocab for token in tokens):
            raise Invalid("tokens must be numbers from 0 to {last} for this model.", last=model.n_vocab - 1)
        data = b"".join(llamacpp.piece(model.vocab, token, special=True) for token in tokens)
        return {"text": data.decode("utf-8", "replace")}

    def _conversations(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"conversations": sorted(self._scheduler.conversations())}

    def _forget(self, request: dict[str, Any]) -> dict[str, Any]:
        self._scheduler.forget(frozenset(request["conversations"]))
        return {}

    def _take(self, message: Message) -> None:
        verb = message["verb"]
        if verb == "run" and message["task"] in self._asides:
            self._waiting_asides.append(message)
        elif verb == "run":
            self._arrived.append(self._job(message))
        elif verb == "cancel" and (job := self._jobs.pop(message["id"], None)):
            job.cancelled = True
        elif verb == "stats":
            self._pipe.send("done", id=message["id"], result=self._stats())
        elif verb == "unload":
            self._unload = True

    def _job(self, message: Message) -> Job:
        number = message["id"]

        def emit(event: str, **fields: Any) -> None:
            if event in ("done", "error"):
                self._jobs.pop(number, None)
            urgent = event != "delta" or not job.begun
            job.begun |= event == "delta"
            self._outbox.add({"event": event, "id": number, **fields}, urgent=urgent)

        job = self._jobs[number] = Job(number, Generation.from_wire(message["request"]), emit)
        return job

    def _stats(self) -> dict[str, Any]:
        return {
            **asdict(self._scheduler.counters),
            "n_ctx": self._model.n_ctx,
            "slots": self._model.slots,
            "kv": self._model.kv,
            "gpu_layers": self._model.gpu_layers,
            "draft": self._draft is not None,
            "threads": self._model.threads,
            "template": self._prompts.template.origin,
            "running": self._scheduler.running,
            "waiting": self._scheduler.waiting + len(self._arrived),
        }


def main() -> None:
    """Load what the first message says, then serve."""
    die_with_parent()
    pipe = Pipe()
    load = next(pipe.messages(), None)
    if load is None:
        return
    llamacpp.start()
    try:
        worker = Worker(pipe, load)
    except llamacpp.LoadFailed as error:
        pipe.send("failed", error=cause.of_refusal(load["name"], str(error)).body())
        sys.exit(0)
    pipe.send("ready", info=worker.facts())
    worker.serve()


if __name__ == "__main__":
    main()
