"""The child does what it is told, says how far it is, and ends when it is cancelled or its parent is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from localmind_app.core.errors import ModelCrashed
from localmind_app.engine.workshop import errand
from tests.models_factory import write_slow_llama

WAIT = 30.0


def children() -> list[psutil.Process]:
    found = psutil.Process().children()
    return [child for child in found if "localmind_app.engine.workshop.child" in " ".join(child.cmdline())]


class Enough(Exception):
    """What a cancelled caller raises."""


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    return write_slow_llama(tmp_path / "slow.gguf")


def test_cancelling_ends_the_child(slow: Path) -> None:
    seen: list[int] = []

    def check() -> None:
        seen.extend(child.pid for child in children())
        if seen and psutil.Process(seen[0]).cpu_times().user > 0.5:  # in the midst of it
            raise Enough

    with pytest.raises(Enough):
        errand.run("bench", {"model": str(slow), "rounds": 1000}, check=check)
    assert seen and not psutil.pid_exists(seen[0]) and not children()


def test_a_killed_child_is_reported(slow: Path) -> None:
    def check() -> None:
        for child in children():
            child.send_signal(signal.SIGKILL)

    with pytest.raises(ModelCrashed, match="SIGKILL"):
        errand.run("bench", {"model": str(slow), "rounds": 1000}, check=check)
    assert not children()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_child_ends_with_its_parent(slow: Path) -> None:
    program = f"""
        from localmind_app.engine.workshop import errand
        errand.run("bench", {{"model": {str(slow)!r}, "rounds": 1000}})
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)])
    try:
        deadline = time.monotonic() + WAIT
        while not (found := psutil.Process(parent.pid).children()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert found
    finally:
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
    psutil.wait_procs(found, timeout=WAIT)
    assert not any(child.is_running() for child in found)
