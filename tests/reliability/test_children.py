"""Model processes in bulk: killed under sixteen streams, loaded fifty times, used at random under a small budget."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from contextlib import aclosing, suppress
from pathlib import Path

import psutil
import pytest

from localmind_app.core.errors import EngineError, ModelCrashed, UserError
from localmind_app.core.home import Home
from localmind_app.engine import memory
from localmind_app.engine.budget import RAM, Budget
from localmind_app.engine.catalog import Catalog
from localmind_app.engine.client import EngineClient
from localmind_app.engine.generation import PRIORITIES, Generation
from localmind_app.engine.host import Host
from localmind_app.engine.size_book import SizeBook
from tests.engine.conftest import Engine, until
from tests.models_factory import write_random_llama, write_slow_llama

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
STREAMS, ROUNDS, SEQUENCES = 16, 50, 200
MiB = 2**20
NAMES = ("anna", "bert", "carl", "dora")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A data folder with a slow model and four tiny ones that differ in size."""
    made = Home.open(tmp_path / "home")
    write_slow_llama(made.models / "slow.gguf")
    for number, name in enumerate(NAMES):
        write_random_llama(made.models / f"{name}.gguf", context=1024, dim=64 + 64 * number, seed=number)
    return made


async def test_every_one_of_sixteen_streams_ends_with_a_reason(engine: Engine, client: EngineClient) -> None:
    said, ended = [0] * STREAMS, [0.0] * STREAMS
    errors: list[UserError] = []

    async def talk(number: int) -> None:
        messages = [{"role": "user", "content": f"Number {number}"}]
        request = {"model": "slow", "messages": messages, "max_tokens": 5000, "ignore_eos": True}
        try:
            async with aclosing(client.stream_chat(request)) as chunks:
                async for chunk in chunks:
                    said[number] += bool(chunk.text)
        except UserError as error:
            errors.append(error)
            ended[number] = time.monotonic()

    await client.load("slow")
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for number in range(STREAMS):
            group.create_task(talk(number))
        await until(lambda: sum(map(bool, said)) >= 2, 30)
        [child] = (await client.health())["children"]
        assert child["in_flight"] == STREAMS
        killed_at = time.monotonic()
        os.kill(child["pid"], signal.SIGKILL)
    assert len(errors) == STREAMS
    assert all(isinstance(error, ModelCrashed) and "SIGKILL" in error.text for error in errors)
    assert max(ended) - killed_at < 2.0
    answer = await client.chat({"model": "slow", "messages": [{"role": "user", "content": "Again"}], "max_tokens": 3})
    assert answer.text
    [again] = (await client.health())["children"]
    assert again["pid"] != child["pid"]
    assert not psutil.pid_exists(child["pid"])


async def test_fifty_loads_leave_no_memory_descriptor_or_process(engine: Engine, client: EngineClient) -> None:
    process = psutil.Process(engine.pid)

    async def cycle() -> None:
        await client.chat({"model": "anna", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 2})
        await client.unload("anna")

    for _ in range(5):  # pools and caches fill
        await cycle()
    before, threads, resident = process.num_fds(), process.num_threads(), process.memory_info().rss
    for _ in range(ROUNDS):
        await cycle()
    await until(lambda: process.num_fds() <= before and not engine.children())
    assert process.num_threads() <= threads + 1
    assert process.memory_info().rss < resident + 4 * MiB
    assert (await client.health())["children"] == []


class Watch:
    """Looks at a host all the time: leases and real memory must stay within the limit."""

    def __init__(self, host: Host, limit: int) -> None:
        self._host, self._limit = host, limit
        self.most_leased = self.most_resident = self.looks = 0

    async def look(self) -> None:
        while True:
            self.looks += 1
            self.most_leased = max(self.most_leased, self._host.budget.held())
            self.most_resident = max(self.most_resident, sum(child.memory() for child in self._host.children()))
            assert self.most_leased <= self._limit
            assert self.most_resident <= self._limit
            await asyncio.sleep(0.02)


async def use(host: Host, name: str, chance: random.Random) -> None:
    """One answer; a cancelled one now and then."""
    priority = chance.choice(list(PRIORITIES.values()))
    wanted = Generation(prompt="x", max_tokens=chance.randrange(1, 40), ignore_eos=True, priority=priority)
    leave = chance.random() < 0.2
    async with aclosing(host.run(host.catalog.find(name), "generate", wanted.to_wire())) as events:
        async for event in events:
            if event["event"] == "delta" and leave:
                return
    assert event["event"] == "done"


async def step(host: Host, chance: random.Random, favourite: str) -> None:
    """What happens at once: some answers, and now and then an unload or a pin."""
    tasks = [use(host, chance.choice((*[favourite] * 12, *NAMES)), chance) for _ in range(chance.randrange(1, 4))]
    done = asyncio.gather(*tasks)
    if chance.random() < 0.05:
        await asyncio.sleep(chance.random() * 0.2)
        with suppress(EngineError):
            await host.unload(favourite)
    if chance.random() < 0.1:
        host.pin(favourite, not host.pinned(favourite))
    with suppress(UnloadedError):
        await _unless_unloaded(done)
    for name in NAMES:
        host.pin(name, False)


class UnloadedError(Exception):
    """The answer was ended by an unload of the test itself."""


async def _unless_unloaded(done: asyncio.Future[list[None]]) -> None:
    try:
        await done
    except EngineError as error:
        if "was unloaded" not in error.text:
            raise
        raise UnloadedError from None


async def test_random_use_never_fails_and_never_exceeds_the_budget(home: Home) -> None:
    others = psutil.Process().children()  # engines of other tests
    catalog = Catalog(home)
    book = SizeBook(home.model_sizes)
    models = [catalog.find(name) for name in NAMES]
    least = sorted([memory.smallest(model, await book.sizes(model)) for model in models])
    limit = least[-1] + least[-2] + 24 * MiB  # for two of four, with some slots more than one
    host = Host(catalog, Budget(lambda: {RAM: 10**12}, {RAM: limit}), look=0.2)
    watch = Watch(host, limit)
    watching = asyncio.create_task(watch.look())
    loads = 0
    chance = random.Random(7)
    for number in range(SEQUENCES):
        before = {child.pid for child in host.children()}
        async with asyncio.timeout(60):
            await step(host, chance, NAMES[number // 16 % len(NAMES)])
        loads += len({child.pid for child in host.children()} - before)
        assert not watching.done(), watching.exception()
        assert len(host.children()) <= 3
    print(f"{loads} loads; at most {watch.most_resident / MiB:.0f} of {limit / MiB:.0f} MiB")
    assert loads > 20, "it was too easy"
    assert watch.most_resident > 60 * MiB
    watching.cancel()
    await host.close()
    assert host.budget.held() == 0
    assert not [one for one in psutil.Process().children() if one not in others]
