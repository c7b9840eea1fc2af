"""What runs, for whoever wants to show it: `run/status.json`, written by the supervisor, read by web and doctor."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Literal, TypedDict

from .home import Home


class LastExit(TypedDict):
    """The latest unasked end of a process: why, its last log line, and when (seconds since 1970)."""

    reason: str
    line: str
    at: float


class ChildStatus(TypedDict):
    """One supervised process. `since` is in seconds since 1970; `waiting` means between a crash and a restart."""

    pid: int | None
    since: float
    restarts: int
    state: Literal["running", "waiting", "stopped"]
    last_exit: LastExit | None


def write(home: Home, children: Mapping[str, ChildStatus]) -> None:
    """Replace the status file; a reader sees the old or the new one, never half of it."""
    target = home.run / "status.json"
    unfinished = target.with_suffix(f".{os.getpid()}.part")
    unfinished.write_text(json.dumps(children), encoding="utf-8")
    unfinished.replace(target)


def read(home: Home) -> dict[str, ChildStatus]:
    """The status by process name; empty when nothing was ever started here."""
    try:
        found: dict[str, ChildStatus] = json.loads((home.run / "status.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found
