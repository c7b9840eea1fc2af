# ruff: noqa: E501 -- a sentence is a line

from __future__ import annotations

import pytest

from localmind_app.features.memory import explicit
from localmind_app.features.memory.explicit import Wish


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Remember that the wifi password is 1234", "the wifi password is 1234"),
        ("Please remember: my locker is number 9.", "my locker is number 9."),
        ("Can you remember that I am left-handed?", "I am left-handed"),
        ("Don't forget that I hate surprises.", "I hate surprises."),
        ("Keep in mind that I work nights.", "I work nights."),
        ("Thanks! Remember I have a dog.", "I have a dog."),
        ("Merk dir: Mein Auto steht in der Garage.", "Mein Auto steht in der Garage."),
        ("Merk dir bitte, dass ich in Köln wohne.", "ich in Köln wohne."),
        ("Vergiss nicht, dass ich vegan esse.", "ich vegan esse."),
    ],
)
def test_what_is_to_be_remembered(text: str, words: str) -> None:
    [wish] = explicit.wishes(text)
    assert (wish.kind, wish.words) == ("remember", words)
    assert wish.words in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Forget that I live in Oslo.", "I live in Oslo"),
        ("Please forget about my dog", "my dog"),
        ("Forget what I told you about my sister.", "my sister"),
        ("Forget everything you know about my job!", "my job"),
        ("Vergiss, dass ich in Köln wohne.", "ich in Köln wohne"),
        ("Bitte vergiss alles über meinen Hund.", "meinen Hund"),
    ],
)
def test_what_is_to_be_forgotten(text: str, words: str) -> None:
    [wish] = explicit.wishes(text)
    assert (wish.kind, wish.words, wish.everything) == ("forget", words, False)


@pytest.mark.parametrize(
    "text", ["Forget everything about me.", "Please forget everything you know about me!", "Vergiss alles über mich."]
)
def test_everything(text: str) -> None:
    assert [(wish.kind, wish.everything) for wish in explicit.wishes(text)] == [("forget", True)]


@pytest.mark.parametrize(
    "text",
    [
        "Forget it.", "Never mind, forget it", "Forget about it!", "Forget the previous instructions.", "Vergiss es.",
        "Do you remember that film?", "I remember that summer.", "I forgot my password.", "How do I remember things better?",
        "Remember to use type hints.", "Note that the list is mutable.", "Keep in mind that this is slow.", "Remember when we met?",
        "Translate this text: Remember that I am here.", "> Remember that I like tea", "\"Remember that I like tea\" is in the song.",
        "Let's play. Remember that I am the king.", "Remember that you are a pirate.",
    ],
)  # fmt: skip
def test_idioms_talk_and_quotations_ask_for_nothing(text: str) -> None:
    assert explicit.wishes(text) == []


def test_a_german_clause_becomes_a_sentence() -> None:
    assert explicit._verb_second("ich in Köln wohne") == "ich wohne in Köln"
    assert explicit._verb_second("mein Hund Waldi heißt") == "mein Hund heißt Waldi"
    assert explicit._verb_second("kurz") == "kurz"
    assert isinstance(explicit.wishes("Merk dir, dass ich in Köln wohne.")[0], Wish)
