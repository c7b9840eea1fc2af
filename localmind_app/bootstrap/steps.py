"""A step of the setup: done once per input, told in one line, repaired after an interruption."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from .place import Place
from .progress import Progress


@dataclass(frozen=True)
class Step:
    """`inputs` is a digest of what the step is made from; `intact` notices that its result was removed since.

    A step that writes some of its own inputs, as a lockfile, says with `settled` what the inputs are afterwards.
    """

    name: str
    doing: str
    inputs: str
    work: Callable[[Progress], None]
    intact: Callable[[], bool] = lambda: True
    settled: Callable[[], str] | None = None

    def done(self, place: Place) -> bool:
        """Whether the result is there and was made from these inputs."""
        stamp = place.stamp(self.name)
        return stamp.is_file() and stamp.read_text(encoding="utf-8") == self.inputs and self.intact()

    def perform(self, place: Place) -> None:
        """Do it and stamp it. The stamp goes first, so that an interruption leaves the step undone."""
        place.keep.mkdir(parents=True, exist_ok=True)
        stamp = place.stamp(self.name)
        stamp.unlink(missing_ok=True)
        with Progress(self.doing) as progress:
            self.work(progress)
        unfinished = stamp.with_suffix(".part")
        unfinished.write_text(self.settled() if self.settled else self.inputs, encoding="utf-8")
        unfinished.replace(stamp)


def digest(root: Path, paths: Iterable[Path], *also: str) -> str:
    """A hash over the names below `root` and the contents of files, in any order, and over some words."""
    found = hashlib.sha256(repr(also).encode())
    for path in sorted(set(paths)):
        found.update(path.relative_to(root).as_posix().encode() + b"\0")
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def interpreter(place: Place) -> str:
    """Which Python the environment was made with, as its own file tells; empty before it is made."""
    config = place.venv / "pyvenv.cfg"
    lines = config.read_text(encoding="utf-8").splitlines() if config.is_file() else []
    return next((line for line in lines if line.startswith("version")), "") + sys.platform
