"""Jobs that outlive a request: kept in `jobs.db`, done by the worker process, once or reported as failed.

Covered: a job is on disk before `submit` returns; one whose worker was killed is done again when that is safe, at most
three times, and reported otherwise; every failure is kept for a month; periodic jobs also run after a night switched
off.
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

from .home import Home

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


JOBS: dict[str, Job] = {}


def register(job: Job) -> None:
    """Make a kind of job known to this process."""
    if job.name in JOBS:
        raise ValueError(f"There are two jobs named {job.name!r}")
    JOBS[job.name] = job


class _Storage(SqliteStorage):  # type: ignore[misc]  # Huey ships no types
    """Huey's tables and three of ours: jobs that were taken, jobs that failed, when periodic ones last began."""

    ddl: ClassVar[list[str]] = [
        *SqliteStorage.ddl,
        "create table if not exists taken (id integer primary key, data blob not null)",
        "create table if not exists failure (id text, name text, state text, reason text, at real)",
        "create table if not exists began (name text primary key, at real)",
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
        self._run = self.task(name="run", context=True)(self._perform)
        self._ticked = False
        self.periodic_task(crontab(), name="tick")(self._tick)

    def submit(self, name: str, payload: Payload | None = None) -> str:
        """Queue a job and return its id; it is on disk when this returns."""
        return self._enqueue(name, dict(payload or {}), 1)

    def submit_due(self) -> None:
        """Queue the periodic jobs whose time has come, counted from their last beginning."""
        for job in JOBS.values():
            if job.every is not None and time.time() - self._began(job.name) >= job.every:
                self.storage.sql("insert or replace into began values (?, ?)", (job.name, time.time()), commit=True)
                self.submit(job.name)

    def recover(self) -> None:
        """Queue again or report what a killed worker was doing. Only the one worker of this folder may call it."""
        for row, data in self.storage.sql("select id, data from taken order by id", results=True):
            task = self.deserialize_task(data)
            if task.name == "run":
                self._recover(task)
            self.storage.finish(row)

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
        try:
            result = JOBS[name].run(self.home, payload)
            if inspect.isawaitable(result):
                asyncio.run(_finish(result))
        except Exception as error:  # whatever a job raises is reported, and the worker goes on
            log.exception("The job %s failed", name)
            self._report(task.id, name, "failed", str(error) or type(error).__name__)

    def _recover(self, task: Task) -> None:
        name, payload, tries = task.args
        job = JOBS.get(name)
        if job is not None and job.repeat and tries < MOST_TRIES:
            self._enqueue(name, payload, tries + 1, task.id)
        else:
            self._report(task.id, name, "lost", "The worker was stopped in the middle of it.")

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
