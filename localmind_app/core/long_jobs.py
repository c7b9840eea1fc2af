"""Long jobs: jobs that show how far they are and can be paused, continued and cancelled. Kept in `jobs.db`.

    submit ─► queued ─► running ─► done
                │  ▲      │  └───► failed, lost ──┐
                ▼  │      ▼                       │
              paused ◄─ pausing                   │ resume leads back to queued
                │                                 │
                └───────► cancelling ◄────────────┘
                              └──► cancelled          (everything that is not over can be cancelled)

A long job's `run` gets a `Control`. It reports with `control.report(done, total, mark("Reading {file}"), file=name)`
and calls `control.check()` wherever it can stop: that raises `Stopped` when a pause or the end is wanted, and `run`
lets it pass. A paused job holds no thread: continuing calls `run` again with the same payload, so what was reached must
lie on disk. `undo` removes what is left of a cancelled job; it is called after `run` has ended, never beside it.

Not covered: order between jobs; the oldest of a kind comes first, at most `at_once` of a kind run at a time.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, get_args

from .errors import LocalMindError, UserError
from .home import Home

State = Literal["queued", "running", "pausing", "paused", "cancelling", "cancelled", "done", "failed", "lost"]
OVER: tuple[State, ...] = ("done", "cancelled")
STEP_SECONDS = 0.25  # how often, at most, progress is written and a wish is looked for

TABLE = (
    "create table if not exists long_job (id text primary key, name text not null, payload text not null,"
    " state text not null, done real not null default 0, total real, text text not null default '',"
    " params text not null default '{}', error text, result text not null default '{}',"
    " tries integer not null default 0, most real not null default 0, created real not null, updated real not null)"
)


def mark(text: str) -> str:
    """A sentence for `Control.report`, as it is. Named like `ui.i18n.mark`, so that it is found and translated."""
    return text


class Stopped(LocalMindError):
    """Raised by `Control.check` inside a job that is to pause or to end. `run` lets it pass."""


class Control(Protocol):
    """What a long job's `run` gets."""

    def report(self, done: float, total: float | None = None, text: str = "", **params: str | int | float) -> None:
        """Say how far it is, in the job's own unit, and what it does: an English template and its fields."""

    def keep(self, **result: Any) -> None:
        """Keep facts that outlive the job (JSON values), beside those kept before."""

    def check(self) -> None:
        """Raises Stopped when the job is to pause or to end. Cheap: call it often."""


LongRun = Callable[[Home, Mapping[str, Any], Control], Awaitable[None] | None]


@dataclass(frozen=True)
class LongJob:
    """One kind of long job. `repeat` allows beginning it again after a killed worker, `pausable` after a pause."""

    name: str
    run: LongRun
    repeat: bool = True
    pausable: bool = True
    at_once: int = 1
    undo: Callable[[Home, Mapping[str, Any]], None] | None = None


@dataclass(frozen=True)
class JobState:
    """A long job as it is now. `total` may be unknown; `error` is the JSON shape of `UserError.body`; times are in
    seconds since 1970."""

    id: str
    name: str
    payload: dict[str, Any]
    state: State
    done: float
    total: float | None
    text: str
    params: dict[str, Any]
    error: dict[str, Any] | None
    result: dict[str, Any]
    created: float
    updated: float

    @property
    def fraction(self) -> float | None:
        """How much is done, from 0 to 1; None where the total is unknown."""
        return min(1.0, self.done / self.total) if self.total else None


class Tables(Protocol):
    """The part of Huey's storage that is used here: one connection, one lock, autocommit outside of `db`."""

    def db(self, commit: bool = False, close: bool = False) -> AbstractContextManager[sqlite3.Cursor]: ...

    def sql(self, query: str, params: Any = None, commit: bool = False, results: bool = False) -> Any: ...


_COLUMNS = "id, name, payload, state, done, total, text, params, error, result, created, updated"


