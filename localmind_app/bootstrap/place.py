"""Where the bootstrap works: the folder of the program, its `.venv`, and the stamps and logs inside that."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Place:
    """Paths below one copy of the program."""

    root: Path = PROGRAM

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter everything is installed for."""
        return self.venv / "Scripts" / "python.exe" if sys.platform == "win32" else self.venv / "bin" / "python"

    @property
    def keep(self) -> Path:
        """The bootstrap's own folder; the only one that survives when the environment is made anew."""
        return self.venv / "localmind"

    @property
    def lock(self) -> Path:
        return self.keep / "setup.lock"

    def log(self, step: str) -> Path:
        """The log file of a step."""
        return self.keep / f"{step}.log"

    def stamp(self, step: str) -> Path:
        """The file that says from which inputs a step was done."""
        return self.keep / f"{step}.stamp"


def free_bytes(folder: Path) -> int:
    """Free space where `folder` is or will be made."""
    import shutil

    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(os.fspath(folder)).free
