"""Starts child processes, watches them, restarts them with back-off and stops them all.

Covered: every child in a session of its own, its output in a rotated log, death with the supervisor (also by
SIGKILL), a crash printed with its reason and last log line, restarts after 0.2 s to 10 s, a status file for the
interface, a stop within three seconds that leaves nothing behind.
Not covered: knowing whether a child that runs also works; who starts it asks it (see `start`).

One thread, no event loop: the kernel ends a child when the *thread* that started it ends (see `orphan`).
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, TYPE_CHECKING

from . import status
from .home import Home
from .logs import ROTATE_EVERY, last_line, rotate
from .orphan import death_signal

if TYPE_CHECKING:
    import psutil

FIRST_DELAY, LONGEST_DELAY = 0.2, 10.0
STEADY_SECONDS = 30.0  # a child that lived this long starts again with the first delay
GRACE_SECONDS = 2.0  # between SIGTERM and SIGKILL
LEFTOVER_SECONDS = 0.5  # for the kernel to end what was killed
LOOK_SECONDS = 0.05  # while something is awaited
IDLE_SECONDS = 1.0  # otherwise; a signal, also that of an ended child, wakes it at once


@dataclass(frozen=True)
class Program:
    """What to run: a name for the log and the status, the command, what is added to the environment, open files."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    descriptors: tuple[int, ...] = ()


@dataclass(frozen=True)
class Crash:
    """An unasked end of a child: why, its last words, when (seconds since 1970), and after how long a life."""

    name: str
    reason: str
    line: str
    at: float
    lived: float
    log: Path