@dataclass
class Board:
    """The table of long jobs. Its states are the truth; a task in Huey's queue only wakes a thread up.

    `active` are the jobs that run in this process: only the worker has any.
    """

    tables: Tables
    active: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # What anybody may ask

    def states(self, names: Iterable[str] | None = None) -> list[JobState]:
        """Every known long job, newest first; with `names`, those of these kinds."""
        rows = self.tables.sql(f"select {_COLUMNS} from long_job order by created desc, id desc", results=True)
        wanted = None if names is None else set(names)
        return [state for state in map(_state, rows) if wanted is None or state.name in wanted]

    def find(self, job_id: str) -> JobState | None:
        """One long job; None when there is none of that id."""
        rows = self.tables.sql(f"select {_COLUMNS} from long_job where id = ?", (job_id,), results=True)
        return _state(rows[0]) if rows else None

    def insert(self, cursor: sqlite3.Cursor, job_id: str, name: str, payload: Mapping[str, Any]) -> None:
        """Write a new job down, in the transaction that also queues its task."""
        cursor.execute(
            "insert into long_job (id, name, payload, state, created, updated) values (?, ?, ?, 'queued', ?, ?)",
            (job_id, name, json.dumps(dict(payload)), time.time(), time.time()),
        )

    def move(self, job_id: str, to: State, *of: State, error: dict[str, Any] | None = None) -> bool:
        """Change a state if it is one of `of` now; whether it was."""
        marks = ", ".join("?" * len(of))
        with self.tables.db(commit=True) as cursor:
            cursor.execute(
                f"update long_job set state = ?, error = ?, updated = ? where id = ? and state in ({marks})",
                (to, json.dumps(error) if error else None, time.time(), job_id, *of),
            )
            return cursor.rowcount == 1

    def forget(self, before: float) -> None:
        """Remove jobs that are over and have not changed since a time."""
        over = ("done", "cancelled", "failed", "lost")
        marks = ", ".join("?" * len(over))
        self.tables.sql(f"delete from long_job where updated < ? and state in ({marks})", (before, *over), commit=True)

    # What only the worker does

    def begin(self, job_id: str, at_once: int) -> JobState | None:
        """What a task for this job leads to: cleaning up after it, if it is "cancelling", or running the oldest job of
        its kind that waits, which is "running" then. None when there is nothing to do now."""
        with self._lock:
            found = self.find(job_id)
            if found is not None and found.state != "cancelling":
                found = self._oldest(found.name)
                # Where too many run already, `end` of one of them asks again.
                if found is not None and list(self.active.values()).count(found.name) >= at_once:
                    return None
                if found is not None and not self.move(found.id, "running", "queued"):
                    return None
            if found is None or found.id in self.active:
                return None
            self.active[found.id] = found.name
            return self.find(found.id)

    def end(self, job_id: str) -> str | None:
        """A job no longer runs here; the id of the one to wake up: this one, if it is to be cleaned up after since it
        paused or failed, or the next one of its kind that waits."""
        with self._lock:
            name = self.active.pop(job_id)
            ended = self.find(job_id)
            following = ended if ended and ended.state == "cancelling" else self._oldest(name)
            return following.id if following else None

    def _oldest(self, name: str) -> JobState | None:
        query = f"select {_COLUMNS} from long_job where name = ? and state = 'queued' order by created, id"
        waiting = map(_state, self.tables.sql(query, (name,), results=True))
        return next((state for state in waiting if state.id not in self.active), None)

    def tried(self, job_id: str) -> int:
        """Count a run that was cut off; how many there were since it last got further than ever before."""
        self.tables.sql("update long_job set tries = tries + 1 where id = ?", (job_id,), commit=True)
        return int(self.tables.sql("select tries from long_job where id = ?", (job_id,), results=True)[0][0])

    def trust(self, job_id: str) -> None:
        """Forget that runs were cut off: a person wants it tried again."""
        self.tables.sql("update long_job set tries = 0 where id = ?", (job_id,), commit=True)

    def control(self, job_id: str) -> BoardControl:
        """The `Control` of a job."""
        return BoardControl(self.tables, job_id)


class BoardControl:
    """Reports to the table and looks into it for wishes, at most every `STEP_SECONDS`. Usable from several threads."""

    def __init__(self, tables: Tables, job_id: str) -> None:
        self._tables, self._id = tables, job_id
        self._written = self._looked = float("-inf")
        self._said = ""
        self._unwritten: tuple[float, float | None, str, str] | None = None
        self._stop = False

    def report(self, done: float, total: float | None = None, text: str = "", **params: str | int | float) -> None:
        """See `Control`. A new text and the end are written at once, everything else soon or with `flush`."""
        self._unwritten = (done, total, text, json.dumps(params))
        if text != self._said or done == total or time.monotonic() - self._written >= STEP_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write the last report down."""
        if self._unwritten is None:
            return
        done, total, text, params = self._unwritten
        self._unwritten, self._written, self._said = None, time.monotonic(), text
        self._tables.sql(
            "update long_job set done = ?, total = ?, text = ?, params = ?, updated = ?,"
            " tries = case when ? > most then 0 else tries end, most = max(most, ?) where id = ?",
            (done, total, text, params, time.time(), done, done, self._id),
            commit=True,
        )

    def keep(self, **result: Any) -> None:
        """See `Control`."""
        self._tables.sql(
            "update long_job set result = json_patch(result, ?) where id = ?",
            (json.dumps(result), self._id),
            commit=True,
        )

    def check(self) -> None:
        """See `Control`."""
        if not self._stop and time.monotonic() - self._looked >= STEP_SECONDS:
            self._looked = time.monotonic()
            found = self._tables.sql("select state from long_job where id = ?", (self._id,), results=True)
            self._stop = not found or found[0][0] != "running"
        if self._stop:
            raise Stopped


def described(error: Exception) -> dict[str, Any]:
    """An error as it is kept: a UserError with its template and fields, anything else by what it says."""
    if isinstance(error, UserError):
        return error.body()
    return UserError("The job failed: {detail}", detail=str(error) or type(error).__name__).body()


def _state(row: tuple[Any, ...]) -> JobState:
    job_id, name, payload, state, done, total, text, params, error, result, created, updated = row
    assert state in get_args(State)
    return JobState(
        id=job_id,
        name=name,
        payload=json.loads(payload),
        state=state,
        done=done,
        total=total,
        text=text,
        params=json.loads(params),
        error=json.loads(error) if error else None,
        result=json.loads(result),
        created=created,
        updated=updated,
    )
