"""Children on demand: one per model, evicted for room, replaced with their file, pinned, timed out, set aside."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from localmind_app.core.errors import EngineError, ModelCrashed, ModelQuarantined, OutOfMemory
from localmind_app.core.home import Home
from localmind_app.engine import memory
from localmind_app.engine.budget import RAM, Budget
from localmind_app.engine.catalog import Catalog
from localmind_app.engine.generation import PRIORITIES, Generation, Sampling
from localmind_app.engine.host import Host
from localmind_app.engine.size_book import SizeBook
from localmind_app.engine.wire import Message
from tests.models_factory import write_random_llama

from .conftest import until

pytestmark = pytest.mark.anyio
ASK = Generation(prompt="x", max_tokens=3, sampling=Sampling(seed=1)).to_wire()
ROOMY = {RAM: 10**9}  # the rest of a machine would be filled with slots
LONG = Generation(prompt="x", max_tokens=100_000, ignore_eos=True, shift=True).to_wire()


@pytest.fixture
async def host(make_home: Callable[[], Home]) -> AsyncIterator[Host]:
    made = Host(Catalog(make_home()), Budget(lambda: ROOMY), look=0.1)
    yield made
    await made.close()


async def run(host: Host, model: str, priority: str = "chat") -> list[Message]:
    ask = {**ASK, "priority": PRIORITIES[priority]}
    return [event async for event in host.run(host.catalog.find(model), "generate", ask)]


async def begin(host: Host, model: str, request: Message = LONG) -> AsyncIterator[Message]:
    """An answer that goes on and on; returns when its first words are there."""
    events = host.run(host.catalog.find(model), "generate", request)
    async for event in events:
        if event["event"] == "delta":
            break
    return events


async def read(events: AsyncIterator[Message]) -> None:
    """To the end."""
    async for _ in events:
        pass


def pids() -> set[int]:
    return {child.pid for child in psutil.Process().children()}


def names(host: Host) -> list[str]:
    return sorted(child.name for child in host.children())


async def needs(catalog: Catalog, name: str) -> tuple[int, int]:
    """The bytes without which the model cannot be loaded, and those with which its context is the wanted one."""
    model = catalog.find(name)
    sizes = await SizeBook(catalog.home.model_sizes).sizes(model)
    return memory.smallest(model, sizes), memory.plan(model, memory.wanted_context(model), 1, sizes).bytes


async def test_fifty_at_once_share_one_child(host: Host) -> None:
    before = pids()
    answers = await asyncio.gather(*(run(host, "random") for _ in range(50)))
    assert len(host.children()) == 1
    assert len(pids() - before) == 1
    texts = {"".join(event.get("text", "") for event in events) for events in answers}
    assert len(texts) == 1
    assert all(events[0]["status"]["stage"] == "loading" for events in answers)
    assert host.state(host.catalog.find("random"))[0] == "ready"


async def test_idle_models_make_room_least_recently_used_first(make_home: Callable[[], Home]) -> None:
    catalog = Catalog(make_home())
    host = Host(catalog, Budget(lambda: {RAM: 10**11}, ROOMY))
    for name in ("random", "script", "random"):
        await run(host, name)
    host.budget.limits[RAM] = host.budget.held() + (await needs(catalog, "slow"))[1] - 1  # one must go
    await run(host, "slow")
    assert names(host) == ["random", "slow"]
    host.budget.limits[RAM] = (await needs(catalog, "script"))[0] - 1
    with pytest.raises(OutOfMemory, match="other programs"):
        await run(host, "script")
    assert names(host) == []
    await host.close()


async def test_models_of_jobs_go_first(make_home: Callable[[], Home]) -> None:
    catalog = Catalog(make_home())
    host = Host(catalog, Budget(lambda: {RAM: 10**11}, ROOMY))
    await run(host, "random", "chat")
    await run(host, "script", "job")  # used later, but by a job
    host.budget.limits[RAM] = host.budget.held() + (await needs(catalog, "slow"))[1] - 1
    await run(host, "slow", "voice")
    assert names(host) == ["random", "slow"]
    await host.close()


async def test_the_context_halves_where_memory_is_short(make_home: Callable[[], Home]) -> None:
    catalog = Catalog(make_home())
    model = catalog.find("slow")
    room = (await needs(catalog, "slow"))[1] - 1
    host = Host(catalog, Budget(lambda: {RAM: room}))
    await run(host, "slow")
    assert host.state(model)[2] == memory.wanted_context(model) // 2
    await host.close()


async def test_a_load_waits_for_a_model_that_is_answering(make_home: Callable[[], Home]) -> None:
    catalog = Catalog(make_home())
    room = (await needs(catalog, "slow"))[0] + 30 * 2**20  # for one of them
    host = Host(catalog, Budget(lambda: {RAM: 10**11}, {RAM: room}))
    events = await begin(host, "slow")
    waiting = asyncio.create_task(run(host, "random"))
    await until(lambda: host.children()[0].leaving)
    late = asyncio.create_task(run(host, "slow"))  # does not slip in before the one that waits
    await asyncio.sleep(0.3)
    assert not waiting.done()
    assert names(host) == ["slow"]
    await events.aclose()  # type: ignore[attr-defined]
    assert (await waiting)[-1]["event"] == "done"
    assert (await late)[-1]["event"] == "done"
    await host.close()


async def test_a_job_does_not_push_a_chat_aside_and_gives_up_in_time(make_home: Callable[[], Home]) -> None:
    catalog = Catalog(make_home())
    room = (await needs(catalog, "slow"))[0] + 30 * 2**20  # for one of them
    host = Host(catalog, Budget(lambda: {RAM: 10**11}, {RAM: room}), patience=0.5)
    events = await begin(host, "slow")
    with pytest.raises(OutOfMemory, match="other models keep"):
        await run(host, "random", "job")
    assert not host.children()[0].leaving
    assert host.state(host.catalog.find("random"))[0] == "idle"
    await events.aclose()  # type: ignore[attr-defined]
    await host.close()


async def test_a_pinned_model_stays_and_is_pinned_after_a_restart(make_home: Callable[[], Home]) -> None:
    catalog = Catalog(make_home())
    room = (await needs(catalog, "slow"))[0] + 30 * 2**20  # for one of them
    host = Host(catalog, Budget(lambda: {RAM: 10**11}, {RAM: room}), idle=0.2, look=0.05)
    host.pin("slow", True)
    await run(host, "slow")
    with pytest.raises(OutOfMemory, match="pinned"):
        await run(host, "random")
    await asyncio.sleep(0.6)
    assert names(host) == ["slow"], "nor is it unloaded after a while"
    await host.close()

    again = Host(catalog, Budget(lambda: ROOMY), idle=0.2, look=0.05)
    assert again.pinned("slow")
    again.pin("slow", False)
    await run(again, "slow")
    await until(lambda: not again.children())
    assert not Host(catalog).pinned("slow")
    await again.close()


async def test_an_unused_model_is_unloaded_after_a_while(make_home: Callable[[], Home]) -> None:
    host = Host(Catalog(make_home()), Budget(lambda: ROOMY), idle=0.3, look=0.05)
    events = await begin(host, "slow")
    await asyncio.sleep(0.6)
    assert names(host) == ["slow"], "it is being used"
    await events.aclose()  # type: ignore[attr-defined]
    await until(lambda: not host.children())
    assert host.state(host.catalog.find("slow"))[0] == "idle"
    assert host.budget.held() == 0
    await run(host, "slow")
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


async def test_unloading_while_it_loads_ends_the_load(host: Host) -> None:
    loading = asyncio.create_task(run(host, "slow"))
    await until(lambda: bool(host.children()))
    await host.unload("slow")
    with pytest.raises(EngineError, match="unloaded"):
        await loading
    assert host.children() == []
    assert host.budget.held() == 0
    await run(host, "slow")


async def test_nothing_starts_while_closing(host: Host) -> None:
    await run(host, "random")
    child = host.children()[0].pid
    await host.close()
    assert child not in pids()
    with pytest.raises(EngineError, match="stopping"):
        await run(host, "random")


async def crash(host: Host, model: str) -> ModelCrashed:
    """Kill the model's process in the middle of an answer."""
    events = await begin(host, model)
    os.kill(host.children()[0].pid, signal.SIGKILL)
    with pytest.raises(ModelCrashed) as caught:
        async for _ in events:
            pass
    return caught.value


