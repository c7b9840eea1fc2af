"""The questions a fact answers."""

from __future__ import annotations

import pytest

from localmind_app.features.memory.asking import questions
from localmind_app.features.memory.rules import read

NOW = 1_790_000_000_000


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("I live in Ghent.", "Where do I live?"),
        ("I have two sisters.", "Do I have brothers or sisters?"),
        ("We have three kids.", "Do I have kids?"),
        ("I have a dog.", "Which pets do I have?"),
        ("I play chess.", "Which sport do I play?"),
        ("I play the oboe.", "Which instrument do I play?"),
        ("I can't stand olives.", "What do I hate?"),
        ("I love rowing.", "What do I do in my free time?"),
        ("My sister lives in Rome.", "Where does my sister live?"),
        ("My phone is a Nokia.", "Which mobile phone do I use?"),
        ("Ich wohne in Köln.", "Wo wohne ich?"),
    ],
)
def test_what_is_said_is_asked_for(said: str, asked: str) -> None:
    [fact] = read(said, NOW)
    assert asked in questions(fact.subject, fact.attribute, fact.value)


def test_a_fact_without_a_key_has_no_questions() -> None:
    assert questions(None, None, None) == ()
    assert questions("user", "unheard of", "x") == ()
