"""The child process that reads files, one after the other: `python -m localmind_app.features.knowledge.parsing.child`.

A request is a line of JSON on stdin. Answers on stdout are lines of JSON: `{"progress": 0.5}` any number of times, then
`{"bytes": n}` with n bytes behind it, or `{"error": …}`. `"spent": true` beside it says that the child should not be
asked again. It ends when stdin does, and when its parent dies.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

from localmind_app.core.errors import Unreadable
from localmind_app.core.orphan import die_with_parent

from . import reading
from .document import to_bytes
from .enclosure import allow, enclose
from .limits import MEGABYTE, Limits
from .source import Source

_SECONDS_BETWEEN_SIGNS = 0.2


def main() -> None:
    """Serve requests until there are no more."""
    die_with_parent()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what native code prints must not end up in an answer
    enclose()
    for line in sys.stdin.buffer:
        _serve(json.loads(line), out)


def _serve(request: dict[str, Any], out: BinaryIO) -> None:
    limits = Limits(**request["limits"])
    source = Source(Path(request["path"]), request["name"], limits=limits, progress=_Signs(out))
    spent = False
    try:
        allow(limits)
        data = _answer(request, source)
        if len(data) > limits.result_bytes:
            raise Unreadable(
                "{file} holds more text than can be kept. Nothing of it was kept; split it and add the parts.",
                file=source.name,
            )
    except MemoryError:
        spent = True
        error = Unreadable(
            "{file} needs more than {limit} MB of memory to be read and was stopped. "
            "Nothing of it was kept; split it and add the parts.",
            file=source.name,
            limit=limits.memory // MEGABYTE,
        ).body()
    except Unreadable as refused:
        error = refused.body()
    except Exception as unforeseen:  # noqa: BLE001 - a parser's bug is met by one file, and told like any damage
        spent = True
        sys.stderr.write(f"{type(unforeseen).__name__}: {str(unforeseen)[:500]}\n")
        error = source.damaged().body()
    else:
        _write(out, {"bytes": len(data)}, data)
        return
    _write(out, {**error, "spent": spent})


def _answer(request: dict[str, Any], source: Source) -> bytes:
    if request["verb"] == "image":
        return reading.image(source, int(request["page"]), int(request["width"]))
    return to_bytes(reading.read(source))


class _Signs:
    """Tells the parent that reading goes on, not too often."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._last = out, time.monotonic()

    def __call__(self, done: float) -> None:
        now = time.monotonic()
        if now - self._last >= _SECONDS_BETWEEN_SIGNS:
            self._last = now
            _write(self._out, {"progress": round(done, 4)})


def _write(out: BinaryIO, head: dict[str, Any], data: bytes = b"") -> None:
    out.write(json.dumps(head).encode() + b"\n" + data)
    out.flush()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        main()
