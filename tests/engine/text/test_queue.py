"""The order in which waiting requests begin."""

from __future__ import annotations

from localmind_app.engine.generation import PRIORITIES, Generation
from localmind_app.engine.text.queue import WaitingJobs
from localmind_app.engine.text.sequence import Job


def _job(number: int, user: str = "", priority: str = "chat") -> Job:
    return Job(number, Generation(prompt="", user=user, priority=PRIORITIES[priority]), lambda *_, **__: None)


def _order(jobs: list[Job]) -> list[int]:
    """Who begins when nobody ever ends."""
    waiting, running = WaitingJobs(), []
    for job in jobs:
        waiting.add(job)
    while waiting:
        running.append(waiting.next(running))
    return [job.id for job in running]


def test_first_come_first_served() -> None:
    assert _order([_job(1), _job(2), _job(3)]) == [1, 2, 3]


def test_voice_before_chat_before_jobs() -> None:
    assert _order([_job(1, priority="job"), _job(2), _job(3, priority="voice"), _job(4)]) == [3, 2, 4, 1]


def test_users_take_turns() -> None:
    greedy, modest = [_job(number, "anna") for number in range(1, 5)], [_job(9, "ben")]
    assert _order([*greedy, *modest]) == [1, 9, 2, 3, 4]


def test_cancelled_ones_are_dropped() -> None:
    waiting = WaitingJobs()
    jobs = [_job(1), _job(2)]
    for job in jobs:
        waiting.add(job)
    jobs[0].cancelled = True
    assert waiting.drop_cancelled() == 1
    assert [job.id for job in waiting] == [2]
