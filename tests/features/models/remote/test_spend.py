"""The account of a remote engine: one row a day and currency, summed for its owner."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.features.accounts.service import Actor
from localmind_app.features.models.remote import spend
from localmind_app.features.models.remote.origin import Cost, Origin
from localmind_app.features.models.remote.service import RemoteService, Settings
from localmind_app.features.models.remote.tables import SpendRow

pytestmark = pytest.mark.anyio
OWNER = Actor("01ARZ3NDEKTSV4RRFFQ69G5FAV", "owner", "owner")


async def test_answers_add_up(database: Database, home: Home) -> None:
    remotes = RemoteService(database, home)
    engine = await remotes.add(OWNER, Settings("Mine", "http://127.0.0.1:9"))
    await remotes.book(engine, Cost(100, 20, 0.5, "USD", False))
    await remotes.book(engine, Cost(1, 2, 0.25, "USD", True))
    await remotes.book(engine, Cost(7, 7, 1.0, "EUR", False))
    sums = {one.currency: one for one in (await remotes.engines(OWNER))[0].spent}
    assert (sums["USD"].answers, sums["USD"].tokens_read, sums["USD"].tokens_written) == (2, 101, 22)
    assert (sums["USD"].amount, sums["USD"].month, sums["USD"].estimated) == (0.75, 0.75, True)
    assert (sums["EUR"].amount, sums["EUR"].estimated) == (1.0, False)
    rows = await database.read(lambda session: [*session.scalars(select(SpendRow))])
    assert len(rows) == 2, "one row a day and currency"


async def test_older_days_are_in_the_sum_and_not_in_the_month(database: Database, home: Home) -> None:
    remotes = RemoteService(database, home)
    engine = await remotes.add(OWNER, Settings("Mine", "http://127.0.0.1:9"))
    await remotes.book(engine, Cost(1, 1, 2.0, "USD", False))
    old = SpendRow(engine_id=engine, day="2020-01-31", currency="USD", answers=3, tokens_read=1, tokens_written=1,
                   amount=5.0, estimated=True)  # fmt: skip
    await database.write(lambda session: session.add(old))
    [spent] = (await remotes.engines(OWNER))[0].spent
    assert (spent.amount, spent.month, spent.answers, spent.estimated) == (7.0, 2.0, 4, True)


async def test_the_account_goes_with_the_engine(database: Database, home: Home) -> None:
    remotes = RemoteService(database, home)
    engine = await remotes.add(OWNER, Settings("Mine", "http://127.0.0.1:9"))
    await remotes.book(engine, Cost(1, 1, 2.0, "USD", False))
    await remotes.remove(OWNER, engine)
    await remotes.book(engine, Cost(1, 1, 2.0, "USD", False))  # an answer that was under way
    assert await database.read(spend.spent) == {}


def test_what_an_answer_costs() -> None:
    origin = Origin("m", price_in=1.0, price_out=10.0, currency="EUR")
    counted = origin.cost({"prompt_tokens": 1000, "completion_tokens": 100}, "x" * 99, 7)
    assert counted == Cost(1000, 100, 0.002, "EUR", False)
    assert origin.charged(counted).charged(counted).spend == 0.004
    guessed = origin.cost({"prompt_tokens": -1, "completion_tokens": True}, "x" * 400, 7)
    assert guessed == Cost(100, 7, pytest.approx(0.00017), "EUR", True)  # type: ignore[arg-type]
    free = Origin("m").cost(None, "x" * 400, 7)
    assert (free.amount, Origin("m").charged(free).spend) == (0.0, None)
