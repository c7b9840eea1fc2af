"""A real child that is looked after: measured where it worked, ended where it hangs, left alone where it only waits."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

import pytest

from localmind_app.core.errors import ModelCrashed
from localmind_app.core.home import Home
from localmind_app.engine.budget import RAM, Budget
from localmind_app.engine.care import Care
from localmind_app.engine.catalog import Catalog
from localmind_app.engine.child import Child
from localmind_app.engine.generation import Generation
from localmind_app.engine.host import Host
from localmind_app.engine.pulse import Pulse

pytestmark = pytest.mark.anyio
STILL = 30.0  # seconds, as the looks below say that they have passed


@pytest.fixture
async def host(make_home: Callable[[], Home]) -> AsyncIterator[Host]:
    made = Host(Catalog(make_home()), Budget(lambda: {RAM: 10**9}), look=3600.0)  # the test looks itself
    yield made
    await made.close()


async def loaded(host: Host) -> tuple[Child, Care]:
    """A child, and what looks after it besides the host."""
    model = host.catalog.find("random")
    child = await host.load(model)
    return child, Care(child, model, host._care[model.id].plan, Pulse(STILL))


async def answer(child: Child, prompt: str = "x") -> None:
    wanted = Generation(prompt=prompt, max_tokens=2).to_wire()
    async with aclosing(child.run("generate", wanted)) as events:
        async for _ in events:
            pass


async def test_what_it_takes_is_measured_and_whether_it_worked_known(host: Host) -> None:
    child, care = await loaded(host)
    await care.look(1.0)
    assert care.peak > 20 * 2**20 and not care.worked
    await answer(child)
    await care.look(1.0)
    assert not care.worked, "a short prompt has not used all its buffers"
    await answer(child, "word " * 250)
    await care.look(1.0)
    assert care.worked and care.peak >= child.memory() // 2


async def test_a_child_without_work_may_be_still_for_ever(host: Host) -> None:
    child, care = await loaded(host)
    for _ in range(5):
        await care.look(STILL)
    assert child.end is None and child.is_ready


async def test_a_child_that_owes_an_answer_and_does_nothing_is_ended(host: Host) -> None:
    child, care = await loaded(host)
    os.kill(child.pid, signal.SIGSTOP)  # hangs: it lives, and does nothing any more
    waiting = asyncio.create_task(answer(child))
    await asyncio.sleep(0)
    async with asyncio.timeout(60):
        while child.end is None:
            await care.look(STILL / 2)
        with pytest.raises(ModelCrashed, match="had done nothing for 30 s"):
            await waiting
    assert child.crashed


async def test_a_child_that_is_gone_is_not_looked_at(host: Host) -> None:
    child, care = await loaded(host)
    await host.unload("random")
    assert child.end is not None
    await care.look(STILL)
    assert care.peak == 0
