"""The engine beside llama-server and llama-cpp-python's server: same file, same prompts, same clients, rounds in turns.

Figures are medians, ratios those of the medians. `BENCH_ONLY` chooses works by a part of their label.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from localmind_app.core.home import Home
from tests.bench.engine.alike import alike
from tests.bench.engine.load import Figures, Server, Work, measure
from tests.bench.engine.peer import llama_server, python_server
from tests.bench.engine.shapes import B1, M120, SMALL, model_file
from tests.bench.engine.turns import second_turn

ROUNDS = 5
SLOTS = 16
CONTEXT = 2048  # tokens of a slot, for both

WORKS = (
    ("small model", SMALL, "q8_0", Work(1, requests=8)),
    ("small model", SMALL, "q8_0", Work(16)),
    ("120M", M120, "q8_0", Work(1, requests=3)),
    ("120M", M120, "q8_0", Work(4)),
    ("120M", M120, "q8_0", Work(16)),
    ("120M, 512 tokens shared", M120, "q8_0", Work(8, prompt=560, new=32, shared=512)),
    ("120M Q4_K_M", M120, "q4_k_m", Work(16)),
    ("1B Q4_K_M", B1, "q4_k_m", Work(1, new=32, requests=1)),
    ("1B Q4_K_M", B1, "q4_k_m", Work(8, new=32, requests=1)),
)


def main() -> None:
    """Print a line for each kind of work."""
    only = os.environ.get("BENCH_ONLY", "")
    for label, shape, kind, work in WORKS:
        if only in label:
            path = model_file(shape, kind)
            with _ours(path) as ours, _theirs(path) as theirs:
                print(_compare(f"{label}, {work.clients} clients", ours, theirs, work, ROUNDS), flush=True)
                print(f"{'':32} {outside(ours):.1%} of our time outside of llama_decode", flush=True)
    path = model_file(M120, "q8_0")
    if only in (label := "120M, 16 clients, llama_cpp.server"):
        with _ours(path) as ours, _pythons(path) as theirs:
            print(_compare(label, ours, theirs, Work(16, requests=1), 3), flush=True)
    if only in "alike":
        print("\n".join(alike()), flush=True)
    if only in "120M, second turn":
        with tempfile.TemporaryDirectory() as folder:
            print(second_turn(lambda: _ours(path, folder)), flush=True)


def outside(server: Server) -> float:
    """The share of our child's working time that is not spent in llama.cpp."""
    headers = {"Authorization": f"Bearer {server.token}"}
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}/health", headers=headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        (child,) = json.load(answer)["children"]
    return float(child["other_seconds"] / (child["other_seconds"] + child["decode_seconds"]))


def _compare(label: str, ours: Server, theirs: Server, work: Work, count: int) -> str:
    rounds: dict[str, list[Figures]] = {ours.name: [], theirs.name: []}
    for server in (ours, theirs):
        measure(server, Work(work.clients, prompt=64, new=16, requests=1), seed=999)
    for number in range(count):
        for server in (ours, theirs) if number % 2 else (theirs, ours):
            rounds[server.name].append(measure(server, work, seed=number))

    def pair(figure: Callable[[Figures], float]) -> tuple[float, float]:
        mine, peers = (statistics.median(map(figure, rounds[server.name])) for server in (ours, theirs))
        return mine, peers

    speed, first, gap = pair(lambda f: f.tokens_per_second), pair(lambda f: f.first_median), pair(lambda f: f.gap_95)
    return (
        f"{label:32} tokens/s {speed[0]:7.1f} : {speed[1]:7.1f} = {speed[0] / speed[1]:.2f}   "
        f"first {first[0] * 1000:7.1f} : {first[1] * 1000:7.1f} ms = {first[0] / first[1]:.2f}   "
        f"gap p95 {gap[0] * 1000:6.1f} : {gap[1] * 1000:6.1f} ms = {gap[0] / gap[1]:.2f}"
    )


@contextlib.contextmanager
def _ours(path: Path, folder: str | None = None) -> Iterator[Server]:
    """Our engine over a data folder of its own, or over `folder`."""
    with contextlib.ExitStack() as stack:
        root = folder or stack.enter_context(tempfile.TemporaryDirectory())
        home = Home.open(Path(root))
        link = home.models / "bench.gguf"
        if not link.is_symlink():
            link.symlink_to(path)
        home.engine_address.unlink(missing_ok=True)
        env = {**os.environ, "LOCALMIND_HOME": root}
        stack.enter_context(_process([sys.executable, "-m", "localmind_app.engine.server", "--tcp"], env))
        _until(home.engine_address.exists)
        address = json.loads(home.engine_address.read_text())
        yield Server("LocalMind", int(address["url"].rsplit(":", 1)[1]), "bench", address["token"])


@contextlib.contextmanager
def _theirs(path: Path) -> Iterator[Server]:
    port = _free_port()
    sizes = ["-np", str(SLOTS), "-c", str(SLOTS * CONTEXT)]
    command = [str(llama_server()), "-m", str(path), "--port", str(port), "--host", "127.0.0.1", *sizes]
    with _process(command, dict(os.environ)):
        _until(lambda: _healthy(port, "/health"))
        yield Server("llama-server", port, "bench")


@contextlib.contextmanager
def _pythons(path: Path) -> Iterator[Server]:
    port = _free_port()
    command, env = python_server(path, port)
    with _process(command, env):
        _until(lambda: _healthy(port, "/v1/models"))
        yield Server("llama_cpp.server", port, "bench")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _healthy(port: int, path: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=1) as answer:
        return bool(answer.status == 200)
    return False


def _until(happens: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not happens():
        if time.monotonic() > give_up:
            raise TimeoutError("a server did not start")
        time.sleep(0.05)


@contextlib.contextmanager
def _process(command: list[str], env: dict[str, str]) -> Iterator[None]:
    running = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        running.terminate()
        running.wait(10)


if __name__ == "__main__":
    main()