class Child:
    """One program and the process that runs it now, if any."""

    def __init__(self, program: Program, log: Path) -> None:
        self.program = program
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.restarts = 0
        self.since = 0.0
        self.last_crash: Crash | None = None
        self.due: float | None = None  # monotonic time of the next start, while it waits
        self._delay = FIRST_DELAY
        self._began = 0.0
        self._log_start = 0

    def start(self) -> None:
        """Start the process now, in a session of its own, its output appended to the log."""
        program = self.program
        with self._open_log() as output:
            self._log_start = output.seek(0, os.SEEK_END)
            self.process = subprocess.Popen(
                list(program.command),
                env={**os.environ, **program.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=program.descriptors,
                start_new_session=True,
                preexec_fn=death_signal(),
            )
        self.since, self._began, self.due = time.time(), time.monotonic(), None

    def look(self) -> Crash | None:
        """Notice the end of the process: what is left of its group is killed and the next start is planned."""
        if self.process is None:
            return None
        code = self.process.poll()
        if code is None:
            return None
        lived = time.monotonic() - self._began
        self._signal_group(getattr(signal, "SIGKILL", signal.SIGTERM))
        self.process = None
        self._delay = FIRST_DELAY if lived >= STEADY_SECONDS else self._delay
        self.due = time.monotonic() + self._delay
        self._delay = min(self._delay * 2, LONGEST_DELAY)
        line = last_line(self.log, self._log_start)
        self.last_crash = Crash(self.program.name, reason_of(code), line, time.time(), lived, self.log)
        return self.last_crash

    def restart_when_due(self) -> bool:
        """Start again once the delay is over; True when it did."""
        if self.due is None or time.monotonic() < self.due:
            return False
        self.restarts += 1
        self.start()
        return True

    def terminate(self) -> None:
        """Ask the process, and only it, to end: it may want its own children alive to end them in order."""
        self.due = None
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def kill(self) -> None:
        """End the whole group at once."""
        self.due = None
        if self.process is not None:
            self._signal_group(getattr(signal, "SIGKILL", signal.SIGTERM))
            self.process.wait()

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def state(self) -> status.ChildStatus:
        """What the status file says about it."""
        crash = self.last_crash
        return {
            "pid": self.process.pid if self.process is not None and self.alive else None,
            "since": self.since,
            "restarts": self.restarts,
            "state": "running" if self.alive else "waiting" if self.due is not None else "stopped",
            "last_exit": {"reason": crash.reason, "line": crash.line, "at": crash.at} if crash else None,
        }

    def _open_log(self) -> IO[bytes]:
        return open(self.log, "ab", opener=lambda path, flags: os.open(path, flags, 0o600))

    def _signal_group(self, number: int) -> None:
        if self.process is None:
            return
        try:
            if sys.platform == "win32":
                self.process.kill()
            else:
                os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            return  # the group is gone; macOS answers EPERM for a group of zombies


class Supervisor:
    """Runs programs until told to stop. Use from the main thread only."""

    def __init__(self, programs: Sequence[Program], home: Home, *, say: Callable[[str], None] = print) -> None:
        self.home = home
        self.children = {program.name: Child(program, home.logs / f"{program.name}.log") for program in programs}
        self.stopping = False
        self._hurry = False
        self._say = say
        self._rotated = 0.0
        self._wake: socket.socket | None = None

    def start(self, *names: str) -> None:
        """Start these programs, or all of them."""
        for name in names or tuple(self.children):
            self.children[name].start()
        self._write_status()

    def run(self, until: Callable[[], bool] | None = None) -> None:
        """Watch and restart children until a stop is requested or `until()` is true (asked about 20 times a second)."""
        while not self.stopping and not (until and until()):
            self.look()
            waiting = until is not None or any(child.due is not None for child in self.children.values())
            self._pause(LOOK_SECONDS if waiting else IDLE_SECONDS)

    def look(self) -> None:
        """One round: report ends, start what is due, rotate logs."""
        changed = False
        for child in self.children.values():
            crash = child.look()
            if crash is not None:
                self._say(describe(crash, child))
            changed = self._restart(child) or crash is not None or changed
        if changed:
            self._write_status()
        if time.monotonic() - self._rotated > ROTATE_EVERY:
            self._rotated = time.monotonic()
            self._rotate_logs()

    def request_stop(self) -> None:
        """Make `run` return and `stop` begin; the second request kills at once."""
        self._hurry = self.stopping
        self.stopping = True

    def stop(self) -> None:
        """End every child and everything below it: SIGTERM, two seconds, SIGKILL."""
        self.stopping = True
        below = self._descendants()
        for child in self.children.values():
            child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        while any(child.alive for child in self.children.values()) and time.monotonic() < deadline and not self._hurry:
            time.sleep(LOOK_SECONDS / 2)
        for child in self.children.values():
            child.kill()
        _end(below)
        self._write_status()

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Inside, Ctrl-C, SIGTERM and a closed terminal request a stop instead of raising."""

        def ask(number: int, frame: FrameType | None) -> None:
            self.request_stop()

        names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
        wanted = [getattr(signal, name) for name in names if hasattr(signal, name)]
        before = {number: signal.signal(number, ask) for number in wanted}
        if sys.platform != "win32":  # a handler, so that the end of a child wakes the watch
            before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda number, frame: None)
        self._wake, ring = socket.socketpair()
        self._wake.setblocking(False)
        ring.setblocking(False)
        signal.set_wakeup_fd(ring.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._wake.close()
            ring.close()
            self._wake = None

    def _pause(self, seconds: float) -> None:
        """Sleep, or less where a signal arrives meanwhile."""
        if self._wake is None:
            time.sleep(min(seconds, LOOK_SECONDS))
        elif select.select([self._wake], [], [], seconds)[0]:
            self._wake.recv(4096)

    # A full disk or a full process table must not end the one process that keeps the others alive.

    def _restart(self, child: Child) -> bool:
        try:
            return child.restart_when_due()
        except OSError as error:
            child.due = time.monotonic() + LONGEST_DELAY
            self._say(f"The {child.program.name} process cannot be started ({error}); trying again in 10 s.")
            return True

    def _rotate_logs(self) -> None:
        try:
            for child in self.children.values():
                rotate(child.log)
        except OSError as error:
            self._say(f"A log could not be rotated ({error}).")

    def _write_status(self) -> None:
        try:
            status.write(self.home, {name: child.state for name, child in self.children.items()})
        except OSError as error:
            self._say(f"What runs could not be written to {self.home.run} ({error}).")

    def _descendants(self) -> list[psutil.Process]:
        """Everything below the children now; some, like the engine's, lead sessions of their own."""
        import psutil

        found: list[psutil.Process] = []
        for child in self.children.values():
            if child.process is not None:
                try:
                    found += psutil.Process(child.process.pid).children(recursive=True)
                except psutil.NoSuchProcess:
                    continue
        return found


def _end(left: list[psutil.Process]) -> None:
    """Kill what outlived its parent, and wait until it is gone. psutil never hits a reused process id."""
    import psutil

    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while any(map(_lives, left)) and time.monotonic() < deadline:
        time.sleep(0.01)


def _lives(process: psutil.Process) -> bool:
    import psutil

    with suppress(psutil.NoSuchProcess):
        # A zombie waits for a parent that is not this process; nothing of it runs any more.
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def reason_of(code: int) -> str:
    """An exit code in words: ``killed by SIGKILL``, ``exit code 1``."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def describe(crash: Crash, child: Child) -> str:
    """What the terminal says about a crash."""
    wait = max(0.0, (child.due or 0.0) - time.monotonic())
    said = f" Its last words: {crash.line}" if crash.line else ""
    return (
        f"The {crash.name} process ended by itself ({crash.reason}) after {crash.lived:.1f} s and is started again "
        f"in {wait:.1f} s.{said} Its log: {crash.log}"
    )


def last_words(child: Child) -> str:
    """What is known about a child that keeps ending."""
    crash = child.last_crash
    why = f" ({crash.reason}{': ' + crash.line if crash.line else ''})" if crash else ""
    return f"the {child.program.name} process keeps ending{why}. Its log: {child.log}"
