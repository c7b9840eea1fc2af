"""Works through batches, one after the other, in a thread of the worker process.

The database says what is to be done, and the journal of a batch what is done already, so a killed worker goes on where
it was. A request starts only while the engine does nothing for anybody else, and carries the priority `job`. A
machine that is never idle delays a request by at most `LONGEST_YIELD` seconds, and then the engine's own order decides.
Not covered: several batches at once, and a request that was under way when the worker was killed is asked again.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import EngineUnreachable, UserError
from localmind_app.core.home import Home
from localmind_app.core.ids import new_id, now_ms
from localmind_app.engine.client import EngineClient
from localmind_app.features.accounts.service import Actor
from localmind_app.features.accounts.tables import UserRow
from localmind_app.features.responses.service import ResponsesService

from .files import MADE, RUNNING, FileStore
from .journal import Entry, Journal
from .lines import Line, lines, problems
from .request import Asker
from .tables import BatchRow

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0  # until a new batch, or a cancellation, is noticed
TOGETHER = 4  # requests of a batch under way at once; the engine batches them
LONGEST_YIELD = 60.0  # seconds a request waits for a quiet engine
_QUIET_POLL = 0.25
_AFTER_FAILURE = 10.0
_PATIENCE = 1.5  # the supervisor gives the whole process two seconds


class BatchThread(threading.Thread):
    """Works through the batches of a data folder from `start` to `stop`."""

    def __init__(self, home: Home) -> None:
        super().__init__(name="batches", daemon=True)
        self._home = home
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()

    def run(self) -> None:
        """The thread's own work; call `start`."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as loop:
            loop.run(self._serve())

    def stop(self) -> None:
        """End what is under way and wait for the thread. The next start goes on from there."""
        if self.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
            self.join(_PATIENCE)

    async def _serve(self) -> None:
        runner = Runner(self._home)
        work = asyncio.create_task(runner.run())
        await asyncio.wait({work, asyncio.create_task(self._stopped.wait())}, return_when=asyncio.FIRST_COMPLETED)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await runner.close()


