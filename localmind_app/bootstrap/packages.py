"""The environment `.venv` and the packages in it, installed by pip with the machine's own pip configuration."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import partial

from ..core.dependencies import COMPILER, VENV
from ..core.errors import StartError
from ..core.home import default_home
from .command import run_logged
from .place import Place, free_bytes
from .progress import Progress
from .steps import Step, digest, interpreter

GIB = 1024**3
VENV_BYTES, HOME_BYTES = 4 * GIB, 1 * GIB

# What a line in pip's log means for the person who waits.
ADVICE = (
    (r"No space left on device", "The disk is full. Make room and run the same command again."),
    (
        r"NewConnectionError|NameResolution|Temporary failure in name|ConnectTimeout|ReadTimeout|ProxyError",
        "The package index could not be reached. Check the network (or pip's index and proxy settings) and run the "
        "same command again; what was downloaded is kept.",
    ),
    (
        r"No matching distribution|Could not find a version",
        "The package index does not offer a needed package for this Python. Check pip's index settings and the "
        f"Python version ({sys.version.split()[0]}).",
    ),
    (
        r"CMake Error|CMAKE_C(XX)?_COMPILER|subprocess.*cmake|Killed|internal compiler error",
        "llama.cpp did not compile. Check that a C++ compiler is installed and that at least 2 GB of memory are free.",
    ),
    (r"THESE PACKAGES DO NOT MATCH THE HASHES", "A download was damaged. Run the same command again."),
)
BUILDING = re.compile(r"Building wheel for (\S+)")
COLLECTING = re.compile(r"Collecting ([\w.-]+)")


def check_machine(place: Place) -> None:
    """Raise StartError with one sentence per thing the installation would fail without."""
    again = place.stamp("requirements").exists()  # an update needs less: most of it is there already
    lacking = [COMPILER.missing] if not again and COMPILER.find() is None else []
    for folder, needed, what in (
        (place.venv, HOME_BYTES if again else VENV_BYTES, "LocalMind's packages need"),
        (default_home(), HOME_BYTES, "your data needs"),
    ):
        free = free_bytes(folder)
        if free < needed:
            lacking.append(f"{folder} has {free / GIB:.1f} GB of free disk; {what} {needed / GIB:.0f} GB. Make room.")
    if lacking:
        raise StartError("\n".join(lacking))


def environment(place: Place) -> Step:
    """Make `.venv`."""
    return Step("venv", "Making the Python environment .venv", "1", partial(_make, place), place.python.exists)


def requirements(place: Place, name: str, doing: str, *options: str) -> Step:
    """Install one requirements file."""
    file = place.root / f"{name}.txt"
    inputs = digest(place.root, [file], interpreter(place), *options)
    command = ["install", *options, "-r", str(file)]
    return Step(name, doing, inputs, partial(_pip, place, name, command), place.python.exists)


def _make(place: Place, progress: Progress) -> None:
    if _works(place):
        return  # somebody made it by hand, or a stamp was lost
    if VENV.find() is None:
        raise StartError(VENV.missing)
    progress.now("removing what an earlier run left unfinished")
    for entry in place.venv.iterdir():
        if entry != place.keep:
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    progress.now("")
    run_logged(
        [sys.executable, "-m", "venv", str(place.venv)],
        place.log("venv"),
        "The Python environment could not be made.",
        explain=lambda text: VENV.missing if "ensurepip" in text else "",
    )


def _works(place: Place) -> bool:
    if not place.python.exists():
        return False
    asked = subprocess.run([place.python, "-m", "pip", "--version"], capture_output=True, check=False)
    return asked.returncode == 0


def _pip(place: Place, name: str, command: Sequence[str], progress: Progress) -> None:
    # What a killed pip leaves there goes with the next run; and /tmp may be too small to compile in.
    workshop = place.keep / "tmp"
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir(parents=True)
    # Windows keeps its own folder: below this one, paths would grow over its limit of 260 characters.
    own = {} if sys.platform == "win32" else {"TMPDIR": str(workshop)}
    quiet = ["--no-input", "--disable-pip-version-check", "--no-warn-script-location", "--progress-bar", "off"]
    run_logged(
        [str(place.python), "-m", "pip", *command, *quiet],
        place.log(name),
        f"The packages of {name}.txt could not be installed.",
        environment={**os.environ, "PIP_ROOT_USER_ACTION": "ignore", **own},
        heard=lambda line: _hear(line, progress),
        explain=advice,
    )
    shutil.rmtree(workshop, ignore_errors=True)


def _hear(line: str, progress: Progress) -> None:
    building, collecting = BUILDING.search(line), COLLECTING.search(line)
    if building and "llama" in building[1]:
        progress.now(f"compiling {building[1]} (about ten minutes, only once)")
    elif building:
        progress.now(f"building {building[1]}")
    elif collecting:
        progress.now(f"fetching {collecting[1]}")
    elif line.startswith("Installing collected"):
        progress.now("unpacking")


def advice(log: str) -> str:
    """What to do about a failed installation, from its log; empty when the log says nothing known."""
    return next((text for pattern, text in ADVICE if re.search(pattern, log)), "")
