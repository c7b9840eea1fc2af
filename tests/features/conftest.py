"""A real engine process with a small talking model, shared by the feature tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from localmind_app.core.home import Home
from tests.models_factory import write_random_llama, write_slow_llama


class RunningEngine:
    """An engine process over one data folder."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with (self.home.logs / "engine.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "localmind_app.engine.server"],
                env={**os.environ, "LOCALMIND_HOME": str(self.home.root)},
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 20
        while not self.home.engine_socket.exists():
            assert process.poll() is None and time.monotonic() < deadline, (self.home.logs / "engine.log").read_text()
            time.sleep(0.05)
        return process

    def kill(self) -> None:
        """kill -9, as a crash."""
        self.process.kill()
        self.process.wait()
        self.home.engine_socket.unlink(missing_ok=True)

    def restart(self) -> None:
        self.process = self._start()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture(scope="session")
def engine_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home.open(tmp_path_factory.mktemp("engine") / "home")
    write_random_llama(home.models / "fast.gguf")
    write_slow_llama(home.models / "slow.gguf")
    return home


@pytest.fixture(scope="session")
def engine(engine_home: Home) -> Iterator[RunningEngine]:
    running = RunningEngine(engine_home)
    yield running
    running.stop()


@pytest.fixture
def models_folder(engine_home: Home) -> Path:
    return engine_home.models
