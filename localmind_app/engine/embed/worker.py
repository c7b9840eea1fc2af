"""The child process of one embedding model; `wire` describes what it is told and what it answers.

A reader thread takes messages at once; the main thread embeds, looking at cancel between batches.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from pathlib import Path
from typing import Any

from localmind_app.core.errors import Invalid, UserError
from localmind_app.core.orphan import die_with_parent

from .. import cause, llamacpp
from ..wire import Message, Pipe
from . import minilm
from .model import EmbeddingModel, batches


class Worker:
    """Serves one model until it is unloaded or the engine is gone."""

    def __init__(self, pipe: Pipe, model: EmbeddingModel) -> None:
        self._pipe, self._model = pipe, model
        self._changed = threading.Condition()
        self._waiting: deque[Message] = deque()
        self._cancelled: set[int] = set()
        self._running: int | None = None
        self._unload = False
        self._requests = self._texts = self._tokens = self._steps = 0

    def serve(self) -> None:
        """Run requests until `unload`."""
        threading.Thread(target=self._pipe.follow, args=(self._take, self._changed), name="reader", daemon=True).start()
        while True:
            with self._changed:
                self._running = None
                self._changed.wait_for(lambda: self._waiting or self._unload)
                if self._unload:
                    break
                message = self._waiting.popleft()
                self._running = message["id"]
            try:
                result = self._run(message["id"], message["task"], message["request"])
                if result is not None:
                    self._pipe.send("done", id=message["id"], result=result)
            except UserError as error:
                self._pipe.send_error(message["id"], error)
        self._model.close()

    def _run(self, number: int, task: str, request: dict[str, Any]) -> dict[str, Any] | None:
        if task == "rerank":
            texts = [self._model.pair(request["query"], text) for text in request["texts"]]
        else:
            texts = [self._model.tokenize(text) for text in request["texts"]]
        counts = [len(tokens) for tokens in texts]
        if task == "count":
            return {"count": sum(counts), "n_ctx": self._model.limit}
        for index, count in enumerate(counts):
            if count > self._model.limit:
                raise Invalid(
                    "input[{index}] has {tokens} tokens; this model reads at most {limit}. Cut the text into parts.",
                    index=index,
                    tokens=count,
                    limit=self._model.limit,
                )
        compute = self._model.score if task == "rerank" else self._model.embed
        made: list[Any] = [None] * len(texts)
        for group in batches(texts):
            if number in self._cancelled:
                return None
            for index, value in zip(group, compute([texts[index] for index in group]).tolist(), strict=True):
                made[index] = value
        self._requests += 1
        self._texts += len(texts)
        self._tokens += sum(counts)
        return {"scores" if task == "rerank" else "vectors": made, "tokens": sum(counts)}

    def _take(self, message: Message) -> None:
        verb = message["verb"]
        if verb == "run":
            self._waiting.append(message)
        elif verb == "cancel":
            self._cancelled = {message["id"]}  # one at a time runs, and older ones are over
            self._waiting = deque(m for m in self._waiting if m["id"] != message["id"])
        elif verb == "stats":
            stats = {"requests": self._requests, "texts": self._texts, "tokens": self._tokens, "steps": self._steps}
            busy = {"running": int(self._running is not None), "waiting": len(self._waiting)}
            self._pipe.send("done", id=message["id"], result={**stats, **busy})
        elif verb == "unload":
            self._unload = True
            self._cancelled = set() if self._running is None else {self._running}


def main() -> None:
    """Load what the first message says, then serve."""
    die_with_parent()
    pipe = Pipe()
    load = next(pipe.messages(), None)
    if load is None:
        return
    llamacpp.start()
    path = Path(load["path"])
    try:
        if load["built_in"] and not path.is_file():
            minilm.convert(path)
        model = EmbeddingModel(load["path"], load["threads"], lambda value: pipe.send("loading", progress=value))
    except (llamacpp.LoadFailed, OSError) as error:
        pipe.send("failed", error=cause.of_refusal(path.name, str(error)).body())
        sys.exit(0)
    pipe.send("ready", info={"n_ctx": model.limit, "width": model.width})
    Worker(pipe, model).serve()


if __name__ == "__main__":
    main()