class Runner:
    """Does the batches of one data folder."""

    def __init__(self, home: Home) -> None:
        self._home, self._database = home, Database(home.database)
        self._engine = EngineClient.local(home)
        self._files = FileStore(home, self._database)
        self._asker = Asker(self._engine, ResponsesService(self._database, self._engine))
        self._running: set[asyncio.Task[None]] = set()  # requests of ours under way

    async def run(self) -> None:
        """Do one batch after the other, without end."""
        while True:
            try:
                busy = await self.step()
            except (SQLAlchemyError, UserError):
                # A locked or full database: the batch stays as it was and is tried again.
                log.exception("The batches have to wait")
                busy = False
                await asyncio.sleep(_AFTER_FAILURE)
            if not busy:
                await asyncio.sleep(POLL_SECONDS)

    async def step(self) -> bool:
        """Bring the oldest open batch to its end; False when there is none."""
        query = select(BatchRow).where(BatchRow.status.in_(RUNNING)).order_by(BatchRow.id).limit(1)
        row = await self._database.read(lambda session: session.scalar(query))
        if row is None:
            return False
        try:
            await self._do(row)
        except OSError as error:
            # A file that cannot be read or written is this batch's failure, not that of all others.
            log.exception("The batch %s failed", row.id)
            await self._fail(row, [_problem("io_error", error.strerror or type(error).__name__)])
        return True

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.close()
        self._database.close()

    async def _do(self, row: BatchRow) -> None:
        source = self._files.path(row.input_file_id)
        if row.status == "validating":
            total, wrong = await asyncio.to_thread(problems, source, row.endpoint)
            if wrong:
                await self._fail(row, wrong)
                return
            row = await self._change(row, total=total, status="in_progress")
        journal = await asyncio.to_thread(Journal, self._home.batches / f"{row.id}.journal")
        try:
            ended = row.status == "cancelling" or await self._answer_all(row, journal)
            await self._finish(row, journal, stopped=ended)
        finally:
            journal.close()
        journal.path.unlink()

    async def _answer_all(self, row: BatchRow, journal: Journal) -> bool:
        """Answer every line that is not in the journal; True when it was cancelled or ran out of time before."""
        actor = await self._database.read(lambda session: _actor(session, row.user_id))
        watch = asyncio.create_task(self._watch(row))
        try:
            for line in lines(self._files.path(row.input_file_id), row.endpoint):
                if line.number in journal.done:
                    continue
                if not (await self._room(TOGETHER - 1, watch) and await self._quiet(watch)):
                    return True
                self._running.add(asyncio.create_task(self._answer(row, actor, line, journal)))
            return not await self._room(0, watch)
        finally:
            for task in (watch, *self._running):
                task.cancel()
            await asyncio.gather(watch, *self._running, return_exceptions=True)
            self._running.clear()

    async def _room(self, most: int, watch: asyncio.Task[None]) -> bool:
        """Wait until at most `most` requests are under way; False when the batch ends meanwhile."""
        while len(self._running) > most and not watch.done():
            done, _ = await asyncio.wait({*self._running, watch}, return_when=asyncio.FIRST_COMPLETED)
            self._running -= done
            for task in done:
                task.result()
        return not watch.done()

    async def _watch(self, row: BatchRow) -> None:
        """Returns when the batch is cancelled or its time is over."""
        while now_ms() // 1000 < row.times["expires_at"]:
            await asyncio.sleep(POLL_SECONDS)
            status = await self._database.read(lambda session: session.get_one(BatchRow, row.id).status)
            if status == "cancelling":
                return

    async def _quiet(self, watch: asyncio.Task[None]) -> bool:
        """Wait until the engine works for nobody but us; False when the batch ends meanwhile."""
        waited = 0.0
        while not watch.done():
            try:
                children = (await self._engine.health())["children"]
                if sum(child["in_flight"] for child in children) <= len(self._running) or waited >= LONGEST_YIELD:
                    return True
            except EngineUnreachable:
                waited = 0.0  # it is being restarted
            await asyncio.sleep(_QUIET_POLL)
            waited += _QUIET_POLL
        return False

    async def _answer(self, row: BatchRow, actor: Actor, line: Line, journal: Journal) -> None:
        status, body = await self._asker.ask(actor, row.endpoint, line.body)
        ok = status < 400
        error = None if ok else {"code": body["error"]["code"], "message": body["error"]["message"]}
        result = {
            "id": f"batch_req_{new_id()}",
            "custom_id": line.custom_id,
            "response": {"status_code": status, "request_id": new_id(), "body": body},
            "error": error,
        }
        await asyncio.to_thread(journal.add, Entry(line.number, ok, result))
        counted = "completed" if ok else "failed"

        def count(session: Session) -> None:
            stored = session.get_one(BatchRow, row.id)
            setattr(stored, counted, sum(one is ok for one in journal.done.values()))

        await self._database.write(count)

    async def _finish(self, row: BatchRow, journal: Journal, *, stopped: bool) -> None:
        """Write the result files, and say in one transaction that the batch is over."""
        current = await self._database.read(lambda session: session.get_one(BatchRow, row.id))
        cancelled = current.status == "cancelling"
        if stopped and not cancelled:
            await asyncio.to_thread(self._expire, row, journal)
        if not cancelled:
            await self._change(row, status="finalizing")
        made: dict[str, str] = {}
        for ok, field in ((True, "output_file_id"), (False, "error_file_id")):
            # Named by the batch, so that finishing twice makes no second file.
            name = f"file-{row.id.removeprefix('batch_')}-{'output' if ok else 'error'}"
            if await asyncio.to_thread(journal.write_results, self._files.path(name), ok):
                made[field] = name
        status = "cancelled" if cancelled else "expired" if stopped else "completed"

        def end(session: Session) -> None:
            stored = session.get_one(BatchRow, row.id)
            for field, name in made.items():
                self._files.note(session, row.user_id, name, f"{row.id}_{field.split('_')[0]}.jsonl", MADE)
                setattr(stored, field, name)
            stored.completed = sum(journal.done.values())
            stored.failed = len(journal.done) - stored.completed
            _reach(stored, status)

        await self._database.write(end)

    def _expire(self, row: BatchRow, journal: Journal) -> None:
        error = {"code": "batch_expired", "message": "The batch's time was over before this request was answered."}
        for line in lines(self._files.path(row.input_file_id), row.endpoint):
            if line.number not in journal.done:
                result = {"id": f"batch_req_{new_id()}", "custom_id": line.custom_id, "response": None, "error": error}
                journal.add(Entry(line.number, False, result))

    async def _fail(self, row: BatchRow, errors: list[dict[str, Any]]) -> None:
        await self._change(row, status="failed", errors=errors)

    async def _change(self, row: BatchRow, status: str, **fields: Any) -> BatchRow:
        def work(session: Session) -> BatchRow:
            stored = session.get_one(BatchRow, row.id)
            for name, value in fields.items():
                setattr(stored, name, value)
            if stored.status != "cancelling":
                _reach(stored, status)
            return stored

        return await self._database.write(work)


def _reach(row: BatchRow, status: str) -> None:
    row.status = status
    row.times = {**row.times, f"{status}_at": now_ms() // 1000}


def _problem(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "message": message, "param": None, "line": None}


def _actor(session: Session, user_id: str) -> Actor:
    user = session.get_one(UserRow, user_id)
    return Actor(user.id, user.name, user.role)
