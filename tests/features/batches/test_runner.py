"""The runner without a worker round it: what happens at the end of the time, and after being killed while finishing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.migrate import prepare
from localmind_app.features.accounts.service import Actor, ensure_owner
from localmind_app.features.batches.journal import Entry, Journal
from localmind_app.features.batches.runner import BatchThread, Runner
from localmind_app.features.batches.service import BatchService
from localmind_app.features.batches.tables import BatchRow
from tests.features.conftest import RunningEngine

pytestmark = pytest.mark.anyio
ENDPOINT = "/v1/completions"


@pytest.fixture
async def runner(engine: RunningEngine) -> AsyncIterator[Runner]:
    prepare(engine.home)
    made = Runner(engine.home)
    yield made
    await made.close()


async def submit(home: Home, database: Database, count: int) -> tuple[Actor, str]:
    def owner(session: Session) -> Actor:
        row = ensure_owner(session)
        return Actor(row.id, row.name, row.role)

    actor, batches = await database.write(owner), BatchService(home, database)
    lines = [
        {"custom_id": str(number), "method": "POST", "url": ENDPOINT,
         "body": {"model": "fast", "prompt": "a", "max_tokens": 1}}
        for number in range(count)
    ]  # fmt: skip
    file = await batches.files.add(actor, "in", "batch", BytesIO("\n".join(map(json.dumps, lines)).encode()))
    return actor, (await batches.create(actor, ENDPOINT, file.id, "24h", {})).id


async def change(database: Database, batch: str, **fields: Any) -> None:
    def work(session: Session) -> None:
        row = session.get_one(BatchRow, batch)
        for name, value in fields.items():
            setattr(row, name, value)

    await database.write(work)


async def test_what_is_left_at_the_end_of_the_time_is_named(engine: RunningEngine, runner: Runner) -> None:
    database = Database(engine.home.database)
    actor, batch = await submit(engine.home, database, 3)
    await change(database, batch, times={"created_at": 1, "expires_at": 2})
    assert await runner.step()
    service = BatchService(engine.home, database)
    row = await service.get(actor, batch)
    assert (row.status, row.completed, row.failed) == ("expired", 0, 3)
    assert row.error_file_id is not None
    left = [json.loads(line) for line in service.files.path(row.error_file_id).read_text().splitlines()]
    assert [(line["custom_id"], line["error"]["code"]) for line in left] == [
        (str(n), "batch_expired") for n in range(3)
    ]
    database.close()


async def test_a_runner_killed_while_finishing_finishes_once(engine: RunningEngine, runner: Runner) -> None:
    database = Database(engine.home.database)
    actor, batch = await submit(engine.home, database, 2)
    journal = Journal(engine.home.batches / f"{batch}.journal")
    for number in (1, 2):
        journal.add(Entry(number, True, {"custom_id": str(number), "from": "before"}))
    journal.close()
    await change(database, batch, status="finalizing", total=2)
    assert await runner.step()
    assert not await runner.step(), "nothing is left to do"
    service = BatchService(engine.home, database)
    row = await service.get(actor, batch)
    assert (row.status, row.completed) == ("completed", 2)
    assert row.output_file_id is not None
    answers = service.files.path(row.output_file_id).read_text()
    assert answers.count("before") == 2, "what was answered is not asked again"
    assert not journal.path.exists()
    database.close()


async def test_a_file_that_vanished_fails_its_batch_and_no_other(engine: RunningEngine, runner: Runner) -> None:
    database = Database(engine.home.database)
    service = BatchService(engine.home, database)
    actor, batch = await submit(engine.home, database, 1)
    _, other = await submit(engine.home, database, 1)
    service.files.path((await service.get(actor, batch)).input_file_id).unlink()
    assert await runner.step() and await runner.step()
    assert (await service.get(actor, batch)).status == "failed"
    assert (await service.get(actor, other)).status == "completed"
    database.close()


async def test_the_thread_works_and_stops_at_once(engine: RunningEngine) -> None:
    prepare(engine.home)
    database = Database(engine.home.database)
    service = BatchService(engine.home, database)
    actor, batch = await submit(engine.home, database, 1)
    thread = BatchThread(engine.home)
    thread.start()
    for _ in range(600):
        await asyncio.sleep(0.05)
        if (await service.get(actor, batch)).status == "completed":
            break
    thread.stop()
    assert (await service.get(actor, batch)).status == "completed"
    assert not thread.is_alive()
    database.close()
