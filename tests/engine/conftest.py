"""A real engine process with tiny real models, and a client for it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import psutil
import pytest

from localmind_app.core.errors import EngineUnreachable
from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient
from tests.models_factory import write_random_llama, write_script_llama, write_slow_llama

ROOT = Path(__file__).resolve().parents[2]
SCRIPT: list[str | int] = ["Hello ", *"😀".encode(), "wor", "ld ", "STO", "P ", "END "]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Engine:
    """One engine process over its own data folder."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str) -> None:
        env = {**os.environ, "LOCALMIND_HOME": str(self.home.root)}
        command = [sys.executable, "-m", "localmind_app.engine.server", *arguments]
        log = (self.home.logs / "engine.log").open("ab")
        with log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=log)
        door = self.home.engine_address if "--tcp" in arguments else self.home.engine_socket
        give_up = time.monotonic() + 20
        while not door.exists() and time.monotonic() < give_up:
            time.sleep(0.02)
        assert self.process.poll() is None, self.log()

    def log(self) -> str:
        return (self.home.logs / "engine.log").read_text()

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.pid).children(recursive=True)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None


@pytest.fixture(scope="session")
def model_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the three kinds of test models."""
    folder = tmp_path_factory.mktemp("gguf")
    write_random_llama(folder / "random.gguf", context=4096)
    write_slow_llama(folder / "slow.gguf")
    write_script_llama(folder / "script.gguf", SCRIPT)
    return folder


def _home(root: Path, model_files: Path) -> Home:
    home = Home.open(root)
    for file in model_files.iterdir():
        (home.models / file.name).symlink_to(file)
    return home


@pytest.fixture
def make_home(tmp_path_factory: pytest.TempPathFactory, model_files: Path) -> Callable[[], Home]:
    """Makes data folders that hold the test models."""
    return lambda: _home(tmp_path_factory.mktemp("home"), model_files)


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory, model_files: Path) -> Iterator[Engine]:
    """The engine shared by tests that leave it as it was."""
    running = Engine(_home(tmp_path_factory.mktemp("home"), model_files))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def own_engine(make_home: Callable[[], Home]) -> Iterator[Engine]:
    """An engine of the test's own, for tests that break things."""
    running = Engine(make_home())
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def client(engine: Engine) -> AsyncIterator[EngineClient]:
    made = EngineClient.local(engine.home)
    await wait_ready(made)
    yield made
    await made.close()


@pytest.fixture
async def own_client(own_engine: Engine) -> AsyncIterator[EngineClient]:
    made = EngineClient.local(own_engine.home)
    await wait_ready(made)
    yield made
    await made.close()


async def wait_ready(client: EngineClient) -> None:
    """Until the engine answers."""
    with anyio.fail_after(20):
        while True:
            try:
                await client.health()
                return
            except EngineUnreachable:
                await anyio.sleep(0.05)


async def until(happens: Callable[[], bool | Awaitable[bool]], seconds: float = 5.0) -> None:
    """Wait for something in another process. Raises TimeoutError."""
    with anyio.fail_after(seconds):
        while True:
            there = happens()
            if there if isinstance(there, bool) else await there:
                return
            await anyio.sleep(0.02)


@pytest.fixture
def ask() -> Callable[..., dict[str, Any]]:
    """Builds a chat request to a model."""

    def build(model: str, text: str = "Say something.", **fields: Any) -> dict[str, Any]:
        return {"model": model, "messages": [{"role": "user", "content": text}], **fields}

    return build


@pytest.fixture
def child_of() -> Callable[[EngineClient, str], Any]:
    """Finds the health entry of a model's child."""

    async def find(client: EngineClient, model: str) -> dict[str, Any]:
        children = (await client.health())["children"]
        return next(child for child in children if child["model"] == model)

    return find