async def test_the_second_crash_sets_a_model_aside_until_it_is_released(host: Host, model_files: Path) -> None:
    model = host.catalog.find("random")
    await crash(host, "random")
    assert host.state(model)[0] == "crashed"
    crashed_at = time.monotonic()
    await run(host, "random")
    assert time.monotonic() - crashed_at > 0.9, "it waits a second"
    await crash(host, "random")
    crashed_at = time.monotonic()
    state, error, _ = host.state(model)
    assert state == "quarantined"
    assert error is not None and "SIGKILL" in error.text and "2 times" in error.text
    with pytest.raises(ModelQuarantined):
        await run(host, "random")
    assert host.children() == []
    assert (await run(host, "script"))[-1]["event"] == "done", "other models are not concerned"
    host.release("random")
    await run(host, "random")
    assert time.monotonic() - crashed_at > 1.9, "released, it still waits for two seconds"


async def test_another_file_is_not_in_quarantine(host: Host, model_files: Path) -> None:
    path = host.catalog.find("random").path
    path.unlink()
    shutil.copy(model_files / "random.gguf", path)
    for _ in range(2):
        await crash(host, "random")
    with pytest.raises(ModelQuarantined):
        await run(host, "random")
    os.utime(path, ns=(1, 1))
    await run(host, "random")


