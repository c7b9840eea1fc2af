"""Long jobs on a real SQLite file: the table alone, and done by a real worker process."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from localmind_app.core import jobs, long_jobs
from localmind_app.core.errors import Invalid
from localmind_app.core.home import Home
from localmind_app.core.job_desk import JobDesk
from localmind_app.core.jobs import Queue, register
from localmind_app.core.long_jobs import LongJob, Stopped

# Counts to payload["to"]; what it reached lies on disk, so that a second run goes on where the first one stopped.
WORKER = """
import os, sys, time
from pathlib import Path
from localmind_app import worker
from localmind_app.core.errors import Conflict
from localmind_app.core.home import Home
from localmind_app.core.jobs import register
from localmind_app.core.long_jobs import LongJob

def count(home, payload, control):
    reached = home.root / f"reached-{payload['name']}"
    at = int(reached.read_text()) if reached.exists() else 0
    with (home.root / "began").open("a") as file:
        file.write(f"{payload['name']}:{at}\\n")
    for number in range(at, payload["to"]):
        control.check()
        if payload.get("bad") == number:
            raise Conflict("The number {n} is taken.", n=number)
        reached.write_text(str(number + 1))
        control.report(number + 1, payload["to"], "Counting {name}", name=payload["name"])
        time.sleep(0.01)
    control.keep(last=payload["to"])

def undo(home, payload):
    (home.root / f"reached-{payload['name']}").unlink(missing_ok=True)

register(LongJob("count", count, undo=undo))
worker.work(Home(Path(sys.argv[1])))
"""


@pytest.fixture
def home(tmp_path):
    return Home.open(tmp_path / "home")


@pytest.fixture(autouse=True)
def known(monkeypatch):
    monkeypatch.setattr(jobs, "JOBS", {})
    monkeypatch.setattr(long_jobs, "STEP_SECONDS", 0.0)


@pytest.fixture
def queue(home):
    queue = Queue(home)
    yield queue
    queue.close()


@pytest.fixture
def worker(home):
    started = []

    def start():
        with (home.logs / "worker.log").open("ab") as said:
            process = subprocess.Popen([sys.executable, "-c", WORKER, str(home.root)], stderr=said)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_for(true, within=20.0):
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def work(queue):
    """Do what is queued now, in this thread, as the worker's threads do."""
    while (task := queue.dequeue()) is not None:
        queue.execute(task)


def state(queue, job_id):
    return queue.board.find(job_id).state


def counting(queue, **more):
    register(LongJob("count", lambda *_: None, **more))
    return lambda **payload: queue.submit("count", payload)


def test_a_long_job_shows_how_far_it_is_and_what_it_found(home, queue, worker):
    submit = counting(queue)
    job = submit(name="a", to=100)
    assert state(queue, job) == "queued"
    worker()
    wait_for(lambda: 0 < queue.board.find(job).done < 100)
    now = queue.board.find(job)
    assert (now.state, now.total, now.text, now.params) == ("running", 100, "Counting {name}", {"name": "a"})
    wait_for(lambda: state(queue, job) == "done")
    now = queue.board.find(job)
    assert (now.done, now.fraction, now.result, now.error) == (100, 1.0, {"last": 100}, None)
    assert [one.id for one in queue.board.states(["count"])] == [job]
    assert queue.board.states(["other"]) == []


def test_pausing_frees_the_thread_and_continuing_goes_on(home, queue, worker):
    submit = counting(queue)
    first, second = submit(name="a", to=400), submit(name="b", to=3)
    worker()
    wait_for(lambda: queue.board.find(first).done > 5)
    assert state(queue, second) == "queued", "one of a kind at a time"
    assert queue.pause(first)
    wait_for(lambda: state(queue, first) == "paused" and state(queue, second) == "done")
    reached = int((home.root / "reached-a").read_text())
    assert queue.resume(first) and not queue.resume(first)
    wait_for(lambda: queue.board.find(first).done > reached)
    assert (home.root / "began").read_text().split() == ["a:0", "b:0", f"a:{reached}"]
    assert queue.cancel(first)
    wait_for(lambda: state(queue, first) == "cancelled")
    assert not (home.root / "reached-a").exists()
    assert not queue.cancel(first) and not queue.pause(first) and not queue.resume(first)


