"""The answers of a batch while it runs: a file of JSON lines, each on disk before the next request is counted.

A worker that was killed in the middle of a line leaves half of one at the end, which is cut off at the next opening.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .private import appending, written


@dataclass(frozen=True)
class Entry:
    """The answer to line `number` of the input; `ok` says into which of the two result files it belongs."""

    number: int
    ok: bool
    result: dict[str, Any]


class Journal:
    """Append-only; made for one batch."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.done: dict[int, bool] = {}
        good = 0
        if path.exists():
            for entry, end in _read(path):
                self.done[entry.number], good = entry.ok, end
        self._file = appending(path)
        self._file.truncate(good)

    def add(self, entry: Entry) -> None:
        """Keep an answer; when this returns, it is on disk."""
        text = json.dumps([entry.number, entry.ok, entry.result], ensure_ascii=False, separators=(",", ":"))
        self._file.write(text.encode("utf-8", "replace") + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.done[entry.number] = entry.ok

    def write_results(self, path: Path, ok: bool) -> bool:
        """Write the answers of one kind to `path`, in the order of the input; False when there are none."""
        chosen = sorted((entry.number, start) for entry, start in _starts(self.path) if entry.ok is ok)
        if not chosen:
            return False
        with self.path.open("rb") as source, written(path) as target:
            for _, start in chosen:
                source.seek(start)
                result = json.loads(source.readline())[2]
                target.write(json.dumps(result, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        return True

    def close(self) -> None:
        """Close the file; it stays."""
        self._file.close()


def _read(path: Path) -> Iterator[tuple[Entry, int]]:
    """Every whole entry and where it ends, in bytes."""
    end = 0
    with path.open("rb") as file:
        for text in file:
            end += len(text)
            try:
                number, ok, result = json.loads(text)
            except ValueError:
                return
            if not text.endswith(b"\n"):
                return
            yield Entry(number, ok, result), end


def _starts(path: Path) -> Iterator[tuple[Entry, int]]:
    start = 0
    for entry, end in _read(path):
        yield entry, start
        start = end