@pytest.mark.parametrize("idle_first", [True, False], ids=["asked-while-stopped", "stopped-in-an-answer"])
async def test_a_child_that_hangs_is_ended(make_home: Callable[[], Home], idle_first: bool) -> None:
    host = Host(Catalog(make_home()), Budget(lambda: ROOMY), look=0.5, still=1.0)
    if idle_first:
        await run(host, "random")
        os.kill(host.children()[0].pid, signal.SIGSTOP)
        events = host.run(host.catalog.find("random"), "generate", LONG)
    else:
        events = await begin(host, "random")
        os.kill(host.children()[0].pid, signal.SIGSTOP)
    with pytest.raises(ModelCrashed, match="had done nothing for"):
        await asyncio.wait_for(read(events), 30)
    assert host.children() == []
    await run(host, "random")
    await host.close()


async def test_work_and_silence_without_a_request_are_no_hang(make_home: Callable[[], Home]) -> None:
    host = Host(Catalog(make_home()), Budget(lambda: ROOMY), look=0.05, still=0.3)
    pages = Generation(prompt="many words " * 150, max_tokens=1000, ignore_eos=True).to_wire()
    async for _ in host.run(host.catalog.find("random"), "generate", pages):
        pass
    pid = host.children()[0].pid
    await asyncio.sleep(1.0)
    assert [child.pid for child in host.children()] == [pid]
    await host.close()


async def test_an_answer_that_nobody_reads_is_no_hang(make_home: Callable[[], Home]) -> None:
    host = Host(Catalog(make_home()), Budget(lambda: ROOMY), look=0.05, still=0.3)
    short = Generation(prompt="x", max_tokens=5, ignore_eos=True).to_wire()
    events = await begin(host, "random", short)
    await asyncio.sleep(1.0)
    assert [event["event"] async for event in events][-1] == "done"
    await host.close()


async def test_what_is_measured_is_remembered(make_home: Callable[[], Home]) -> None:
    home = make_home()
    host = Host(Catalog(home), Budget(lambda: ROOMY), look=0.1)
    await run(host, "random")
    await until(lambda: (host.bytes_of("random") or (0, 0))[1] > 0)
    predicted, measured = host.bytes_of("random") or (0, 0)
    model = host.catalog.find("random")
    host._book.learn(model, predicted, 2 * predicted, worked=False)  # as if it had taken twice as much
    await host.close()
    assert home.model_sizes.is_file()
    again = await SizeBook(home.model_sizes).sizes(model)
    assert again is not None and again.ratio == pytest.approx(2.0, rel=0.2)
    assert 0.5 < measured / predicted < 1.5
