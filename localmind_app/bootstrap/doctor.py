"""What is there, what is missing and what it is for. Changes nothing; runs before anything is installed, too."""

from __future__ import annotations

import os
import re
import socket
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..core import status
from ..core.dependencies import DEPENDENCIES, PYTHON
from ..core.home import Home, default_home
from ..core.lock import Instance, running
from .frontend import frontend
from .packages import GIB, HOME_BYTES, VENV_BYTES
from .place import Place, free_bytes

DEFAULT_PORT = 8765
MARKS = {"good": "✓", "note": "!", "bad": "✗"}


@dataclass(frozen=True)
class Finding:
    """One line of the report. `bad` keeps LocalMind from starting; `note` does not."""

    name: str
    verdict: Literal["good", "note", "bad"]
    text: str


def report(place: Place) -> int:
    """Print every finding; 1 when something that LocalMind cannot start without is missing."""
    findings = list(examine(place, Home(default_home())))
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        print(f"  {MARKS[finding.verdict]} {finding.name:<{width}}  {finding.text}")
    return 1 if any(finding.verdict == "bad" for finding in findings) else 0


def examine(place: Place, home: Home) -> Iterator[Finding]:
    """Every finding, from the ground up."""
    installed = not lacking_packages(place)
    for dependency in DEPENDENCIES:
        found = dependency.find()
        # What was only needed to install may go once everything is installed.
        vital = dependency is PYTHON or (dependency.need == "start" and not installed)
        missing: Literal["note", "bad"] = "bad" if vital else "note"
        yield Finding(dependency.name, "good" if found else missing, found or dependency.missing)
    yield from _program(place)
    yield from _machine(place, home)
    yield _data_folder(home)
    yield _models(place, home)
    instance = running(home) if home.root.is_dir() else None
    yield _instance(instance)
    if instance is not None:
        yield from _processes(home)
    yield _port(instance)


def _program(place: Place) -> Iterator[Finding]:
    set_up = "It is set up by: python3 -m localmind_app up"
    there = place.python.exists()
    yield Finding("Environment .venv", "good" if there else "note", str(place.venv) if there else f"Not made. {set_up}")
    lacking = lacking_packages(place)
    text = f"Not installed as pinned: {', '.join(lacking[:5])}{' …' if len(lacking) > 5 else ''}. {set_up}"
    yield Finding("Packages", "note" if lacking else "good", text if lacking else "all, as pinned in requirements.txt")
    node = place.python.with_name("node.exe" if sys.platform == "win32" else "node")
    missing = "Missing; it builds the pages. It comes with the packages."
    yield Finding("Node", "good" if node.exists() else "note", str(node) if node.exists() else missing)
    built = frontend(place).done(place)
    yield Finding("Pages", "good" if built else "note", "built" if built else f"Not built from these sources. {set_up}")


def lacking_packages(place: Place) -> list[str]:
    """The pins of requirements.txt that are not installed in exactly that version."""
    pins = re.findall(r"^([\w.-]+)==([\w.+-]+)", (place.root / "requirements.txt").read_text(encoding="utf-8"), re.M)
    folders = place.venv.glob(
        "Lib/site-packages/*.dist-info" if sys.platform == "win32" else "lib/python*/site-packages/*.dist-info"
    )
    installed = {_plain(folder.name.removesuffix(".dist-info")) for folder in folders}
    return [f"{name} {version}" for name, version in pins if _plain(f"{name}-{version}") not in installed]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _machine(place: Place, home: Home) -> Iterator[Finding]:
    for what, folder, needed in (("Disk, program", place.venv, VENV_BYTES), ("Disk, data", home.root, HOME_BYTES)):
        free = free_bytes(folder)
        # Once everything is installed, the space it took is no longer needed.
        enough = free >= needed or (folder == place.venv and not lacking_packages(place))
        text = f"{free / GIB:.1f} GB free" + ("" if enough else f"; {needed / GIB:.0f} GB are needed. Make room.")
        yield Finding(what, "good" if enough else "bad", text)
    yield Finding("Processors", "good", str(os.cpu_count()))
    if sys.platform != "win32":
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / GIB
        text = f"{memory:.1f} GB" + ("" if memory >= 4 else "; models of more than a billion weights will not fit")
        yield Finding("Memory", "good" if memory >= 4 else "note", text)


def _data_folder(home: Home) -> Finding:
    name = "Data folder"
    if not home.root.is_dir():
        return Finding(name, "note", f"{home.root} is made at the first start")
    if not os.access(home.root, os.W_OK):
        return Finding(name, "bad", f"{home.root} cannot be written. Make it writable, or set LOCALMIND_HOME.")
    if sys.platform != "win32" and stat.S_IMODE(home.root.stat().st_mode) & 0o077:
        return Finding(name, "note", f"Others on this machine can read {home.root}. Close it: chmod 700 {home.root}")
    return Finding(name, "good", str(home.root))


def _models(place: Place, home: Home) -> Finding:
    found = [path for folder in (home.models, place.root / "models") for path in _model_files(folder)]
    names = ", ".join(path.name for path in found[:4]) + (" …" if len(found) > 4 else "")
    empty = f"No model file (.gguf) in {home.models}; only the built-in ones can be used."
    return Finding("Models", "good" if found else "note", f"{len(found)}: {names}" if found else empty)


def _model_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.gguf")) if folder.is_dir() else []


def _instance(instance: Instance | None) -> Finding:
    if instance is None:
        return Finding("Running", "good", "not now")
    return Finding("Running", "good", f"process {instance.pid} since {instance.since}, {instance.address}")


def _processes(home: Home) -> Iterator[Finding]:
    for name, child in status.read(home).items():
        crash = child["last_exit"]
        last = f"; last ended by itself: {crash['reason']}, {crash['line']}" if crash else ""
        text = f"{child['state']}, process {child['pid']}, {child['restarts']} restarts{last}"
        yield Finding(f"  {name}", "good" if child["state"] == "running" else "note", text)


def _port(instance: Instance | None) -> Finding:
    if instance is not None and instance.port == DEFAULT_PORT:
        return Finding(f"Port {DEFAULT_PORT}", "good", "LocalMind's own")
    with socket.socket() as probe:
        taken = probe.connect_ex(("127.0.0.1", DEFAULT_PORT)) == 0
    text = "Another program listens there; up takes the next free port, or choose one with up --port N."
    return Finding(f"Port {DEFAULT_PORT}", "note" if taken else "good", text if taken else "free")
