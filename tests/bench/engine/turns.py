"""Time to the first token of a long chat's next turn: cold, with its cells in memory, on a branch, after a restart."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.bench.engine.load import Server, Work, ask, measure, text

TURN = 4000  # tokens
ROUNDS = 5


def second_turn(start: Callable[[], AbstractContextManager[Server]]) -> str:
    """One line of figures; `start` begins the engine over the same data folder each time."""
    cold, warm, branch, restarted = [], [], [], []
    for number in range(ROUNDS):
        chat = text(random.Random(number), TURN)
        with start() as server:
            measure(server, Work(1, prompt=64, new=16, requests=1), seed=number)
            cold.append(_first(server, chat))
            warm.append(_first(server, chat + text(random.Random(100 + number), 40)))
            branch.append(_first(server, chat[: TURN // 2] + text(random.Random(200 + number), 40)))
            time.sleep(4)  # calm: conversations are written to disk
        with start() as server:
            measure(server, Work(1, prompt=64, new=16, requests=1), seed=50 + number)
            restarted.append(_first(server, chat + text(random.Random(300 + number), 40)))
    base = statistics.median(cold)
    parts = (("next turn", warm), ("branch from the middle", branch), ("after a restart", restarted))
    shares = ", ".join(f"{name} {statistics.median(times) / base:.1%}" for name, times in parts)
    return f"first token after {TURN} tokens: cold {base * 1000:.0f} ms; {shares}"


def _first(server: Server, prompt: str) -> float:
    times = asyncio.run(ask(server, prompt, 8))
    return times[1] - times[0]
