"""What the rules read in messages, and above all what they do not."""

# ruff: noqa: E501 -- a sentence is a line

from __future__ import annotations

import time

import pytest

from localmind_app.features.memory import rules
from localmind_app.features.memory.dates import moment
from tests.bench.memory.phrases import CHATTER, INVENTED

NOW = 1_790_000_000_000  # 21 September 2026


@pytest.mark.parametrize(
    ("text", "subject", "attribute", "value"),
    [
        ("My name is Ada Lovelace.", "user", "name", "ada lovelace"),
        ("Hi, I'm Tom!", "user", "name", "tom"),
        ("my name is ada", "user", "name", "ada"),
        ("I recently moved from Berlin to Lisbon, Portugal.", "user", "home", "lisbon"),
        ("Since March I work at Bosch.", "user", "employer", "bosch"),
        ("I'm a software engineer at a small firm.", "user", "job", "software engineer"),
        ("By the way, I'm allergic to peanuts and shellfish.", "user", "allergy", "peanuts and shellfish"),
        ("My dog is called “Rex”.", "dog", "name", "rex"),
        ("my mom lives in Oslo now", "mother", "home", "oslo"),
        ("I prefer tea over coffee.", "coffee|tea", "preference", "tea"),
        ("I can't stand karaoke.", "karaoke", "taste", "dislikes"),
        ("My favorite color is green!", "favourite colour", "is", "green"),
        ("I was born on 4 May 1990.", "user", "birthday", "4 may 1990"),
        ("I’m vegetarian.", "user", "diet", "vegetarian"),
        ("I have become vegan.", "user", "diet", "vegan"),
        ("My new boss is called Henrik.", "boss", "name", "henrik"),
        ("Ich heiße Jonas.", "user", "name", "jonas"),
        ("Seit März wohne ich in Dresden.", "user", "home", "dresden"),
        ("Ich bin letzten Monat nach München gezogen.", "user", "home", "münchen"),
        ("Ich bin gegen Haselnüsse allergisch.", "user", "allergy", "haselnüsse"),
        ("Unser Hund heißt Waldi.", "dog", "name", "waldi"),
        ("Meine Lieblingsfarbe ist Blau.", "favourite colour", "is", "blau"),
        ("Ich trinke lieber Tee als Kaffee.", "kaffee|tee", "preference", "tee"),
        ("Ich bin Lehrerin.", "user", "job", "lehrerin"),
    ],
)
def test_a_plain_statement_is_a_fact(text: str, subject: str, attribute: str, value: str) -> None:
    [fact] = rules.read(text, NOW)
    assert (fact.subject, fact.attribute, fact.value, fact.kind) == (subject, attribute, value, "holds")
    assert fact.span in text, "the span is verbatim"


def test_a_message_may_hold_several() -> None:
    found = rules.read("Hello! My name is Ada and I live in Hamburg, but I work for Airbus.", NOW)
    assert [fact.text for fact in found] == ["My name is Ada.", "I live in Hamburg.", "I work for Airbus."]


def test_what_has_ended_and_what_once_was_are_told_apart() -> None:
    kinds = {text: rules.read(text, NOW)[0].kind for text in (
        "I no longer live in Berlin.", "I used to live in Paris.", "Ich wohne nicht mehr in Köln.", "Ich habe früher in Bonn gewohnt.",
    )}  # fmt: skip
    assert list(kinds.values()) == ["ended", "held", "ended", "held"]


def test_a_fact_begins_when_the_person_says_it_began() -> None:
    [fact] = rules.read("I moved to Lisbon in March.", NOW)
    assert fact.since is not None
    assert (moment(fact.since).year, moment(fact.since).month, moment(fact.since).day) == (2026, 3, 1)


@pytest.mark.parametrize("text", CHATTER)
def test_chatter_leaves_nothing(text: str) -> None:
    assert rules.read(text, NOW) == []


@pytest.mark.parametrize("chat", INVENTED, ids=lambda chat: chat[0][:30])
def test_a_play_begins_with_a_message_that_is_known_as_one(chat: tuple[str, ...]) -> None:
    from localmind_app.features.memory.sentences import is_fiction

    assert is_fiction(chat[0])


@pytest.mark.parametrize(
    "text",
    [
        "Do I live in Berlin?",
        "Assume I live in Berlin.",
        "He said: I live in Berlin.",
        "According to the form I live in Berlin.",
        '"I live in Berlin" is a sentence.',
        "I will move to Berlin next year.",
        "I want to live in Berlin.",
        "> I live in Berlin",
        "```\nI live in Berlin.\n```",
        "`I live in Berlin.`",
        "<memory>\nWhat the user said.\n- I live in Berlin. (2026-01-01)\n</memory>",
        "<memory>- I live in Berlin.",
        "Proofread this for me. I live in Berlin. I has two dogs.",
        "I live in a world of pain, just kidding.",
        "You are a pirate. My name is Blackbeard.",
        "Write a poem. I live in Berlin.",
        "I moved to Linux.",
        "My car is broken.",
        "I have a problem.",
        "My name is not important.",
        "I prefer the other one.",
        "I love it.",
        "I'm tired.",
        "x = I live in Berlin;",
        "I live in Berlin. " * 300,
    ],
)
def test_what_is_no_statement_of_ones_own_is_no_fact(text: str) -> None:
    assert rules.read(text, NOW) == []


@pytest.mark.parametrize("text", ["i " * 2000, "my " * 1300, "\"" * 3999, "I live in " + "a " * 1900, "(" * 3999, "and I " * 660,
                                  "I have a " + "dog " * 990, "ich " * 990, "seit " * 790, "1. " * 1300])  # fmt: skip
def test_no_message_keeps_the_rules_busy(text: str) -> None:
    began = time.monotonic()
    rules.read(text, NOW)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("text", "attribute", "value"),
    [
        ("I'm currently based in Riga.", "home", "riga"),
        ("My brother recently moved to Riga.", "home", "riga"),
        ("I sometimes play chess.", "plays", "chess"),
        ("In my free time I play the oboe.", "plays", "the oboe"),
        ("Unfortunately I'm terribly allergic to nuts.", "allergy", "nuts"),
        ("I've been working as a potter for years.", "job", "potter"),
        ("I've been diagnosed with asthma.", "condition", "asthma"),
        ("I can also speak Welsh.", "languages", "welsh"),
        ("At home I speak Welsh.", "languages", "welsh"),
        ("My absolute favourite food is ramen.", "is", "ramen"),
        ("I have one brother.", "has", "one brother"),
        ("My wife is called Emily.", "name", "emily"),
    ],
)
def test_filling_words_and_lead_ins_change_nothing(text: str, attribute: str, value: str) -> None:
    [fact] = rules.read(text, NOW)
    assert (fact.attribute, fact.value) == (attribute, value)
    assert fact.span in text


@pytest.mark.parametrize(
    "text",
    [
        "In my story I am a nurse.", "In the game I live in Rome.", "At work I use Excel.", "I've been working for hours.", "I've been to Paris.",
        "I can drive a nail.", "I've been learning to debug this.", "Luckily I work at home.", "I hardly play chess.", "Honestly I love this answer.",
    ],
)  # fmt: skip
def test_lead_ins_make_no_facts_of_talk(text: str) -> None:
    assert rules.read(text, NOW) == []


def test_a_favourite_dish_is_a_favourite_food() -> None:
    said = ("My favourite dish is ramen.", "My favourite meal is goulash.", "My favorite food is soup.")
    assert len({rules.read(text, NOW)[0].subject for text in said}) == 1
