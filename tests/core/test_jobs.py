"""Jobs on a real SQLite file, done by a real worker process."""

import os
import signal
import subprocess
import sys
import time

import pytest

from localmind_app.core import jobs
from localmind_app.core.home import Home
from localmind_app.core.jobs import Job, Queue, register

# A worker with three kinds of jobs that write down each time they begin.
WORKER = """
import sys, time
from pathlib import Path
from localmind_app import worker
from localmind_app.core.home import Home
from localmind_app.core.jobs import Job, register

def note(home, payload):
    with (home.root / "notes").open("a") as file:
        file.write(payload.get("text", "tick") + "\\n")

def slow(home, payload):
    note(home, payload)
    if not (home.root / "quick").exists():
        time.sleep(60)

async def fail(home, payload):
    raise ValueError("the disk said no")

for job in (
    Job("note", note, repeat=True),
    Job("slow", slow, repeat=True),
    Job("slow-once", slow, repeat=False),
    Job("fail", fail, repeat=True),
    Job("tick", note, repeat=True, every=3600.0),
):
    register(job)
worker.work(Home(Path(sys.argv[1])))
"""


@pytest.fixture
def home(tmp_path):
    return Home.open(tmp_path / "home")


@pytest.fixture(autouse=True)
def known(monkeypatch):
    monkeypatch.setattr(jobs, "JOBS", {})
    for name in ("note", "slow", "slow-once", "fail"):
        register(Job(name, lambda home, payload: None, repeat=name != "slow-once"))


@pytest.fixture
def queue(home):
    queue = Queue(home)
    yield queue
    queue.close()


@pytest.fixture
def worker(home):
    started = []

    def start():
        process = subprocess.Popen([sys.executable, "-c", WORKER, str(home.root)], stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def notes(home):
    path = home.root / "notes"
    return [line for line in path.read_text().split() if line != "tick"] if path.exists() else []


def wait_for(true, within=10.0):
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def kill(process):
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_a_job_is_done_once_and_a_failing_one_is_reported(home, queue, worker):
    failed = queue.submit("fail")
    queue.submit("note", {"text": "a"})
    queue.submit("note", {"text": "b"})
    worker()
    wait_for(lambda: sorted(notes(home)) == ["a", "b"] and queue.failures())
    [failure] = queue.failures()
    assert (failure.id, failure.name, failure.state, failure.reason) == (failed, "fail", "failed", "the disk said no")
    wait_for(lambda: queue.storage.sql("select count(*) from taken", results=True) == [(0,)])
    assert sorted(notes(home)) == ["a", "b"]
    assert queue.failures(after=failure.at) == []


def test_a_job_whose_worker_was_killed_is_done_again_or_reported(home, queue, worker):
    queue.submit("slow", {"text": "again"})
    lost = queue.submit("slow-once", {"text": "once"})
    first = worker()
    wait_for(lambda: sorted(notes(home)) == ["again", "once"])
    kill(first)
    (home.root / "quick").touch()
    worker()
    wait_for(lambda: notes(home).count("again") == 2 and queue.failures())
    [failure] = queue.failures()
    assert (failure.id, failure.name, failure.state) == (lost, "slow-once", "lost")
    assert notes(home).count("once") == 1


def test_a_job_that_kills_its_worker_is_given_up(home, queue):
    queue.submit("slow")
    for _ in range(jobs.MOST_TRIES):
        assert queue.dequeue() is not None  # taken, and never finished
        queue.recover()
    assert queue.dequeue() is None
    assert [failure.state for failure in queue.failures()] == ["lost"]


def test_a_periodic_job_runs_at_the_start_and_then_when_it_is_due(home, queue, monkeypatch):
    register(Job("tick", lambda home, payload: None, repeat=True, every=60.0))
    queue.submit_due()
    queue.submit_due()
    assert queue.pending_count() == 1
    later = time.time() + 61
    monkeypatch.setattr(jobs.time, "time", lambda: later)
    queue.submit_due()
    assert queue.pending_count() == 2


def test_upkeep_waits_for_the_second_minute(queue):
    register(Job("tick", lambda home, payload: None, repeat=True, every=60.0))
    queue._tick()
    assert queue.pending_count() == 0
    queue._tick()
    assert queue.pending_count() == 1


def test_the_worker_ends_on_sigterm_and_only_one_serves_a_folder(home, queue, worker):
    first = worker()
    queue.submit("note", {"text": "a"})
    wait_for(lambda: notes(home) == ["a"])
    second = worker()
    _, said = second.communicate(timeout=10)
    assert second.returncode == 1
    assert f"process {first.pid}" in said
    first.send_signal(signal.SIGTERM)
    assert first.wait(timeout=30) == 0


def test_an_unknown_job_is_refused_at_the_door(queue):
    with pytest.raises(ValueError, match="no job named 'nothing'"):
        queue.submit("nothing")
    with pytest.raises(ValueError, match="two jobs"):
        register(Job("note", lambda home, payload: None, repeat=True))


def test_the_queue_is_private(home, queue):
    assert home.jobs.stat().st_mode & 0o077 == 0
