"""Jobs that outlive a request: kept in `jobs.db`, done by the worker process, once or reported as failed.

Covered: a job is on disk before `submit` returns; one whose worker was killed is done again when that is safe, at most
three times, and reported otherwise; every failure is kept for a month; periodic jobs also run after a night switched
off. A `LongJob` (see `long_jobs`) also shows how far it is, and can be paused, continued and cancelled.
Not covered: undoing half of a job. A job that says `repeat=True` promises that doing it again from the start is right.

Huey has the queue and the threads; it deletes a task before running it, so `_Storage` keeps what is being run.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from huey import Huey, crontab
from huey.api import Task
from huey.storage import SqliteStorage

from .errors import UserError
from .home import Home
from .ids import new_id
from .long_jobs import TABLE, Board, JobState, LongJob, Stopped, described

log = logging.getLogger(__name__)

MOST_TRIES = 3
KEPT_SECONDS = 30 * 24 * 3600.0

Payload = Mapping[str, Any]
Run = Callable[[Home, Payload], Awaitable[None] | None]


@dataclass(frozen=True)
class Job:
    """One kind of job. `every` (seconds) makes it periodic; `repeat` allows doing it again after a killed worker."""

    name: str
    run: Run
    repeat: bool
    every: float | None = None


@dataclass(frozen=True)
class Failure:
    """A job that was not done: `failed` with an error, or `lost` with its worker. `at` is in seconds since 1970."""

    id: str
    name: str
    state: Literal["failed", "lost"]
    reason: str
    at: float


JOBS: dict[str, Job | LongJob] = {}


def register(job: Job | LongJob) -> None:
    """Make a kind of job known to this process; the same one may be made known again."""
    if JOBS.setdefault(job.name, job) is not job:
        raise ValueError(f"There are two jobs named {job.name!r}")
    JOBS[job.name] = job


class _Storage(SqliteStorage):  # type: ignore[misc]  # Huey ships no types
    """Huey's tables and four of ours: jobs taken, jobs that failed, when periodic ones last began, long jobs."""

    ddl: ClassVar[list[str]] = [
        *SqliteStorage.ddl,
        "create table if not exists taken (id integer primary key, data blob not null)",
        "create table if not exists failure (id text, name text, state text, reason text, at real)",
        "create table if not exists began (name text primary key, at real)",
        TABLE,
    ]

    def take(self) -> tuple[int, bytes] | None:
        """Move the next task from the queue to `taken`, in one transaction."""
        if not self.queue_size():
            return None
        with self.db(commit=True) as cursor:
            cursor.execute("select id, data from task where queue = ? order by priority desc, id limit 1", (self.name,))
            found = cursor.fetchone()
            if found is None:
                return None
            cursor.execute("insert into taken (data) values (?)", (found[1],))
            row = cursor.lastrowid
            cursor.execute("delete from task where id = ?", (found[0],))
            return row, found[1]

    def finish(self, row: int) -> None:
        """Forget a taken task: it is done, failed and reported, or queued again."""
        self.sql("delete from taken where id = ?", (row,), commit=True)


