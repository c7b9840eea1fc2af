"""Recall without the embedder: words, names and time; with it in `test_quality`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.ids import new_id
from localmind_app.features.accounts.tables import UserRow
from localmind_app.features.memory import relevance, rules, store
from localmind_app.features.memory.recall import question, recall

from .conftest import DAY
from .test_dates import NOW

MONTH = 30 * DAY


@pytest.fixture
def session(database: Database, user: str) -> Iterator[Session]:
    with database.session() as opened:
        told = (
            (8, "I live in Oslo. My dog is called Nero."),
            (6, "I work for Bergmann Optics."),
            (3, "I moved to Graz."),
            (1, "My sister lives in Rome. I'm allergic to sesame."),
        )
        for months, text in told:
            for fact in rules.read(text, NOW - months * MONTH):
                store.add(opened, user, fact, said=NOW - months * MONTH, chat_id=None, message_id=None)
        yield opened


def found(session: Session, user: str, text: str) -> list[tuple[str, bool]]:
    return [(one.memory.text, one.current) for one in recall(session, user, question(text, NOW))]


def test_what_was_superseded_is_not_there_unless_the_past_is_asked_for(session: Session, user: str) -> None:
    assert found(session, user, "Where do I live?")[0] == ("I moved to Graz.", True)
    assert "I live in Oslo." not in dict(found(session, user, "Where do I live?"))
    assert ("I live in Oslo.", False) in found(session, user, "Where did I live before?")
    assert ("I live in Oslo.", False) in found(session, user, "Wo habe ich früher gewohnt?")


def test_the_time_of_a_question_decides_what_was_true(session: Session, user: str) -> None:
    assert found(session, user, "Where did I live in April?")[0] == ("I live in Oslo.", False)
    assert found(session, user, "Where did I live last month?")[0] == ("I moved to Graz.", True)


def test_attributes_are_found_by_everyday_words(session: Session, user: str) -> None:
    assert found(session, user, "Who is my employer?")[0][0] == "I work for Bergmann Optics."
    assert found(session, user, "What food must I avoid?")[0][0] == "I'm allergic to sesame."
    assert found(session, user, "Wie heißt mein Haustier?")[0][0] == "My dog is called Nero."


def test_names_are_found(session: Session, user: str) -> None:
    assert found(session, user, "Any tips for a weekend in Rome?")[0][0] == "My sister lives in Rome."


def test_what_has_nothing_to_do_with_it_stays_away(session: Session, user: str) -> None:
    assert found(session, user, "Explain quicksort.") == []


def test_vectors_of_another_embedder_and_people_are_not_compared(session: Session, user: str) -> None:
    rows = store.known(session, user)
    for row in rows:
        row.vector, row.embedder = relevance.stored(np.ones((1, 4), np.float32)), "other"
    session.add(UserRow(id=new_id(), name="b", role="member", password_hash=None, preferences={}, created_at=1))
    session.flush()
    assert recall(session, user, question("Explain quicksort.", NOW, [1.0] * 4, "mine")) == []
    assert len(recall(session, user, question("Explain quicksort.", NOW, [1.0] * 4, "other"))) == 5
    assert recall(session, "somebody", question("Where do I live?", NOW, [1.0] * 4, "other")) == []


def test_what_was_just_said_is_left_out(session: Session, user: str) -> None:
    for row in store.known(session, user):
        assert row.message_id is None
    [first, *_] = recall(session, user, question("Where do I live?", NOW), without=["x"])
    assert first.memory.text == "I moved to Graz."
