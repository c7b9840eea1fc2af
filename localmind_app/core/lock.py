"""One running LocalMind per data folder, held by an operating-system file lock.

The system drops the lock when its holder ends, however it ends, so a file left behind never blocks a start.
The text in the file only says who holds it. Standard library only: the bootstrap locks with it too.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

from .errors import StartError
from .home import Home

# `running` holds the lock for an instant while it looks; a start that meets it just then must not give up.
GLANCE_SECONDS = 0.3


if sys.platform == "win32":
    import msvcrt

    # Windows locks are mandatory: a byte far past the text is locked, so the text stays readable.
    _BYTE = 1 << 30

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class FileLock:
    """An exclusive lock on a file, with a short text in it that others may read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self, patience: float = 0.0) -> bool:
        """Take the lock, trying for `patience` seconds; False when somebody else keeps it."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + patience
        while not _try_lock(descriptor):
            if time.monotonic() >= deadline:
                os.close(descriptor)
                return False
            time.sleep(0.02)
        os.ftruncate(descriptor, 0)  # what a killed holder wrote about itself is no longer true
        self._descriptor = descriptor
        return True

    def write(self, text: str) -> None:
        """Replace the text in the file; only its holder may."""
        if self._descriptor is None:
            raise RuntimeError(f"{self.path} is not locked by this object")
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, text.encode())

    def read(self) -> str:
        """The text in the file; empty when there is none."""
        try:
            return self.path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def release(self) -> None:
        """Give the lock back. The file stays: removing it would let two holders lock two files of one name."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> FileLock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


@dataclass(frozen=True)
class Instance:
    """A running LocalMind: its process, machine, start (seconds since 1970) and port (0 until it listens)."""

    pid: int
    host: str
    started: float
    port: int

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def since(self) -> str:
        """Its start in the words of a clock on the wall."""
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self.started))


class InstanceLock:
    """Held by `up` as long as it runs."""

    def __init__(self, home: Home) -> None:
        self._lock = FileLock(home.lock)
        self._home = home
        self._instance = Instance(os.getpid(), socket.gethostname(), time.time(), 0)

    @classmethod
    def take(cls, home: Home) -> InstanceLock:
        """Lock the data folder. Raises StartError that names the instance which already has it."""
        taken = cls(home)
        if not taken._lock.acquire(patience=GLANCE_SECONDS):
            raise StartError(_already_running(home, _parse(taken._lock.read())))
        taken._write()
        return taken

    def publish(self, port: int) -> None:
        """Write the port this instance listens on into the lock file."""
        self._instance = Instance(self._instance.pid, self._instance.host, self._instance.started, port)
        self._write()

    def release(self) -> None:
        """Let the next start have the folder."""
        self._lock.write("")
        self._lock.release()

    def _write(self) -> None:
        self._lock.write(json.dumps(asdict(self._instance)))


def running(home: Home) -> Instance | None:
    """The instance that holds `home` now, or None. Its pid is 0 when the holder has not written who it is yet."""
    if not home.lock.exists():
        return None
    descriptor = os.open(home.lock, os.O_RDWR)
    try:
        if _try_lock(descriptor):
            return None
    finally:
        os.close(descriptor)
    return _parse(FileLock(home.lock).read()) or Instance(0, "", 0.0, 0)


def _parse(text: str) -> Instance | None:
    try:
        found = json.loads(text)
        return Instance(int(found["pid"]), str(found["host"]), float(found["started"]), int(found["port"]))
    except (ValueError, KeyError, TypeError):
        return None


def _already_running(home: Home, instance: Instance | None) -> str:
    if instance is None:
        return f"Another LocalMind is just starting with the data folder {home.root}. Use that one."
    serves = f"It serves {instance.address}" if instance.port else "It is still starting"
    return (
        f"LocalMind already runs with the data folder {home.root}: process {instance.pid} on {instance.host} "
        f"since {instance.since}. {serves}. Use that one, stop it (Ctrl-C where it runs), "
        "or set LOCALMIND_HOME to another folder."
    )
