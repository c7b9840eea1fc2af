"""Files that only their owner may read, whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def appending(path: Path) -> IO[bytes]:
    """A file to append to, made 0600 where it is missing."""
    return open(path, "ab", opener=_opener)


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """A new file under a passing name; it is on disk and in its place when the block ends without an error."""
    unfinished = path.with_suffix(".part")
    with open(unfinished, "wb", opener=_opener) as target:
        yield target
        target.flush()
        os.fsync(target.fileno())
    unfinished.replace(path)
