"""The line of loads over a real budget, with real children where models must go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from localmind_app.core.errors import OutOfMemory
from localmind_app.engine import memory
from localmind_app.engine.admission import Admission
from localmind_app.engine.budget import RAM, Budget
from localmind_app.engine.catalog import Model
from localmind_app.engine.child import Child
from localmind_app.engine.generation import Generation
from localmind_app.engine.memory import Plan
from tests.engine.conftest import until

pytestmark = pytest.mark.anyio
MB = 1_000_000
SMALL = Model("small", "chat", "Small", Path("small.gguf"), 50 * MB, context_train=512)
LARGE = replace(SMALL, id="large", label="Large", size_bytes=500 * MB)
LEAST = memory.smallest(SMALL)
LONG = Generation(prompt="x", max_tokens=100_000, ignore_eos=True, shift=True).to_wire()


class Room:
    """Main memory as the machine tells it, and a line in front of it."""

    def __init__(self, free: int, *children: Child, pinned: str = "", patience: float = 60.0) -> None:
        self.free = free
        self.budget = Budget(lambda: {RAM: self.free})
        self.line = Admission(self.budget, lambda: children, lambda name: name == pinned, patience)
        self.admitted: list[str] = []

    async def admit(self, model: Model, priority: int = 1) -> Plan:
        plan = await self.line.admit(model, None, priority)
        self.admitted.append(model.id)
        return plan

    async def begin(self, model: Model, priority: int = 1) -> asyncio.Task[Plan]:
        """In line when this returns."""
        task = asyncio.create_task(self.admit(model, priority))
        await asyncio.sleep(0)
        return task

    def give(self, free: int) -> None:
        self.free = free
        self.line.tell()


async def end(*tasks: asyncio.Task[Plan]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def living(path: Path, *names: str) -> AsyncIterator[list[Child]]:
    """Idle children of those names, the first one used longest ago."""
    children = []
    for name in names:
        load = {"path": str(path), "name": path.name, "n_ctx": 512, "slots": 1, "threads": 1, "built_in": False}
        children.append(await Child.start(name, "localmind_app.engine.text.worker", load, lambda _: None))
        await children[-1].ready()
    try:
        yield children
    finally:
        await asyncio.gather(*(child.close() for child in children))


async def answering(child: Child) -> AsyncIterator[object]:
    """An answer without end, after its first words."""
    events = child.run("generate", LONG)
    async for event in events:
        if event["event"] == "delta":
            break
    return events


async def test_what_fits_holds_its_memory_from_then_on() -> None:
    room = Room(LEAST + 10 * MB)
    plan = await room.admit(SMALL)
    assert room.budget.held() == plan.bytes <= LEAST + 10 * MB
    assert room.budget.free() == room.free - plan.bytes, "nothing of it shows in the machine's memory yet"


async def test_what_never_fits_is_refused_at_once() -> None:
    with pytest.raises(OutOfMemory, match=r"Large needs about .* are free") as refused:
        await Room(LEAST).admit(LARGE)
    assert refused.value.params["free"] == LEAST // MB


async def test_the_more_urgent_comes_first_then_the_older_one() -> None:
    room = Room(10 * LEAST)
    room.budget.lease("other", {RAM: 10 * LEAST})  # it may end, so one can wait
    tasks = [
        await room.begin(replace(SMALL, id=name), priority)
        for name, priority in (("job", 0), ("first", 1), ("voice", 2), ("second", 1))
    ]
    room.line.hurry("second", 0)  # no hurry at all
    room.line.hurry("job", 1)
    room.budget.release("other")
    room.line.tell()
    await asyncio.gather(*tasks)
    assert room.admitted == ["voice", "job", "first", "second"]


async def test_a_small_model_does_not_pass_a_large_one() -> None:
    room = Room(700 * MB)
    room.budget.lease("other", {RAM: 400 * MB})
    large = await room.begin(LARGE)
    small = await room.begin(SMALL)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await asyncio.shield(small)
    room.budget.release("other")
    room.line.tell()
    await large
    assert room.admitted == ["large"]
    await end(small)
    room.budget.release("large")
    await room.admit(SMALL)
    assert room.admitted == ["large", "small"], "whoever gave up is out of the line"


async def test_whoever_waits_too_long_is_told_that_others_keep_the_memory() -> None:
    room = Room(700 * MB, patience=0.1)
    room.budget.lease("other", {RAM: 400 * MB})
    with pytest.raises(OutOfMemory, match="which other models keep"):
        await room.admit(LARGE)
    room.budget.release("other")
    await room.admit(LARGE)


async def test_memory_that_other_programs_give_back_is_noticed() -> None:
    room = Room(200 * MB)
    room.budget.lease("other", {RAM: 150 * MB})
    waiting = await room.begin(replace(SMALL, size_bytes=20 * MB))
    room.free = 1000 * MB  # and nobody tells
    async with asyncio.timeout(30):
        await waiting


async def test_idle_models_go_those_of_jobs_first_then_the_longest_unused(model_files: Path) -> None:
    async with living(model_files / "random.gguf", "old", "new", "job") as (old, new, job):
        old.priority = new.priority = 1
        room = Room(LEAST, old, new, job, pinned="old")
        went = []
        for _ in range(2):
            victim = room.line._victim(LARGE, None)
            assert victim is not None
            went.append(victim.name)
            await victim.close()
        assert went == ["job", "new"]
        assert room.line._victim(LARGE, None) is None, "what is pinned stays"


async def test_a_pinned_model_is_no_reason_to_wait(model_files: Path) -> None:
    async with living(model_files / "random.gguf", "kept") as (kept,):
        room = Room(700 * MB, kept, pinned="kept")
        room.budget.lease("kept", {RAM: 400 * MB})
        with pytest.raises(OutOfMemory, match="which other models keep"):
            await room.admit(LARGE)
        assert kept.is_ready and not kept.leaving


async def test_a_model_that_is_answering_is_asked_to_leave_by_its_equals_only(model_files: Path) -> None:
    async with living(model_files / "slow.gguf", "busy") as (busy,):
        busy.priority = 1
        events = await answering(busy)
        room = Room(700 * MB, busy)
        room.budget.lease("busy", {RAM: 400 * MB})
        job = await room.begin(LARGE, 0)
        assert not busy.leaving
        chat = await room.begin(replace(LARGE, id="chat"), 1)
        room.line.tell()
        await until(lambda: busy.leaving, 30)
        await end(chat)
        assert not busy.leaving, "nobody needs its place any more"
        await end(job)
        await events.aclose()  # type: ignore[attr-defined]
