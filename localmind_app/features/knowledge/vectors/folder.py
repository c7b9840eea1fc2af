"""Chroma's files, and whether they can be trusted: `cache/vectors/index-N`, of which the highest N is in use.

A mark stands beside them while a process has them open. A mark left behind tells of a process that died: then `probe`
looks at the files before anybody else does, in a process of its own.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from pathlib import Path

log = logging.getLogger(__name__)
PROBE_SECONDS = 300.0  # a large index is read from a slow disk


class Folder:
    """The files of one index."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._mark = root / "open"

    @property
    def live(self) -> Path:
        """Where the index in use is, or will be."""
        return self.root / f"index-{max(self._numbers(), default=1)}"

    def enter(self) -> Path:
        """The folder to open now, looked at first where the last process died; `leave` when it is closed."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._mark.exists() and any(self.live.glob("*")) and not self._probe():
            self.set_aside()
        self._mark.touch(mode=0o600)
        self.live.mkdir(exist_ok=True, mode=0o700)
        return self.live

    def leave(self) -> None:
        """The files were closed in order."""
        self._mark.unlink(missing_ok=True)

    def set_aside(self) -> None:
        """Begin an empty index. The old one stays beside it until the next one is set aside, to be looked at."""
        live = self.live
        following = self.root / f"index-{max(self._numbers(), default=1) + 1}"
        log.warning("the vector index %s is damaged and is made again in %s", live, following)
        following.mkdir(parents=True, mode=0o700)
        for number in self._numbers():
            folder = self.root / f"index-{number}"
            if folder not in (live, following):
                shutil.rmtree(folder, ignore_errors=True)  # only old damaged files; what cannot go stays

    def _numbers(self) -> list[int]:
        found = (path.name.removeprefix("index-") for path in self.root.glob("index-*"))
        return [int(number) for number in found if number.isdecimal()]

    def _probe(self) -> bool:
        """Whether a process of its own can open and read the whole index."""
        command = [sys.executable, "-m", f"{__package__}.probe", str(self.live)]
        try:
            ended = subprocess.run(command, capture_output=True, timeout=PROBE_SECONDS, check=False, text=True)
        except subprocess.TimeoutExpired:
            log.warning("looking at the vector index took longer than %.0f s", PROBE_SECONDS)
            return False
        if ended.returncode:
            log.warning("the vector index could not be read (%d): %s", ended.returncode, ended.stderr[-2000:])
        return ended.returncode == 0
