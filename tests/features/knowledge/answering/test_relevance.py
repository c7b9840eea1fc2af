"""Whether what was found has to do with the question."""

from __future__ import annotations

import math

from localmind_app.features.knowledge.answering.relevance import FLOOR, relevance
from localmind_app.features.knowledge.found import Found, Ranked
from localmind_app.features.knowledge.terms import asked
from localmind_app.features.knowledge.words import Weighed

TEXT = ["Velmara\nThe mill of Velmara was built in the year 1911."]


def near(question: str, cosine: float | None, texts: list[str]) -> float:
    terms = [Weighed(term, 1, math.log(5)) for term in asked(question)]
    dense = () if cosine is None else (Ranked(1, cosine),)
    return relevance(Found(question, dense=dense), question, terms, texts)


def test_what_says_it_is_near() -> None:
    assert near("When was the mill of Velmara built?", 0.7, TEXT) > FLOOR


def test_words_decide_alone_where_there_are_no_vectors() -> None:
    assert near("When was the mill of Velmara built?", None, TEXT) > FLOOR
    assert near("What is the capital of Mongolia?", None, TEXT) < FLOOR


def test_something_else_is_far() -> None:
    assert near("How do I bake bread?", 0.2, TEXT) < FLOOR
    assert near("How do I bake bread?", None, []) < FLOOR


def test_a_name_that_stands_nowhere_takes_off() -> None:
    assert near("When was the mill of Torholm built?", 0.45, TEXT) < FLOOR
    assert near("When was the mill of Velmara built?", 0.45, TEXT) > FLOOR
    # In German every noun has a capital letter.
    german = ["Mühle\nDie Mühle wurde 1911 gebaut. Der Eintritt kostet 14 Kronen."]
    assert near("Wie hoch ist das Eintrittsgeld der Mühle?", 0.6, german) > FLOOR
