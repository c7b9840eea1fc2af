"""Contents on disk, named by their SHA-256: the same content lies there once, whoever brought it.

`keep` and `set_aside` may only be called where no other process does so at the same time: inside a write transaction
of the database, which also says who refers to a content. What lies there without being referred to is found by
`names` and removed later, so a crash between the disk and the database costs space for a while and nothing else.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from localmind_app.core.ids import new_id

from .part import Part

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """The contents below one folder, and the unfinished files beside them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unfinished = folder / "unfinished"

    def path(self, sha256: str) -> Path:
        """Where a content lies, if it is there."""
        if not _DIGEST.fullmatch(sha256):
            raise ValueError("not a SHA-256")  # never a path from outside
        return self._folder / sha256[:2] / sha256

    def part(self, name: str) -> Part:
        """The unfinished file of that name (an id of ours)."""
        self._unfinished.mkdir(mode=0o700, exist_ok=True)
        return Part(self._unfinished / name)

    def keep(self, part: Part, sha256: str) -> None:
        """Put a finished part in its place, or forget it where the same content is there already."""
        place = self.path(sha256)
        if place.exists() and place.stat().st_size == part.size:
            part.drop()
            return
        place.parent.mkdir(mode=0o700, exist_ok=True)
        part.path.replace(place)
        _sync(place.parent)
        _sync(self._folder)

    def set_aside(self, sha256: str) -> Part | None:
        """Take a content from its place; dropping what is returned frees the space. None when it is not there."""
        gone = self.part(f"gone-{new_id()}")
        try:
            self.path(sha256).replace(gone.path)
        except FileNotFoundError:
            return None
        return gone

    def names(self) -> Iterator[str]:
        """The SHA-256 of every content that is there."""
        for path in self._folder.glob("[0-9a-f][0-9a-f]/*"):
            if _DIGEST.fullmatch(path.name):
                yield path.name

    def left_behind(self, seconds: float) -> Iterator[Part]:
        """Unfinished files that nothing was written to for so long."""
        for path in self._unfinished.glob("*"):
            if time.time() - path.stat().st_mtime > seconds:
                yield Part(path)


def _sync(folder: Path) -> None:
    """Bring a folder's names to the disk, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
