"""Whether there is room on the disk: some is always left for the database, so that a full disk loses no message."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from localmind_app.core.errors import DiskFull

RESERVE = 256 * 1024 * 1024  # bytes that files never take …
RESERVE_SHARE = 20  # … or a twentieth of a small disk
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def room(folder: Path) -> int:
    """How many bytes a file may still take on the disk of a folder."""
    usage = shutil.disk_usage(folder)
    return max(0, usage.free - min(RESERVE, usage.total // RESERVE_SHARE))


def check_room(folder: Path, size: int) -> None:
    """Raises DiskFull when `size` more bytes do not fit."""
    if size > room(folder):
        raise no_room()


@contextmanager
def writing() -> Iterator[None]:
    """Turns the system's "no room" into DiskFull."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise no_room() from error
        raise


def no_room() -> DiskFull:
    """What a person reads when a file does not fit."""
    return DiskFull("The disk is too full for this file. Nothing else was touched. Free some space and try again.")
