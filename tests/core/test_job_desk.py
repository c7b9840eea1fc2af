"""The door to the jobs as the web process uses it, on a real file, beside a worker's own look at the same file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from localmind_app.core import jobs
from localmind_app.core.home import Home
from localmind_app.core.job_desk import JobDesk
from localmind_app.core.jobs import Job, Queue, register
from localmind_app.core.long_jobs import LongJob

pytestmark = pytest.mark.anyio


def _nothing(*_: object) -> None:
    return None


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "JOBS", {})
    register(LongJob("read", _nothing))
    register(LongJob("train", _nothing))
    register(LongJob("whole", _nothing, pausable=False))
    register(Job("purge", _nothing, repeat=True))


@pytest.fixture
async def desk(home: Home) -> AsyncIterator[JobDesk]:
    opened = JobDesk(home)
    yield opened
    await opened.close()


@pytest.fixture
def worker(home: Home) -> Queue:
    """What the worker process has of the same folder."""
    return Queue(home)


def left(home: Home) -> bool:
    return home.jobs.exists()


async def test_nothing_is_opened_before_it_is_used(home: Home) -> None:
    desk = JobDesk(home)
    await desk.close()
    assert not left(home)
    ids = await asyncio.gather(*(desk.submit("read", {"n": number}) for number in range(20)))
    assert len(set(ids)) == 20 and left(home)
    await desk.close()


async def test_what_is_handed_in_is_there_for_the_worker(desk: JobDesk, worker: Queue) -> None:
    job = await desk.submit("read", {"path": "größe"})
    short = await desk.submit("purge", {})
    found = worker.board.find(job)
    assert found is not None and (found.state, found.payload) == ("queued", {"path": "größe"})
    assert worker.board.find(short) is None, "only long jobs are shown"
    assert worker.pending_count() == 2
    worker.close()


async def test_states_are_those_asked_for_the_newest_first(desk: JobDesk) -> None:
    ids = [await desk.submit(name, {}) for name in ("read", "train", "read", "whole")]
    assert [one.id for one in await desk.states(["read", "train"])] == [ids[2], ids[1], ids[0]]
    assert [one.id for one in await desk.states(iter(["whole"]))] == [ids[3]]
    assert await desk.states([]) == [] == await desk.states(["purge"])
    found = await desk.find(ids[1])
    assert found is not None and (found.name, found.fraction) == ("train", None)


async def test_wishes_reach_the_worker_and_come_back_as_states(desk: JobDesk, worker: Queue) -> None:
    job = await desk.submit("read", {})

    async def state() -> str:
        found = await desk.find(job)
        assert found is not None
        return found.state

    assert not await desk.resume(job), "it waits already"
    assert await desk.pause(job) and await state() == "paused"
    assert not await desk.pause(job)
    assert await desk.resume(job) and await state() == "queued"
    assert worker.board.begin(job, 1) is not None and await state() == "running"
    assert await desk.pause(job) and await state() == "pausing"
    assert await desk.resume(job) and await state() == "running"
    assert await desk.cancel(job) and await state() == "cancelling"
    assert worker.board.move(job, "cancelled", "cancelling")
    assert [await act(job) for act in (desk.pause, desk.resume, desk.cancel)] == [False] * 3
    worker.close()


async def test_what_cannot_pause_or_is_not_there_says_so(desk: JobDesk) -> None:
    whole = await desk.submit("whole", {})
    assert not await desk.pause(whole)
    assert await desk.cancel(whole)
    for act in (desk.pause, desk.resume, desk.cancel):
        assert not await act("nothing")
    assert await desk.find("nothing") is None


async def test_another_desk_finds_all_of_it_again(home: Home) -> None:
    first = JobDesk(home)
    job = await first.submit("train", {"rate": 0.5})
    await first.pause(job)
    await first.close()
    second = JobDesk(home)
    found = await second.find(job)
    await second.close()
    assert found is not None and (found.state, found.payload) == ("paused", {"rate": 0.5})
