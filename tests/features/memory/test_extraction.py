"""What is believed of a model's answer; the model itself speaks in `test_rounds`."""

# ruff: noqa: E501 -- a sentence is a line

from __future__ import annotations

import json
from typing import Any

import pytest

from localmind_app.features.memory.extraction import believed

TEXT = "We keep bees on our roof, and my grandma taught me how. What do they eat? He said I am a fool."


def answer(*facts: dict[str, Any]) -> str:
    return json.dumps({"facts": [{"about": "user", "attribute": "other", "value": "", **fact} for fact in facts]})


def test_a_span_of_the_persons_own_words_is_a_fact() -> None:
    [fact] = believed(answer({"span": "We keep bees on our roof", "attribute": "hobby", "value": "bees"}), TEXT)
    assert (fact.text, fact.source, fact.attribute, fact.value, fact.many) == (
        "We keep bees on our roof.", "model", "hobby", "bees", True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "span",
    [
        "We keep wasps on our roof",
        "we keep bees on our roof",
        "What do they eat",
        "I am a fool",
        "the sky is blue",
        "We",
        "",
        "bees on",
    ],
)
def test_what_the_person_did_not_plainly_say_is_dropped(span: str) -> None:
    assert believed(answer({"span": span}), TEXT) == []


def test_a_value_that_was_not_said_gives_no_key() -> None:
    [fact] = believed(answer({"span": "We keep bees on our roof", "attribute": "home", "value": "Vienna"}), TEXT)
    assert (fact.subject, fact.attribute, fact.value) == (None, None, None)


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}", '{"facts": 3}', '{"facts": [3, null, {"span": 5}]}', '{"facts": {"span": "x"}}',
                                  "[" * 100_000])  # fmt: skip
def test_an_answer_in_another_form_is_no_fact(text: str) -> None:
    assert believed(text, TEXT) == []
