"""Log files of the supervised processes: kept small while they are being written, and their last words."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

LARGEST_LOG = 5 * 1024 * 1024
ROTATE_EVERY = 10.0  # seconds
TAIL_BYTES = 4096
LINE_LENGTH = 300


def rotate(log: Path, largest: int = LARGEST_LOG) -> bool:
    """Move a log over `largest` bytes to `<name>.log.1`; True when it did.

    It is copied and emptied in place: the process that writes it keeps its open file, which appends.
    """
    if not log.exists() or log.stat().st_size <= largest:
        return False
    shutil.copyfile(log, log.with_suffix(".log.1"))
    log.with_suffix(".log.1").chmod(0o600)
    os.truncate(log, 0)
    return True


def last_line(log: Path, start: int = 0) -> str:
    """The last line with text that was written after byte `start`, at most 300 characters of it."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        begin = start if start <= size else 0  # a smaller file was rotated meanwhile
        file.seek(max(begin, size - TAIL_BYTES))
        lines = file.read().decode("utf-8", errors="replace").split("\n")
    said = [line.strip() for line in lines if line.strip()]
    return said[-1][:LINE_LENGTH] if said else ""
