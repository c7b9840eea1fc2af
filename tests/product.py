"""The whole product as a user starts it: `up` on a data folder of its own, for tests from the outside.

Needs a built frontend (`python3 -m localmind_app test` makes one).
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from localmind_app.core.home import Home
from tests.models_factory import write_random_llama, write_slow_llama

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(check: Callable[[], Any], seconds: float = 20, every: float = 0.05) -> Any:
    """Wait until `check()` is true (or stops raising) and return it."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if value := check():
                return value
            problem: object = "still false"
        except (AssertionError, OSError, httpx.HTTPError, KeyError, ValueError) as error:
            problem = error
        assert time.monotonic() < deadline, problem
        time.sleep(every)


class Product:
    """A running LocalMind. `models` besides the built-in ones: fast.gguf and slow.gguf (about 100 tokens/s)."""

    def __init__(self, root: Path, **environment: str) -> None:
        self.home = Home.open(root)
        if not (self.home.models / "slow.gguf").exists():
            write_random_llama(self.home.models / "fast.gguf")
            write_slow_llama(self.home.models / "slow.gguf")
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, "LOCALMIND_HOME": str(root), "LOCALMIND_DEV": "1", **environment}
        self.output = root / "up.log"
        self.process = self._start()
        self.client = httpx.Client(base_url=self.base, headers={"Origin": self.base}, timeout=20)

    def _start(self) -> subprocess.Popen[bytes]:
        self.output.write_bytes(b"")
        with self.output.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "localmind_app.cli", "up", "--port", str(self.port), "--no-browser"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

        def started() -> bool:
            assert process.poll() is None, self.output.read_text()
            return "/open/" in self.output.read_text()

        eventually(started, 60)
        return process

    @property
    def link(self) -> str:
        """The newest one-time link."""
        found: list[str] = re.findall(r"^\s*(http://\S+/open/\S+)\s*$", self.output.read_text(), re.MULTILINE)
        return found[-1]

    def sign_in(self) -> httpx.Client:
        """Use the link; the client keeps the cookie."""
        answer = self.client.get(self.link)
        assert answer.status_code == 200, answer.text
        assert self.client.cookies, "no session cookie"
        return self.client

    def pid(self, name: str) -> int:
        """The process id of web, engine or worker."""
        status = json.loads((self.home.run / "status.json").read_text())
        return int(status[name]["pid"] or 0)

    def kill(self, name: str) -> None:
        """kill -9 one of the processes and wait until the supervisor has started another."""
        old = self.pid(name)
        os.kill(old, signal.SIGKILL)
        eventually(lambda: self.pid(name) not in {0, old})

    def restart(self) -> None:
        """Stop by Ctrl-C and start again on the same data."""
        self.stop()
        self.process = self._start()

    def stop(self) -> None:
        """Ctrl-C."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(15)


@contextmanager
def running(root: Path, **environment: str) -> Iterator[Product]:
    """A product that is stopped at the end."""
    product = Product(root, **environment)
    try:
        yield product
    finally:
        product.client.close()
        product.stop()
