"""Limits around code that came with a model file: a chat template may loop for ever or ask for all memory.

Covered: endless loops (2 s), memory (512 MB more than now, Linux), work inside C that no signal can interrupt (the
process ends after 10 s; the engine reports that and starts it anew). Not covered: time and memory within the limits.
"""

from __future__ import annotations

import contextlib
import faulthandler
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

import psutil

SECONDS = 2.0
MEMORY = 512 * 1024 * 1024  # bytes
_LAST_RESORT_SECONDS = 10.0


class OutOfTime(Exception):
    """The guarded code took longer than SECONDS."""


def _on_alarm(_signal: int, _frame: FrameType | None) -> None:
    raise OutOfTime


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Run the body under the limits, in the main thread. Raises OutOfTime, MemoryError."""
    try:
        faulthandler.dump_traceback_later(_LAST_RESORT_SECONDS, exit=True)
    except RuntimeError:
        _starved()
    try:
        with _memory(), _time():
            yield
    finally:
        faulthandler.cancel_dump_traceback_later()


@contextlib.contextmanager
def _time() -> Iterator[None]:
    if sys.platform == "win32":  # no SIGALRM there; the last resort remains
        yield
        return
    before = signal.signal(signal.SIGALRM, _on_alarm)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _memory() -> Iterator[None]:
    if sys.platform != "linux":  # RLIMIT_AS is not enforced elsewhere
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = psutil.Process().memory_info().vms + MEMORY
    limits = [limit for limit in (wanted, soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(limits), hard))
    try:
        yield
    except MemoryError:
        if min(limits) != wanted:
            _starved()
        raise
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _starved() -> NoReturn:
    """The process itself has no memory left, which is not the guarded code's fault: end it, the engine says why."""
    sys.exit("MemoryError: no memory left for a small task")
