"""The ledger of egress: written before anything goes, readable for three months."""

from __future__ import annotations

import pytest

from localmind_app.core import egress
from localmind_app.core.database import Database
from localmind_app.core.egress import EgressLedger, EgressRow, purge
from localmind_app.core.ids import now_ms

pytestmark = pytest.mark.anyio


@pytest.fixture
def ledger(database: Database) -> EgressLedger:
    return EgressLedger(database)


async def test_a_request_is_there_before_its_answer(ledger: EgressLedger) -> None:
    before = now_ms()
    entry = await ledger.begin("hub.example", "search for models", 120)
    [row] = await ledger.entries()
    assert (row.host, row.purpose, row.sent, row.received) == ("hub.example", "search for models", 120, 0)
    assert before <= row.at <= now_ms()
    await ledger.finish(entry, 4096)
    assert [(one.sent, one.received) for one in await ledger.entries()] == [(120, 4096)]


async def test_the_newest_come_first_and_no_more_than_asked_for(ledger: EgressLedger) -> None:
    for number in range(5):
        await ledger.note(f"host{number}.example", "test", number)
    assert [one.host for one in await ledger.entries(2)] == ["host4.example", "host3.example"]


async def test_long_names_are_cut_and_an_entry_that_went_is_no_error(ledger: EgressLedger, database: Database) -> None:
    entry = await ledger.begin("h" * 1000, "p" * 1000)
    [row] = await ledger.entries()
    assert (len(row.host), len(row.purpose)) == (300, 100)
    with database.session() as session:
        session.delete(session.get_one(EgressRow, entry))
    await ledger.finish(entry, 1)
    assert await ledger.entries() == []


async def test_entries_go_after_three_months(ledger: EgressLedger, database: Database) -> None:
    old, new = await ledger.begin("old.example", "test"), await ledger.begin("new.example", "test")
    with database.session() as session:
        session.get_one(EgressRow, old).at = now_ms() - egress.KEPT_MS - 1
        session.get_one(EgressRow, new).at = now_ms() - egress.KEPT_MS + 60_000
        assert purge(session) == 1
    assert [one.host for one in await ledger.entries()] == ["new.example"]
