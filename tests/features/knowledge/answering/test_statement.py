"""What is compared of two sentences."""

from __future__ import annotations

import pytest

from localmind_app.features.knowledge.answering.statement import numbers, opposites, statement


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,910,000", "1.910.000"),
        ("eight million", "8,000,000"),
        ("3,5", "3.50"),
        ("8.2 Mio.", "8200000"),
        ("drei", "3"),
    ],
)
def test_a_number_is_the_same_in_every_notation(one: str, other: str) -> None:
    assert numbers(one) == numbers(other) != frozenset()


@pytest.mark.parametrize(("one", "other"), [("1989", "1898"), ("1.5", "15"), ("3 million", "3 thousand")])
def test_other_numbers_are_others(one: str, other: str) -> None:
    assert not numbers(one) & numbers(other)


@pytest.mark.parametrize(
    ("one", "other", "contrary"),
    [
        ("The gate is open.", "The gate is closed.", True),
        ("Prices rose.", "Prices fell.", True),
        ("The gate is open.", "The gate is wide open.", False),
        ("It opens at six and closes at nine.", "It closes at nine, but opens at six.", False),
    ],
)
def test_opposites(one: str, other: str, contrary: bool) -> None:
    assert opposites(statement(one).every, statement(other).every) is contrary


def test_names_are_capitals_within_a_sentence() -> None:
    found = statement("Yesterday the Velmara mill was sold to Ines Dorval.").names
    assert {"velmara", "ine", "dorval"} >= found >= {"velmara", "dorval"}
    assert "yesterday" not in found


def test_a_german_noun_is_no_name() -> None:
    found = statement("Gestern wurde die Sanierung der alten Mühle in Velmara von Ines Dorval für 300 Kronen gekauft.")
    assert found.names >= {"velmara", "dorval"}
    assert not found.names & {"sanierung", "muhl", "muhle", "kronen", "kron"}


def test_months_are_no_names() -> None:
    found = statement("The mill of Velmara opens on 3 May and every Monday.")
    assert (found.dates, found.numbers) == ({"month5", "day1"}, {"3"})
    assert found.names == {"velmara"}
