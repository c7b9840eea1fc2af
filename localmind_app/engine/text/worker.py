"""The child process of one language model; `wire` describes what it is told and what it answers.

Two threads: this file's reader takes messages at once, so that a cancel is seen before the next step; the main thread
owns llama.cpp and turns the scheduler.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from dataclasses import asdict
from typing import Any

from localmind_app.core.errors import UserError
from localmind_app.core.orphan import die_with_parent

from .. import cause, llamacpp
from ..generation import Generation
from ..wire import Message, Pipe
from .model import TextModel
from .outbox import Outbox
from .prompt import PromptBuilder
from .scheduler import Scheduler
from .sequence import Job


class Worker:
    """Serves one model until it is unloaded or the engine is gone."""

    def __init__(self, pipe: Pipe, load: Message) -> None:
        self._pipe = pipe
        self._model = TextModel(load["path"], load["n_ctx"], load["threads"], self._on_progress, load["slots"])
        self._prompts = PromptBuilder(self._model)
        self._scheduler = Scheduler(self._model, self._prompts)
        self._changed = threading.Condition()
        self._arrived: deque[Job] = deque()
        self._jobs: dict[int, Job] = {}
        self._counts: deque[Message] = deque()
        self._outbox = Outbox(self._pipe.send_all)
        self._unload = False

    def facts(self) -> dict[str, Any]:
        """What `ready` tells the engine."""
        return {**self._model.facts(), "template": self._prompts.template.origin}

    def _on_progress(self, value: float) -> None:
        self._pipe.send("loading", progress=round(value, 3))

    def serve(self) -> None:
        """Run requests until `unload`."""
        threading.Thread(target=self._read, name="reader", daemon=True).start()
        while self._collect():
            self._answer_counts()
            self._scheduler.step()
            self._outbox.flush()
        self._model.close()

    def _collect(self) -> bool:
        """Hand what arrived to the scheduler, waiting while there is nothing to do. False: unload."""
        with self._changed:
            self._changed.wait_for(lambda: self._arrived or self._counts or self._unload or self._scheduler.busy)
            while self._arrived:
                self._scheduler.add(self._arrived.popleft())
            return not self._unload

    def _answer_counts(self) -> None:
        """Answer requests that only count tokens; they never wait for an answer being written."""
        while self._counts:
            message = self._counts.popleft()
            try:
                count = len(self._prompts.tokens(Generation.from_wire(message["request"])))
                self._pipe.send("done", id=message["id"], result={"count": count, "n_ctx": self._model.n_ctx})
            except UserError as error:
                self._pipe.send_error(message["id"], error)

    def _read(self) -> None:
        for message in self._pipe.messages():
            with self._changed:
                self._take(message)
                self._changed.notify()
        os._exit(0)  # the engine closed the pipe; the main thread may sit in native code

    def _take(self, message: Message) -> None:
        verb = message["verb"]
        if verb == "run" and message["task"] == "count":
            self._counts.append(message)
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
