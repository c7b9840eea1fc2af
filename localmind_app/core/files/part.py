"""A file that is still coming in: appended to, then put in its place whole.

What was appended survives a killed process. After a power cut the end may be missing; a caller that goes on asks for
`size` first, and the SHA-256 at the end says whether the whole is right.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from . import space

BLOCK = 1 << 20  # bytes written at a time
_LOOK_EVERY = 32 * BLOCK  # how much is written between two looks at the free space


class Part:
    """One unfinished file. Blocking: for threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._unlooked = 0

    @property
    def size(self) -> int:
        """How many bytes are there; 0 for a file that was never begun."""
        return self.path.stat().st_size if self.path.exists() else 0

    def append(self, block: bytes) -> None:
        """Write at the end. Raises DiskFull; what was there before stays then."""
        self._unlooked -= len(block)
        if self._unlooked < 0:
            space.check_room(self.path.parent, len(block))
            self._unlooked = _LOOK_EVERY
        before = self.size
        with open(self.path, "ab", buffering=0, opener=_private) as target:
            try:
                with space.writing():
                    self._write(target.fileno(), block)
            except BaseException:  # whatever stops it: the size says how far the file is right
                target.truncate(before)
                raise

    def _write(self, descriptor: int, block: bytes) -> None:
        rest = memoryview(block)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    def finish(self) -> str:
        """Bring it to the disk; returns the SHA-256 of the whole, in hexadecimal."""
        with space.writing(), self.path.open("rb") as source:
            os.fsync(source.fileno())
            return hashlib.file_digest(source, "sha256").hexdigest()

    def head(self, length: int) -> bytes:
        """The first bytes."""
        if not self.path.exists():
            return b""
        with self.path.open("rb") as source:
            return source.read(length)

    def drop(self) -> None:
        """Forget it."""
        self.path.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
