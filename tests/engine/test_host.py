"""Children on demand: one per model, evicted for room, replaced with their file, pinned, timed out, set aside."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from localmind_app.core.errors import EngineError, ModelCrashed, ModelQuarantined, OutOfMemory
from localmind_app.core.home import Home
from localmind_app.engine import memory
from localmind_app.engine.budget import RAM, Budget
from localmind_app.engine.catalog import Catalog, Model
from localmind_app.engine.generation import PRIORITIES, Generation, Sampling
from localmind_app.engine.host import Host
from localmind_app.engine.offload import CARD_RESERVE
from localmind_app.engine.size_book import SizeBook
from localmind_app.engine.sizing import Sizes
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


async def test_where_memory_is_short_the_cells_halve_and_then_the_context(make_home: Callable[[], Home]) -> None:
    catalog = Catalog(make_home())
    model, wanted = catalog.find("slow"), memory.wanted_context(catalog.find("slow"))
    sizes = await SizeBook(catalog.home.model_sizes).sizes(model)
    for kv, room in (("f16", 0), ("q8_0", 1)):
        host = Host(catalog, Budget(lambda room=room: {RAM: memory.plan(model, wanted, 1, sizes).bytes - room}))  # type: ignore[misc]
        await run(host, "slow")
        assert (host.state(model)[2], host.facts("slow")["kv"]) == (wanted, kv)
        await host.close()
    room = memory.plan(model, wanted, 1, sizes, kv="q8_0").bytes - 1
    host = Host(catalog, Budget(lambda: {RAM: room}))
    await run(host, "slow")
    assert host.state(model)[2] == wanted // 2
    await host.close()


async def test_narrow_heads_halve_the_context_at_once(make_home: Callable[[], Home]) -> None:
    home = make_home()
    write_random_llama(home.models / "narrow.gguf", dim=512, layers=8)
    catalog = Catalog(home)
    model = catalog.find("narrow")
    room = (await needs(catalog, "narrow"))[1] - 1
    host = Host(catalog, Budget(lambda: {RAM: room}))
    await run(host, "narrow")
    assert (host.state(model)[2], host.facts("narrow")["kv"]) == (memory.wanted_context(model) // 2, "f16")
    await host.close()


async def test_a_draft_is_loaded_leased_and_gone_with_its_model(make_home: Callable[[], Home]) -> None:
    home = make_home()
    (home.models / "random.draft.gguf").symlink_to((home.models / "random.gguf").resolve())
    host = Host(Catalog(home), Budget(lambda: ROOMY))
    model = host.catalog.find("random")
    sizes = await SizeBook(home.model_sizes).sizes(model)
    await run(host, "random")
    assert host.facts("random")["draft"] is True
    assert host.facts("random")["draft_problem"] is None
    stats = await host.children()[0].stats()
    alone = memory.plan(model, memory.wanted_context(model), int(stats["slots"]), sizes).bytes
    assert host.budget.held() > alone
    ask = Generation(prompt="x", max_tokens=50, ignore_eos=True).to_wire()
    events = [event async for event in host.run(model, "generate", ask)]
    assert events[-1]["result"]["usage"]["completion_tokens"] == 50
    await host.unload("random")
    assert host.budget.held() == 0
    assert host.facts("random") == {}
    await host.close()


async def test_a_wrong_draft_is_told_and_left_out(make_home: Callable[[], Home]) -> None:
    home = make_home()
    write_random_llama(home.models / "random.draft.gguf", vocab=900)
    (home.models / "slow.draft.gguf").write_text("Dear diary")
    host = Host(Catalog(home), Budget(lambda: ROOMY))
    assert (await run(host, "random"))[-1]["event"] == "done"
    assert host.facts("random")["draft"] is False
    assert host.facts("random")["draft_problem"] == "its vocabulary is another one: 900 tokens instead of 512"
    assert (await run(host, "slow"))[-1]["event"] == "done"
    assert host.facts("slow")["draft"] is False
    await host.close()


async def test_layers_are_leased_on_a_card_and_given_back(
    make_home: Callable[[], Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    """llama.cpp sees no card here and computes on the processor; what it is told, and what is leased, is real."""
    whole = SizeBook.sizes

    async def with_a_card(book: SizeBook, model: Model) -> Sizes | None:
        sizes = await whole(book, model)
        return sizes and replace(sizes, cards=1)

    monkeypatch.setattr(SizeBook, "sizes", with_a_card)
    card = CARD_RESERVE + 600 * 2**20
    host = Host(Catalog(make_home()), Budget(lambda: {RAM: 10**9, "gpu0": 10**11}, {"gpu0": card}))
    await run(host, "random")
    assert host.facts("random")["gpu_layers"] == 2
    await run(host, "slow")
    assert host.facts("slow")["gpu_layers"] == 9
    assert names(host) == ["slow"], "the card has room for one of them"
    assert 0 < host.budget.held("gpu0") <= card
    await host.unload("slow")
    assert host.budget.held("gpu0") == 0
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
        async with asyncio.timeout(30):
            await read(events)
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
