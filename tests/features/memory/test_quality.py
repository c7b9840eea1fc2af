"""The figures of the memory on made-up lives do not get worse. `bench memory` measures more of them."""

from __future__ import annotations

import pytest

from localmind_app.core.home import Home
from localmind_app.core.migrate import prepare
from tests.bench.memory.conversations import Wordings
from tests.bench.memory.main import junk_of, measure
from tests.features.conftest import RunningEngine

from .conftest import Remembering

pytestmark = pytest.mark.anyio


@pytest.fixture
def engine_home_with_database(engine: RunningEngine) -> Home:
    prepare(engine.home)
    return engine.home


async def held(home: Home, wordings: Wordings, seed: int) -> None:
    """One life: found what was said, not what is over, nothing of idle talk, and silence where nothing was said."""
    figures = await measure(home, wordings, lives=1, seed=seed)
    asked = sum(figures.asked[kind] for kind in ("single", "update", "time"))
    assert asked > 50
    assert figures.found.total() / asked >= 0.95, figures.missed
    assert figures.outdated == []
    assert figures.junk == []
    assert figures.extracted / figures.stated >= 0.95
    assert figures.silent / figures.asked["absence"] >= 0.4


async def test_one_life_is_remembered(engine_home_with_database: Home) -> None:
    await held(engine_home_with_database, "second", 100)


@pytest.mark.slow
@pytest.mark.parametrize(("wordings", "seed"), [("tuned", 100), ("seen", 200), ("held", 100)])
async def test_lives_in_other_words_are_remembered(
    engine_home_with_database: Home, wordings: Wordings, seed: int
) -> None:
    await held(engine_home_with_database, wordings, seed)


async def test_chats_without_facts_leave_nothing(engine_home_with_database: Home) -> None:
    assert await junk_of(engine_home_with_database) == []


@pytest.mark.parametrize(
    ("question", "needed"),
    [
        ("What should I cook tonight?", "I am allergic to peanuts."),
        ("Can you suggest a recipe for my dinner?", "I am allergic to peanuts."),
        ("What is my dog called?", "My dog is called Nero."),
        ("Wie heißt mein Hund?", "My dog is called Nero."),
        ("Wo wohne ich?", "I live in Ghent."),
        ("What is my dentist called?", None),
        ("What is my blood type?", None),
    ],
)
async def test_what_bears_on_a_question_is_there_and_else_nothing(
    life: Remembering, question: str, needed: str | None
) -> None:
    for text in ("I live in Ghent.", "I am allergic to peanuts.", "My dog is called Nero.", "I play the oboe."):
        await life.memory.add(life.owner, text)
    await life.read()
    found = [one.memory.text for one in await life.memory.recall(life.owner, question)]
    assert (needed in found) if needed else found == []