def test_a_killed_worker_goes_on_and_a_failure_says_why(home, queue, worker):
    submit = counting(queue)
    job = submit(name="a", to=150, bad=100)
    process = worker()
    wait_for(lambda: queue.board.find(job).done > 20)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    reached = int((home.root / "reached-a").read_text())
    worker()
    wait_for(lambda: state(queue, job) == "failed")
    assert (home.root / "began").read_text().split() == ["a:0", f"a:{reached}"]
    error = queue.board.find(job).error["error"]
    assert (error["code"], error["template"], error["params"]) == ("conflict", "The number {n} is taken.", {"n": 100})
    assert queue.resume(job)
    wait_for(lambda: (home.root / "began").read_text().split()[-1] == "a:100")
    wait_for(lambda: state(queue, job) == "failed")
    assert queue.cancel(job)
    wait_for(lambda: state(queue, job) == "cancelled")


def test_what_waits_is_paused_and_cancelled_without_being_run(queue):
    ran, undone = [], []
    register(LongJob("count", lambda *_: ran.append(1), undo=lambda home, payload: undone.append(payload["name"])))
    job, other = queue.submit("count", {"name": "a"}), queue.submit("count", {"name": "b"})
    assert queue.pause(job) and queue.cancel(other)
    work(queue)
    assert (ran, undone, state(queue, job), state(queue, other)) == ([], ["b"], "paused", "cancelled")
    for _ in range(3):  # stale tasks are dropped
        assert queue.resume(job) and queue.pause(job)
    assert queue.resume(job)
    work(queue)
    assert (ran, state(queue, job)) == ([1], "done")


def test_a_job_that_cannot_pause_is_not_paused(queue):
    job = counting(queue, pausable=False)(name="a")
    assert not queue.pause(job) and not queue.pause("nothing")
    assert state(queue, job) == "queued"


def test_continued_before_it_noticed_the_pause_it_goes_on(queue):
    runs = []

    def run(home, payload, control):
        runs.append(1)
        if len(runs) == 1:
            assert queue.pause(job)
            with pytest.raises(Stopped):
                control.check()
            assert queue.resume(job)
            raise Stopped

    register(LongJob("count", run))
    job = queue.submit("count", {})
    work(queue)
    assert (len(runs), state(queue, job)) == (2, "done")


