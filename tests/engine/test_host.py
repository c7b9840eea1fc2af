"""Children on demand: one per model, evicted for room, replaced with their file."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from localmind_app.core.errors import EngineError, OutOfMemory
from localmind_app.core.home import Home
from localmind_app.engine import memory
from localmind_app.engine.catalog import Catalog
from localmind_app.engine.generation import Generation, Sampling
from localmind_app.engine.host import Host, threads_for
from localmind_app.engine.wire import Message
from tests.models_factory import write_random_llama

pytestmark = pytest.mark.anyio
ASK = Generation(prompt="x", max_tokens=3, sampling=Sampling(seed=1)).to_wire()


@pytest.fixture
async def host(make_home: Callable[[], Home]) -> AsyncIterator[Host]:
    made = Host(Catalog(make_home()))
    yield made
    await made.close()


async def run(host: Host, model: str) -> list[Message]:
    return [event async for event in host.run(host.catalog.find(model), "generate", ASK)]


def pids() -> set[int]:
    return {child.pid for child in psutil.Process().children()}


async def test_many_at_once_share_one_child(host: Host) -> None:
    before = pids()
    answers = await asyncio.gather(*(run(host, "random") for _ in range(5)))
    assert len(host.children()) == 1
    assert len(pids() - before) == 1
    texts = {"".join(event.get("text", "") for event in events) for events in answers}
    assert len(texts) == 1
    assert all(events[0]["status"]["stage"] == "loading" for events in answers)
    assert host.state(host.catalog.find("random"))[0] == "ready"


async def test_idle_models_make_room_least_recently_used_first(make_home: Callable[[], Home]) -> None:
    catalog = Catalog(make_home())
    host = Host(catalog, lambda: room)
    models = [catalog.find(name) for name in ("random", "script", "slow")]
    sizes = [memory.plan(model, memory.wanted_context(model)).bytes for model in models]
    room = sum(sizes)
    await run(host, "random")
    await run(host, "script")
    await run(host, "random")

    room = sizes[2] - 1  # pretend that one must go; it stays short, so the other goes too, and then the context halves
    await run(host, "slow")
    assert [child.name for child in host.children()] == ["slow"]
    assert host.state(models[2])[2] == memory.wanted_context(models[2]) // 2
    room = 1_000_000
    with pytest.raises(OutOfMemory):
        await run(host, "random")
    assert host.children() == []
    await host.close()


async def test_busy_models_are_not_evicted(make_home: Callable[[], Home]) -> None:
    catalog = Catalog(make_home())
    room = 10**10
    host = Host(catalog, lambda: room)
    long = Generation(prompt="x", max_tokens=2000, ignore_eos=True).to_wire()
    events = host.run(catalog.find("slow"), "generate", long)
    async for event in events:
        if event["event"] == "delta":
            break
    room = 0
    with pytest.raises(OutOfMemory):
        await run(host, "random")
    assert [child.name for child in host.children()] == ["slow"]
    await events.aclose()
    await host.close()


async def test_a_replaced_file_is_loaded_anew(host: Host, model_files: Path) -> None:
    path = host.catalog.find("random").path
    path.unlink()
    shutil.copy(model_files / "random.gguf", path)
    await run(host, "random")
    first = host.children()[0].pid
    write_random_llama(path, context=1024, seed=5)
    await run(host, "random")
    assert host.children()[0].pid != first
    assert host.state(host.catalog.find("random"))[2] == 1024


async def test_nothing_starts_while_closing(host: Host) -> None:
    await run(host, "random")
    child = host.children()[0].pid
    await host.close()
    assert child not in pids()
    with pytest.raises(EngineError, match="stopping"):
        await run(host, "random")


async def test_small_models_use_one_thread(host: Host) -> None:
    assert threads_for(host.catalog.find("random")) == 1
