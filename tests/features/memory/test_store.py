"""What a new fact means for those that are known."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.ids import now_ms
from localmind_app.features.memory import rules, store, words
from localmind_app.features.memory.tables import MemoryRow

from .conftest import DAY, all_rows

NOW = 1_790_000_000_000


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.session() as opened:
        yield opened


def tell(session: Session, user: str, text: str, at: int = NOW) -> list[MemoryRow]:
    added = [store.add(session, user, fact, said=at, chat_id=None, message_id=None) for fact in rules.read(text, at)]
    return [row for row in added if row is not None]


def test_the_newest_of_a_key_holds_and_the_older_is_kept(session: Session, user: str) -> None:
    [old] = tell(session, user, "I live in Oslo.")
    [new] = tell(session, user, "I moved to Graz.", NOW + DAY)
    assert all_rows(session, user) == [("I live in Oslo.", False), ("I moved to Graz.", True)]
    assert (old.valid_to, old.superseded_by) == (NOW + DAY, new.id)


def test_what_is_read_late_does_not_win_over_what_was_said_later(session: Session, user: str) -> None:
    [newer] = tell(session, user, "I live in Graz.", NOW)
    [older] = tell(session, user, "I live in Oslo.", NOW - DAY)
    assert (newer.valid_to, older.valid_to, older.superseded_by) == (None, NOW, newer.id)


def test_several_of_a_key_may_hold_where_that_makes_sense(session: Session, user: str) -> None:
    tell(session, user, "I'm allergic to nuts. I have two cats.")
    tell(session, user, "I'm allergic to latex. I have a dog.", NOW + DAY)
    assert all(holds for _, holds in all_rows(session, user)) and len(all_rows(session, user)) == 4


def test_the_same_is_kept_once_however_it_is_said(session: Session, user: str) -> None:
    tell(session, user, "I live in Oslo.")
    assert tell(session, user, "By the way, I now live in Oslo!", NOW + DAY) == []
    assert len(all_rows(session, user)) == 1


def test_two_people_of_a_name_have_two_keys(session: Session, user: str) -> None:
    tell(session, user, "My sister lives in Rome. My brother lives in Bonn. I live in Oslo.")
    assert [holds for _, holds in all_rows(session, user)] == [True] * 3


def test_a_change_of_mind_is_one(session: Session, user: str) -> None:
    tell(session, user, "I love karaoke. I prefer tea over coffee.")
    tell(session, user, "I hate karaoke. I prefer coffee to tea.", NOW + DAY)
    assert [text for text, holds in all_rows(session, user) if holds] == ["I hate karaoke.", "I prefer coffee to tea."]


def test_what_is_over_ends_without_a_new_fact(session: Session, user: str) -> None:
    tell(session, user, "I work as a nurse at a hospital. I live in Oslo.")
    assert tell(session, user, "I don't work as a nurse any more.", NOW + DAY) == []
    assert all_rows(session, user) == [("I work as a nurse at a hospital.", False), ("I live in Oslo.", True)]
    tell(session, user, "I no longer live in Graz.", NOW + DAY)
    assert all_rows(session, user)[1] == ("I live in Oslo.", True), "it was never Graz"


def test_what_once_was_does_not_hold_now(session: Session, user: str) -> None:
    tell(session, user, "I live in Graz.")
    tell(session, user, "I used to live in Oslo.", NOW + DAY)
    assert dict(all_rows(session, user)) == {"I live in Graz.": True, "I used to live in Oslo.": False}


def test_what_is_forgotten_is_not_found_comes_back_and_goes_for_good(session: Session, user: str) -> None:
    [row] = tell(session, user, "I live in Oslo.")
    store.forget(session, [row])
    assert all_rows(session, user) == [] and words.ranked(session, user, "Oslo", 5) == []
    store.restore(session, [row])
    assert words.ranked(session, user, "Oslo", 5) == [row.id]
    store.forget(session, [row])
    assert store.purge(session) == 0, "not within the hour"
    row.deleted_at = now_ms() - store.KEPT_AFTER_FORGETTING_MS - 1
    session.flush()
    assert store.purge(session) == 1
    session.expire_all()
    assert session.get(MemoryRow, row.id) is None


def test_forgetting_the_newer_does_not_bring_the_older_back_as_current(session: Session, user: str) -> None:
    tell(session, user, "I live in Oslo.")
    [new] = tell(session, user, "I live in Graz.", NOW + DAY)
    store.forget(session, [new])
    assert all_rows(session, user) == [("I live in Oslo.", False)]


@pytest.mark.parametrize("query", ['"', "*", "NEAR(", "a AND b", "'); DROP TABLE memories --", "", "ß", "東京"])
def test_no_query_breaks_the_search(session: Session, user: str, query: str) -> None:
    tell(session, user, "I live in Oslo.")
    assert words.ranked(session, user, query, 5) == []
