"""The child process of one piece of work: takes a request from stdin, answers with progress and one end.

In:  {task, request}
Out: `progress` {done, total} as often as it likes, then `done` {result} or `error` {error} (see `wire`)
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from localmind_app.core.errors import UserError
from localmind_app.core.orphan import die_with_parent

from .. import cause, llamacpp
from ..wire import Message, Pipe
from . import bench, convert, imatrix, perplexity, prune, quantise

Report = Callable[[float, float], None]

TASKS: dict[str, Callable[[Message, Report], Message]] = {
    "bench": bench.task,
    "convert": convert.task,
    "imatrix": imatrix.task,
    "perplexity": perplexity.task,
    "preview": quantise.preview_task,
    "prune": prune.task,
    "quantise": quantise.task,
}
_MEASURES_TIME = {"bench"}
_REPORT_SECONDS = 0.05


def main() -> None:
    """Do one task."""
    die_with_parent(int(sys.argv[1]))
    pipe = Pipe()
    message = next(pipe.messages(), None)
    if message is None:
        return
    task, request = message["task"], message["request"]
    if task not in _MEASURES_TIME and hasattr(os, "nice"):
        os.nice(10)  # chats come first
    said = float("-inf")

    def report(done: float, total: float) -> None:
        nonlocal said
        if done >= total or time.monotonic() - said >= _REPORT_SECONDS:
            said = time.monotonic()
            pipe.send("progress", done=done, total=total)

    try:
        pipe.send("done", result=TASKS[task](request, report))
    except UserError as error:
        pipe.send("error", error=error.body())
    except llamacpp.LoadFailed as error:
        file = os.path.basename(request.get("model") or request["folder"])
        pipe.send("error", error=cause.of_refusal(file, str(error)).body())


if __name__ == "__main__":
    main()