class Queue(Huey):  # type: ignore[misc]  # Huey ships no types
    """The jobs of one data folder."""

    def __init__(self, home: Home) -> None:
        self.home = home
        super().__init__("localmind", results=False, utc=True, storage_class=_Storage, filename=str(home.jobs))
        home.jobs.chmod(0o600)
        self.board = Board(self.storage)
        self._run = self.task(name="run", context=True)(self._perform)
        self._wake = self.task(name="wake")(self._perform_long)
        self._ticked = False
        self.periodic_task(crontab(), name="tick")(self._tick)

    def submit(self, name: str, payload: Payload | None = None) -> str:
        """Queue a job and return its id; it is on disk when this returns. A long job's payload must be JSON."""
        if isinstance(JOBS.get(name), LongJob):
            return self._submit_long(name, dict(payload or {}))
        return self._enqueue(name, dict(payload or {}), 1)

    def pause(self, job_id: str) -> bool:
        """Ask a long job to pause; False when it neither waits nor runs, or cannot be paused."""
        found = self.board.find(job_id)
        job = JOBS.get(found.name) if found else None
        if not isinstance(job, LongJob) or not job.pausable:
            return False
        return self.board.move(job_id, "paused", "queued") or self.board.move(job_id, "pausing", "running")

    def resume(self, job_id: str) -> bool:
        """Continue a long job that is paused, failed or was lost; False when it is none of these."""
        if self.board.move(job_id, "running", "pausing"):  # it has not noticed yet, or will be woken when it has
            return True
        if not self.board.move(job_id, "queued", "paused", "failed", "lost"):
            return False
        self.board.trust(job_id)
        self.enqueue(self._wake.s(job_id))
        return True

    def cancel(self, job_id: str) -> bool:
        """Ask a long job to end and to remove what it made; False when it is over."""
        if self.board.move(job_id, "cancelling", "running", "pausing"):
            return True
        if not self.board.move(job_id, "cancelling", "queued", "paused", "failed", "lost"):
            return False
        self.enqueue(self._wake.s(job_id))
        return True

    def submit_due(self) -> None:
        """Queue the periodic jobs whose time has come, counted from their last beginning."""
        for job in JOBS.values():
            if isinstance(job, Job) and job.every is not None and time.time() - self._began(job.name) >= job.every:
                self.storage.sql("insert or replace into began values (?, ?)", (job.name, time.time()), commit=True)
                self.submit(job.name)

    def recover(self) -> None:
        """Queue again or report what a killed worker was doing. Only the one worker of this folder may call it."""
        for row, data in self.storage.sql("select id, data from taken order by id", results=True):
            task = self.deserialize_task(data)
            if task.name == "run":
                self._recover(task)
            self.storage.finish(row)
        for state in self.board.states():
            self._recover_long(state)

    def failures(self, after: float = 0.0) -> list[Failure]:
        """Jobs that were not done, since a time in seconds since 1970, oldest first."""
        query = "select id, name, state, reason, at from failure where at > ? order by at"
        return [Failure(*row) for row in self.storage.sql(query, (after,), results=True)]

    def close(self) -> None:
        """Close the database."""
        self.storage.close()

    def dequeue(self) -> Task | None:
        """Huey's threads ask here for work."""
        taken = self.storage.take()
        if taken is None:
            return None
        task = self.deserialize_task(taken[1])
        task.row = taken[0]
        return task

    def execute(self, task: Task, timestamp: Any = None) -> Any:
        """Huey's threads do the work here. A killed process never comes to the last line, which is the point."""
        done = super().execute(task, timestamp)
        self.storage.finish(task.row)
        return done

    def _tick(self) -> None:
        """Once a minute. The first comes with the start of the worker, which upkeep must not slow down."""
        if self._ticked:
            self.submit_due()
        self._ticked = True

    def _enqueue(self, name: str, payload: Payload, tries: int, job_id: str | None = None) -> str:
        if name not in JOBS:
            raise ValueError(f"There is no job named {name!r}")
        task = self._run.s(name, payload, tries)
        task.id = job_id or task.id
        self.enqueue(task)
        return str(task.id)

    def _perform(self, name: str, payload: Payload, tries: int, task: Task) -> None:
        job = JOBS[name]
        assert isinstance(job, Job)
        try:
            result = job.run(self.home, payload)
            if inspect.isawaitable(result):
                asyncio.run(_finish(result))
        except Exception as error:  # whatever a job raises is reported, and the worker goes on
            log.exception("The job %s failed", name)
            self._report(task.id, name, "failed", str(error) or type(error).__name__)

    def _recover(self, task: Task) -> None:
        name, payload, tries = task.args
        job = JOBS.get(name)
        if isinstance(job, Job) and job.repeat and tries < MOST_TRIES:
            self._enqueue(name, payload, tries + 1, task.id)
        else:
            self._report(task.id, name, "lost", "The worker was stopped in the middle of it.")

    def _submit_long(self, name: str, payload: Payload) -> str:
        job_id = new_id()
        data = self.serialize_task(self._wake.s(job_id))
        # One transaction: a job that is shown has its task, whatever is killed in between.
        with self.storage.db(commit=True) as cursor:
            self.board.insert(cursor, job_id, name, payload)
            cursor.execute("insert into task (queue, data) values (?, ?)", (self.storage.name, data))
        self.board.forget(time.time() - KEPT_SECONDS)
        return job_id

    def _perform_long(self, job_id: str) -> None:
        known = self.board.find(job_id)
        job = JOBS.get(known.name) if known else None
        found = self.board.begin(job_id, job.at_once) if isinstance(job, LongJob) else None
        if found is None or not isinstance(job, LongJob):
            return
        try:
            if found.state == "running":
                self._run_long(job, found)
            if self.board.move(found.id, "queued", "running"):  # paused and continued before it had noticed
                self.enqueue(self._wake.s(found.id))
            elif not self.board.move(found.id, "paused", "pausing"):
                self._undo_long(job, found)
        finally:
            following = self.board.end(found.id)
            if following:
                self.enqueue(self._wake.s(following))

    def _run_long(self, job: LongJob, found: JobState) -> None:
        """Run it; afterwards its state is done or failed, or what somebody asked for meanwhile."""
        control = self.board.control(found.id)
        try:
            result = job.run(self.home, found.payload, control)
            if inspect.isawaitable(result):
                asyncio.run(_finish(result))
            control.flush()
            self.board.move(found.id, "done", "running", "pausing", "cancelling")
        except Stopped:
            control.flush()
        except Exception as error:  # whatever a job raises is reported, and the worker goes on
            if not isinstance(error, UserError):
                log.exception("The job %s failed", job.name)
            control.flush()
            self.board.move(found.id, "failed", "running", "pausing", error=described(error))

    def _undo_long(self, job: LongJob, found: JobState) -> None:
        now = self.board.find(found.id)
        if now is None or now.state != "cancelling":
            return
        try:
            if job.undo is not None:
                job.undo(self.home, found.payload)
        except Exception:  # what could not be removed is in the log; the job is over all the same
            log.exception("Nothing could be cleaned up after the job %s", job.name)
        self.board.move(found.id, "cancelled", "cancelling")

    def _recover_long(self, state: JobState) -> None:
        """Wake up what waited or ran; the worker that did it is gone."""
        job = JOBS.get(state.name)
        if state.state == "running":
            if not isinstance(job, LongJob) or not job.repeat or self.board.tried(state.id) >= MOST_TRIES:
                lost = UserError("The worker was stopped in the middle of it.")
                self.board.move(state.id, "lost", "running", error=lost.body())
            else:
                self.board.move(state.id, "queued", "running")
        self.board.move(state.id, "paused", "pausing")
        if state.state in ("queued", "running", "cancelling"):
            self.enqueue(self._wake.s(state.id))

    def _report(self, job_id: str, name: str, state: str, reason: str) -> None:
        now = time.time()
        with self.storage.db(commit=True) as cursor:
            cursor.execute("insert into failure values (?, ?, ?, ?, ?)", (job_id, name, state, reason, now))
            cursor.execute("delete from failure where at < ?", (now - KEPT_SECONDS,))

    def _began(self, name: str) -> float:
        found = self.storage.sql("select at from began where name = ?", (name,), results=True)
        return float(found[0][0]) if found else 0.0


async def _finish(result: Awaitable[None]) -> None:
    await result
