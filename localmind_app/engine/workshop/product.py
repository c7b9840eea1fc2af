"""A new file that appears whole or not at all, and never in the place of another."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from localmind_app.core.errors import Conflict, DiskFull

_SPARE = 256 * 1024 * 1024  # bytes that must stay free for everything else on the disk


def unfinished(target: Path) -> Path:
    """Where `target` is written before it is whole; the catalogue of models does not look at such names."""
    return target.with_name(f".{target.name}.part")


@contextmanager
def new_file(target: Path, size: int) -> Iterator[Path]:
    """A path to write about `size` bytes to; it becomes `target` when the block ends well and is removed otherwise.

    Raises Conflict when `target` exists, DiskFull when there is no room for it.
    """
    _refuse_existing(target)
    free = shutil.disk_usage(target.parent).free
    if size + _SPARE > free:
        raise DiskFull(
            "{file} needs {needed} MB on the disk and {free} MB are free. Nothing was written.",
            file=target.name,
            needed=-(-(size + _SPARE) // 1_000_000),
            free=free // 1_000_000,
        )
    part = unfinished(target)
    part.unlink(missing_ok=True)  # left by a worker that was killed
    try:
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        _settle(part, target)
    finally:
        part.unlink(missing_ok=True)


def _settle(part: Path, target: Path) -> None:
    """Give the file its name, unless somebody else took it meanwhile."""
    try:
        os.link(part, target)  # fails where a rename would replace
    except FileExistsError:
        _refuse_existing(target)
    except OSError:  # a disk without hard links
        _refuse_existing(target)
        os.rename(part, target)


def _refuse_existing(target: Path) -> None:
    if target.exists():
        raise Conflict("There is already a file named {file}. Choose another name.", file=target.name)
