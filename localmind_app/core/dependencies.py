"""What LocalMind needs from the machine, each thing declared once: name, purpose, source, probe.

The bootstrap, `doctor` and every feature that misses something say it in these words.
Standard library only: it is asked before anything is installed.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

OLDEST_PYTHON = (3, 11)

Need = Literal["start", "option", "tests"]  # `option`: a feature says so where it is missing


@dataclass(frozen=True)
class Dependency:
    """One thing LocalMind uses but does not bring along. `find` returns where it is, or None."""

    name: str
    purpose: str
    get: str
    need: Need
    find: Callable[[], str | None]
    apt: tuple[str, ...] = ()

    @property
    def missing(self) -> str:
        """The one sentence everybody uses when it is not there."""
        return f"{self.name} is missing; it {self.purpose}. {self.get}"


def on_path(*names: str, also: Iterable[str] = ()) -> Callable[[], str | None]:
    """A probe for the first of these commands, then of these absolute paths, that exists."""

    def find() -> str | None:
        for name in names:
            path = shutil.which(name)
            if path:
                return path
        return next((place for place in also if Path(place).exists()), None)

    return find


def _compiler() -> str | None:
    if sys.platform == "win32":
        return on_path("cl", "clang-cl", also=_visual_studio())()
    c_plus_plus = on_path("c++", "g++", "clang++")()
    return c_plus_plus and on_path("cc", "gcc", "clang")()


def _python() -> str | None:
    return f"{sys.version.split()[0]} ({sys.executable})" if sys.version_info >= OLDEST_PYTHON else None


def _venv_module() -> str | None:
    # Debian ships `venv` without `ensurepip`, so that creating an environment fails halfway.
    found = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
    return "part of Python" if found else None


def _visual_studio() -> list[str]:
    root = os.environ.get("PROGRAMFILES(X86)", r"C:\Program Files (x86)")
    return [rf"{root}\Microsoft Visual Studio\Installer\vswhere.exe"] if sys.platform == "win32" else []


def _how_to_get(debian: str, mac: str, windows: str) -> str:
    if sys.platform == "win32":
        return windows
    if sys.platform == "darwin":
        return mac
    return f"Get it with: {debian} (or your system's package of that name)."


PYTHON = Dependency(
    "Python 3.11 or newer", "runs LocalMind", "Get it from your system's packages or from python.org.", "start", _python
)
VENV = Dependency(
    "Python's venv module",
    "keeps LocalMind's packages apart from the system's",
    _how_to_get("apt install python3-venv", "Install Python from python.org.", "Install Python from python.org."),
    "start",
    _venv_module,
    ("python3-venv",),
)
COMPILER = Dependency(
    "A C and C++ compiler",
    "builds llama.cpp for this machine",
    _how_to_get(
        "apt install build-essential",
        "Get it with: xcode-select --install",
        "Install 'Visual Studio Build Tools' with 'Desktop development with C++'.",
    ),
    "start",
    _compiler,
    ("build-essential",),
)
CHROMIUM = Dependency(
    "Chromium",
    "is the browser the tests drive",
    _how_to_get("apt install chromium", "Install Chromium or Google Chrome.", "Install Google Chrome."),
    "tests",
    on_path(
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        also=(
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        ),
    ),
    ("chromium",),
)
LIBREOFFICE = Dependency(
    "LibreOffice",
    "draws the pages of Word, PowerPoint and Excel files, which are shown as text without it",
    _how_to_get(
        "apt install libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui",
        "Get it from libreoffice.org.",
        "Get it from libreoffice.org.",
    ),
    "option",
    on_path(
        "soffice",
        "libreoffice",
        also=(
            "/usr/lib/libreoffice/program/soffice",
            "/Applications/LibreOffice.app/Contents/MacOS/soffice",
            r"C:\Program Files\LibreOffice\program\soffice.exe",
        ),
    ),
    ("libreoffice-writer-nogui", "libreoffice-calc-nogui", "libreoffice-impress-nogui"),
)
IPROUTE = Dependency(
    "The ip command",
    "makes the network namespace in which a test proves that nothing leaves the machine",
    "Get it with: apt install iproute2",
    "tests",
    on_path("ip", also=("/usr/sbin/ip", "/sbin/ip")),
    ("iproute2",),
)

DEPENDENCIES: tuple[Dependency, ...] = (PYTHON, VENV, COMPILER, LIBREOFFICE, CHROMIUM) + (
    (IPROUTE,) if sys.platform == "linux" else ()
)


def missing(*needs: Need) -> list[Dependency]:
    """The things of these kinds that are not there."""
    return [dependency for dependency in DEPENDENCIES if dependency.need in needs and dependency.find() is None]
