"""Limits in time and memory, and that they are gone afterwards."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import time

import pytest

from localmind_app.engine.text import guard

STUCK = """
from localmind_app.engine.text import guard
guard._LAST_RESORT_SECONDS = 1.0
with guard.limited():
    7 ** (7 ** 99)
"""


def test_limits_are_restored() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGALRM)
    with guard.limited():
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert (resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGALRM)) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_time() -> None:
    def loop() -> None:
        while True:
            pass

    started = time.monotonic()
    with pytest.raises(guard.OutOfTime), guard.limited():
        loop()
    assert time.monotonic() - started < guard.SECONDS + 20


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS is enforced on Linux only")
def test_memory() -> None:
    with pytest.raises(MemoryError), guard.limited():
        bytearray(2 * guard.MEMORY)


def test_work_that_no_signal_interrupts_ends_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", STUCK], capture_output=True, timeout=20, check=False)
    assert done.returncode != 0
    assert b"Timeout" in done.stderr
