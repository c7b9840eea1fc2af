"""Runs a command of the setup with its output in a log; a failure becomes a sentence that says what to do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from ..core.errors import StartError
from ..core.orphan import death_signal

LAST_LINES = 6
GRACE_SECONDS = 3.0


def run_logged(
    command: Sequence[str],
    log: Path,
    failed: str,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    heard: Callable[[str], None] = lambda line: None,
    explain: Callable[[str], str] = lambda text: "",
) -> None:
    """Run `command` to its end; every line goes to `log` and to `heard`.

    Raises StartError made of `failed`, what `explain` finds in the whole output, its last lines and the log's path.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    with log.open("w", encoding="utf-8") as file, _started(command, environment, folder) as process:
        file.write("$ " + " ".join(command) + "\n")
        try:
            for line in process.stdout or ():
                file.write(line)
                file.flush()
                lines.append(line.rstrip())
                heard(line.strip())
        except BaseException:  # Ctrl-C: neither the command nor a compiler it started may go on
            _end(process)
            raise
    if process.returncode:
        last = "\n".join("    " + line for line in lines[-LAST_LINES:] if line)
        why = explain("\n".join(lines))
        raise StartError(f"{failed} {why}\n{last}\n  The whole log: {log}".replace(" \n", "\n"))


def _started(
    command: Sequence[str], environment: Mapping[str, str] | None, folder: Path | None
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
        cwd=folder,
        start_new_session=True,
        preexec_fn=death_signal(),
    )


def _end(process: subprocess.Popen[str]) -> None:
    """Ctrl-C for the whole group first: pip then clears its temporary files, and ninja stops its compilers,
    which have groups of their own."""
    if sys.platform == "win32":
        process.kill()
        return
    os.killpg(process.pid, signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
