"""The protocol between the engine and its children: one JSON object per line over the child's stdin and stdout.

To the child, by `verb`:
    load    {path, name, built_in, n_ctx, slots, threads, states, kv, layers, draft}
                                        once, first; answered by `loading` events and one `ready`
    run     {id, task, request}         answered by events carrying the same id, the last one `done` or `error`;
                                        tasks of language models: generate, count, detokenize, conversations, forget
    cancel  {id}                        the run ends at once, without an answer
    stats   {id}                        answered by one `done`
    unload  {}                          the child frees the model and exits with code 0
From the child, by `event`:
    loading {progress}                  0..1
    ready   {info}                      facts about the loaded model
    failed  {error}                     the model could not be loaded; the child exits
    status  {id, status}                the request waits: queued, or its prompt is being read
    delta   {id, text, logprobs?, tool_calls?}  what one step made, or a few
    done    {id, result}                the end
    error   {id, error}                 the end, as `UserError.body()`

What native code prints to file descriptor 1 would break the lines, so a child keeps the pipe for itself and points
descriptor 1 at stderr.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from localmind_app.core.errors import UserError

Message = dict[str, Any]
LINE_LIMIT = 64 * 1024 * 1024  # bytes; a prompt that fills a long context is a few MB


def pack(message: Message) -> bytes:
    """One line of the protocol."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"


def unpack(line: bytes) -> Message:
    """The message of one line. Raises ValueError when it is not a JSON object."""
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("not an object")
    return message


class Pipe:
    """The child's end: messages in from stdin, messages out to the real stdout; `send` may be called by any thread."""

    def __init__(self) -> None:
        self._out = os.dup(1)
        os.dup2(2, 1)
        self._in = os.fdopen(os.dup(0), "rb")
        self._lock = threading.Lock()

    def send(self, event: str, **fields: Any) -> None:
        """Write one message; the engine being gone ends this process, for nobody is left to answer."""
        self.send_all([{"event": event, **fields}])

    def send_all(self, messages: Iterable[Message]) -> None:
        """Write several messages at once."""
        data = memoryview(b"".join(map(pack, messages)))
        with self._lock:
            try:
                while data:
                    data = data[os.write(self._out, data) :]
            except BrokenPipeError:
                os._exit(1)

    def send_error(self, request_id: int, error: UserError) -> None:
        """End request `request_id` with an error."""
        self.send("error", id=request_id, error=error.body())

    def messages(self) -> Iterator[Message]:
        """Messages from the engine until it closes the pipe."""
        for line in self._in:
            yield unpack(line)

    def follow(self, take: Callable[[Message], None], changed: threading.Condition) -> None:
        """Give `take` every message and tell who waits for `changed`; ends this process when the engine is gone."""
        for message in self.messages():
            with changed:
                take(message)
                changed.notify()
        os._exit(0)  # the main thread may sit in native code
