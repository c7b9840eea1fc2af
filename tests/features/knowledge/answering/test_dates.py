"""Dates in every notation, and words that are none."""

from __future__ import annotations

import pytest

from localmind_app.features.knowledge.answering.dates import read, without


@pytest.mark.parametrize(
    "text",
    ["on 3 May 1911", "on May 3rd, 1911", "am 3. Mai 1911", "on 1911-05-03", "am 3.5.1911", "am 03.05.1911"],
)
def test_one_date_in_many_notations(text: str) -> None:
    found = read(text)
    assert found.signs == {"month5"}
    assert not found.numbers or found.numbers == {"3", "1911"}
    assert found.numbers or "1911" in without(text)


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("open on Mondays, montags", {"day1"}),
        ("every Sunday in May", {"day7", "month5"}),
        ("seit März und bis Dezember", {"month3", "month12"}),
        ("on 4/6/1996", {"month4", "month6"}),
        ("on 24/6/1996", {"month6"}),
        ("It may open, and they march on.", set()),
        ("Theresa May met April Jones.", set()),
        ("version 10.0.0.1, 1.5 and 3/4", set()),
    ],
)
def test_months_and_days(text: str, signs: set[str]) -> None:
    assert read(text).signs == signs
