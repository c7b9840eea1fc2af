"""The child process of one language model; `wire` describes what it is told and what it answers.

Two threads: this file's reader takes messages at once, so that a cancel is seen before the next token; the main
thread owns llama.cpp and runs one request after the other.
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
from .decoder import Cancelled, Decoder, Job
from .model import TextModel
from .prompt import PromptBuilder


class Worker:
    """Serves one model until it is unloaded or the engine is gone."""

    def __init__(self, pipe: Pipe, load: Message) -> None:
        self._pipe = pipe
        self._model = TextModel(load["path"], load["n_ctx"], load["threads"], self._on_progress)
        self._prompts = PromptBuilder(self._model)
        self._decoder = Decoder(self._model, self._answer_counts)
        self._changed = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._counts: deque[Message] = deque()
        self._running: Job | None = None
        self._unload = False

    def facts(self) -> dict[str, Any]:
        """What `ready` tells the engine."""
        return {**self._model.facts(), "template": self._prompts.template.origin}

    def _on_progress(self, value: float) -> None:
        self._pipe.send("loading", progress=round(value, 3))

    def serve(self) -> None:
        """Run requests until `unload`."""
        threading.Thread(target=self._read, name="reader", daemon=True).start()
        while True:
            with self._changed:
                self._running = None
                self._changed.wait_for(lambda: self._waiting or self._counts or self._unload)
                if self._unload:
                    break
                if self._waiting:
                    self._running = self._waiting.popleft()
            self._answer_counts()
            if self._running is not None:
                self._tell_positions()
                self._run(self._running)
        self._model.close()

    def _run(self, job: Job) -> None:
        try:
            if not job.cancelled:
                job.emit("done", result=self._decoder.run(job, self._prompts.tokens(job.request)))
        except Cancelled:
            pass  # the engine dropped the request; nobody waits for an answer
        except UserError as error:
            self._pipe.send_error(job.id, error)

    def _answer_counts(self) -> None:
        """Answer requests that only count tokens; they never wait for an answer being written."""
        while self._counts:
            message = self._counts.popleft()
            try:
                count = len(self._prompts.tokens(Generation.from_wire(message["request"])))
                self._pipe.send("done", id=message["id"], result={"count": count, "n_ctx": self._model.n_ctx})
            except UserError as error:
                self._pipe.send_error(message["id"], error)

    def _tell_positions(self) -> None:
        for position, job in enumerate(list(self._waiting), 1):
            job.emit("status", status={"stage": "queued", "position": position})

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
            self._enqueue(message)
        elif verb == "cancel":
            self._cancel(message["id"])
        elif verb == "stats":
            self._pipe.send("done", id=message["id"], result=self._stats())
        elif verb == "unload":
            self._unload = True
            if self._running is not None:
                self._cancel(self._running.id)

    def _enqueue(self, message: Message) -> None:
        number = message["id"]

        def emit(event: str, **fields: Any) -> None:
            self._pipe.send(event, id=number, **fields)

        job = Job(number, Generation.from_wire(message["request"]), emit)
        self._waiting.append(job)
        if self._running is not None or len(self._waiting) > 1:
            job.emit("status", status={"stage": "queued", "position": len(self._waiting)})

    def _cancel(self, number: int) -> None:
        for job in [*self._waiting, *([self._running] if self._running else [])]:
            if job.id == number and not job.cancelled:
                job.decoded_at_cancel = self._decoder.counters.decoded_tokens
                job.cancelled = True
        self._waiting = deque(job for job in self._waiting if not job.cancelled)

    def _stats(self) -> dict[str, Any]:
        return {
            **asdict(self._decoder.counters),
            "n_ctx": self._model.n_ctx,
            "template": self._prompts.template.origin,
            "running": int(self._running is not None),
            "waiting": len(self._waiting),
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