def test_a_job_is_never_run_beside_itself_and_at_most_so_many_of_a_kind(queue):
    running, most, lock = set(), [], threading.Lock()

    def run(home, payload, control):
        with lock:
            assert payload["n"] not in running
            running.add(payload["n"])
            most.append(len(running))
        time.sleep(0.02)
        with lock:
            running.remove(payload["n"])

    register(LongJob("count", run, at_once=2))
    ids = [queue.submit("count", {"n": n}) for n in range(6)]
    for job in ids:
        queue.pause(job), queue.resume(job)

    def serve():
        deadline = time.monotonic() + 20
        while any(state(queue, job) != "done" for job in ids) and time.monotonic() < deadline:
            work(queue)
            time.sleep(0.005)

    threads = [threading.Thread(target=serve) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {state(queue, job) for job in ids} == {"done"}
    assert len(most) == 6 and max(most) == 2


def cut_off(queue):
    """A worker took the job and was killed."""
    task = queue.dequeue()
    queue.board.begin(task.args[0], 1)
    queue.board.active.clear()
    queue.recover()


def test_a_job_that_kills_its_worker_is_given_up_unless_it_gets_further(queue):
    job = counting(queue)(name="a")
    for done in (1, 2, 3, 4, 5, 6):
        cut_off(queue)
        queue.board.control(job).report(done, 10)
    for _ in range(jobs.MOST_TRIES):
        assert state(queue, job) == "queued"
        cut_off(queue)
        queue.board.control(job).report(3, 10)  # not further than ever before
    assert state(queue, job) == "lost"
    assert queue.resume(job), "a person may want it once more"
    cut_off(queue)
    assert state(queue, job) == "queued"


def test_a_job_that_must_not_be_repeated_is_lost_with_its_worker(queue):
    job = counting(queue, repeat=False)(name="a")
    cut_off(queue)
    assert state(queue, job) == "lost"
    assert "stopped in the middle" in queue.board.find(job).error["error"]["message"]


@pytest.mark.parametrize(("asked", "left"), [("pause", "paused"), ("cancel", "cancelled")])
def test_a_wish_survives_the_worker(queue, asked, left):
    job = counting(queue)(name="a")
    queue.board.begin(queue.dequeue().args[0], 1)
    assert getattr(queue, asked)(job)
    queue.board.active.clear()
    queue.recover()
    work(queue)
    assert state(queue, job) == left


def test_a_failed_clean_up_does_not_keep_a_job_alive(queue, caplog):
    job = counting(queue, undo=lambda *_: 1 / 0)(name="a")
    queue.cancel(job)
    work(queue)
    assert state(queue, job) == "cancelled" and "division by zero" in caplog.text


def test_reports_are_written_seldom_but_the_last_one_always(queue, monkeypatch):
    monkeypatch.setattr(long_jobs, "STEP_SECONDS", 3600.0)
    job = counting(queue)(name="a")
    control = queue.board.control(job)
    for done in range(1, 50):
        control.report(done, 100)
    assert queue.board.find(job).done == 1
    control.flush()
    assert queue.board.find(job).done == 49
    control.report(50, 100, "Now another {thing}", thing="step")
    assert queue.board.find(job).text == "Now another {thing}"
    control.keep(a=1)
    control.keep(b=[2])
    assert queue.board.find(job).result == {"a": 1, "b": [2]}


def test_old_jobs_are_forgotten_and_living_ones_are_not(queue):
    submit = counting(queue)
    old, waiting = submit(name="a"), submit(name="b")
    queue.cancel(old)
    work(queue)
    queue.board.move(waiting, "paused", "done")
    queue.board.forget(time.time() + 1)
    assert [one.id for one in queue.board.states()] == [waiting]


def test_an_error_keeps_its_sentence(queue):
    assert long_jobs.described(Invalid("No {x}", x=1))["error"]["template"] == "No {x}"
    assert json.dumps(long_jobs.described(ValueError("the disk said no"))).count("the disk said no") > 0


@pytest.mark.anyio
async def test_the_desk_of_the_web_process(home):
    register(LongJob("count", lambda *_: None))
    desk = JobDesk(home)
    job = await desk.submit("count", {"name": "a"})
    assert await desk.pause(job) and await desk.resume(job) and await desk.cancel(job)
    assert (await desk.find(job)).state == "cancelling" and await desk.find("nothing") is None
    assert [one.payload for one in await desk.states(["count"])] == [{"name": "a"}]
    await desk.close()


def test_what_is_cancelled_the_moment_it_has_paused_is_cleaned_up(queue, monkeypatch):
    undone = []

    def run(home, payload, control):
        queue.pause(job)
        control.check()

    register(LongJob("count", run, undo=lambda home, payload: undone.append(1)))
    job = queue.submit("count", {})
    end = queue.board.end

    def late(job_id):
        monkeypatch.setattr(queue.board, "end", end)
        assert queue.cancel(job)
        work(queue)  # another thread takes the wish while this one still holds the job
        return end(job_id)

    monkeypatch.setattr(queue.board, "end", late)
    work(queue)
    assert (undone, state(queue, job)) == ([1], "cancelled")
