"""Streaming clients: as little Python as possible between the socket and the clock, the same for both servers."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import statistics
import string
import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Server:
    """Where a server listens and what it wants to see."""

    name: str
    port: int
    model: str
    token: str = ""


@dataclass(frozen=True)
class Work:
    """`clients` ask `requests` times each, one after the other: `prompt` tokens in, `new` tokens out.

    The first `shared` tokens are the same in all prompts of a round.
    """

    clients: int
    prompt: int = 128
    new: int = 64
    requests: int = 2
    shared: int = 0


@dataclass
class Figures:
    """What one round measured; seconds."""

    tokens_per_second: float = 0.0
    first: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)

    @property
    def first_median(self) -> float:
        """Median time to the first token."""
        return statistics.median(self.first)

    @property
    def gap_95(self) -> float:
        """95th percentile of the time between two tokens of an answer."""
        return statistics.quantiles(self.gaps, n=20)[18]


def measure(server: Server, work: Work, seed: int) -> Figures:
    """Run one round."""
    return asyncio.run(_measure(server, work, seed))


async def _measure(server: Server, work: Work, seed: int) -> Figures:
    rng = random.Random(seed)
    common = text(rng, work.shared)
    prompts = [
        [common + text(rng, work.prompt - work.shared) for _ in range(work.requests)] for _ in range(work.clients)
    ]
    figures = Figures()
    began = time.perf_counter()
    await asyncio.gather(*(_client(server, mine, work.new, figures) for mine in prompts))
    figures.tokens_per_second = work.clients * work.requests * work.new / (time.perf_counter() - began)
    return figures


def text(rng: random.Random, length: int) -> str:
    """Random text of as many tokens as characters: the benchmark's models read text byte by byte."""
    return "".join(rng.choices(string.ascii_lowercase, k=length))


async def _client(server: Server, prompts: list[str], new: int, figures: Figures) -> None:
    for prompt in prompts:
        times = await ask(server, prompt, new)
        figures.first.append(times[1] - times[0])
        figures.gaps += [after - before for before, after in itertools.pairwise(times[1:])]


async def ask(server: Server, prompt: str, new: int) -> list[float]:
    """When the request went out, and when each piece of the answer came."""
    body = {
        "model": server.model,
        "prompt": prompt,
        "max_tokens": new,
        "stream": True,
        "stream_options": {"include_usage": True},
        "ignore_eos": True,
        "temperature": 0.8,
        "top_k": 40,
        "top_p": 0.95,
        "min_p": 0.05,
    }
    data = json.dumps(body).encode()
    head = (
        f"POST /v1/completions HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {server.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    times = [time.perf_counter()]
    writer.write(head.encode() + data)
    made: int | None = None
    while line := await reader.readline():
        if b'"completion_tokens"' in line:
            made = json.loads(line[6:])["usage"]["completion_tokens"]
        if line.startswith(b"data: {") and b'"finish_reason":null' in line.replace(b" ", b""):
            times.append(time.perf_counter())
        elif line.startswith(b"data: [DONE]"):
            break
        elif b'"error"' in line:
            raise RuntimeError(line.decode())
    writer.close()
    made = len(times) - 1 if made is None else made  # llama_cpp.server tells no usage, and sends each token singly
    if made < new * 0.9:
        raise RuntimeError(f"{server.name} made {made} tokens instead of {new}")
    return times
