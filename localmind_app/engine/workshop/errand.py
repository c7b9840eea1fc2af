"""The caller's side of one piece of work: start a child for it, follow its progress, end it when it is cancelled.

Native code that crashes, wedges or takes too much memory does so in the child; the caller gets a UserError.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, BinaryIO

from localmind_app.core.errors import EngineError, ModelCrashed, OutOfMemory, from_body

from .. import cause
from ..wire import Message, pack, unpack

Report = Callable[[float, float], None]
Check = Callable[[], None]

_LOOK_SECONDS = 0.2  # how often `check` is asked while the child says nothing
_ENVIRONMENT = {
    "GGML_NO_BACKTRACE": "1",  # a failed assertion would start a debugger first, which takes seconds
    "GOMP_SPINCOUNT": "20000",  # threads that wait give the core back
}


def _nothing(*_: Any) -> None:
    """For callers that want no progress and never cancel."""


def run(task: str, request: Message, report: Report = _nothing, check: Check = _nothing) -> Message:
    """Do `task` (see `child.TASKS`) in a process of its own and return its result.

    `report(done, total)` tells the progress. `check()` is called at least every 0.2 s; what it raises ends the child
    and is passed on. Raises the UserError the task ends with, ModelCrashed or OutOfMemory when the child dies.
    """
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "localmind_app.engine.workshop.child", str(os.getpid())]
    kills = cause.oom_kills()
    try:
        child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env={**os.environ, **_ENVIRONMENT})
    except OSError as error:
        reason = error.strerror or str(error)
        template = "No process can be started for {model}: {reason}."
        raise EngineError(template, model=_subject(request), reason=reason) from error
    with child:
        assert child.stdin is not None and child.stdout is not None and child.stderr is not None
        inbox: queue.Queue[Message | None] = queue.Queue()
        last_words: deque[str] = deque(maxlen=20)
        readers = [
            threading.Thread(target=_read_events, args=(child.stdout, inbox), daemon=True),
            threading.Thread(target=_read_words, args=(child.stderr, last_words), daemon=True),
        ]
        for reader in readers:
            reader.start()
        try:
            with contextlib.suppress(BrokenPipeError):  # a child that dies at once is reported below
                child.stdin.write(pack({"task": task, "request": request}))
                child.stdin.flush()
            return _follow(inbox, report, check)
        except _Ended:
            code = child.wait()
            for reader in readers:
                reader.join()
            oom = code == -9 and cause.oom_kills() > kills
            raise _cause(_subject(request), code, list(last_words), oom_killed=oom) from None
        finally:
            child.kill()
            for reader in readers:
                reader.join()


def _subject(request: Message) -> str:
    """The file or folder the work is about."""
    return os.path.basename(request.get("model") or request.get("folder") or "?")


def _cause(subject: str, code: int, words: list[str], *, oom_killed: bool) -> EngineError:
    """Why the child ended without an answer; exit `code` as Popen tells it, negative for a signal."""
    if oom_killed or any(map(cause.speaks_of_memory, words)):
        return OutOfMemory(
            "The work on {model} ran out of memory and was ended. Nothing was kept. "
            "Close other programs, or choose a smaller model.",
            model=subject,
        )
    ended = signal.Signals(-code).name if -code in set(signal.Signals) else f"exit code {code}"
    line = words[-1] if words else "it gave no reason"
    return ModelCrashed(
        "The work on {model} ended unexpectedly ({ended}: {line}). Nothing was kept.",
        model=subject,
        ended=ended,
        line=line,
    )


class _Ended(Exception):
    """The child's output is over, and it gave no answer."""


def _follow(inbox: queue.Queue[Message | None], report: Report, check: Check) -> Message:
    while True:
        check()
        try:
            event = inbox.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            continue
        if event is None:
            raise _Ended
        if event["event"] == "progress":
            report(event["done"], event["total"])
        elif event["event"] == "error":
            raise from_body(event["error"])
        else:
            return dict(event["result"])


def _read_events(stream: BinaryIO, inbox: queue.Queue[Message | None]) -> None:
    for line in stream:
        inbox.put(unpack(line))
    inbox.put(None)


def _read_words(stream: BinaryIO, words: deque[str]) -> None:
    for line in stream:
        text = line.decode("utf-8", "replace").rstrip()
        if text:
            words.append(text)
