"""Details of a claim that are not those of the place that says it; `tests/bench/citations` measures it."""

from __future__ import annotations

import pytest

from localmind_app.features.knowledge.answering.details import DATE, NAME, NEGATED, NUMBER, compare, ground
from tests.bench.citations import changes, real_text
from tests.bench.citations.contradictions import judged

NAMED = (
    "The Velmara mill was built in 1911 by Ines Dorval. Dogs are not allowed in the Velmara mill after 8 o'clock.\n\n"
    "The Torkinth mill was built in 1850 by Otto Brandis. The roof of the Torkinth mill was repaired on 1996-04-06."
)
POINTING = (
    "The Velmara mill stands on a hill. It was built in 1911. It does not open in May.\n\n"
    "The Torkinth mill stands by the sea. It was built in 1850. Its tickets cost 14 crowns."
)
TABLE = "| City | People |\n| --- | --- |\n| Hamburg | 1,910,000 |\n| Kiel | 248,000 |"


@pytest.mark.parametrize(
    ("text", "claim", "lacks"),
    [
        (NAMED, "Ines Dorval built the Velmara mill in 1911.", ()),
        (NAMED, "The Velmara mill was built in 1850.", (NUMBER,)),
        (NAMED, "The Torkinth mill was built by Ines Dorval.", (NAME,)),
        (NAMED, "The Velmara mill was built by Ines Quill.", (NAME,)),
        (NAMED, "The roof of the Torkinth mill was repaired on 6 April 1996.", ()),
        (NAMED, "The roof of the Torkinth mill was repaired on 6 May 1996.", (DATE,)),
        (NAMED, "The roof of the Torkinth mill was never repaired.", (NEGATED,)),
        (NAMED, "Dogs are allowed in the Velmara mill after 8 o'clock.", (NEGATED,)),
        (NAMED, "The Velmara mill was built in 1911, and dogs are not allowed after 8 o'clock.", ()),
        (NAMED, "The Velmara mill was built in 1911, and the Torkinth mill was built in 1911.", (NUMBER,)),
        (POINTING, "The Velmara mill was built in 1911.", ()),
        (POINTING, "The Velmara mill was built in 1850.", (NUMBER,)),
        (POINTING, "Tickets of the Velmara mill cost 14 crowns.", (NUMBER, NAME)),
        (POINTING, "In May the Velmara mill does not open.", ()),
        (POINTING, "The Velmara mill opens in May.", (NEGATED,)),
        (TABLE, "Kiel has 248,000 people.", ()),
        (TABLE, "Kiel has 1,910,000 people.", (NUMBER,)),
    ],
)
def test_what_a_claim_lacks(text: str, claim: str, lacks: tuple[str, ...]) -> None:
    assert compare(claim, [ground(text, "Report 7 › Mills of the coast", "mills.pdf")]).lacks == lacks


def test_a_number_of_the_heading_is_no_number_of_a_place() -> None:
    there = ground("The mill has a crew of five.", "Report 8 › Mills in 1911", "mills.pdf")
    assert compare("The mill has a crew of 8.", [there]).lacks == (NUMBER,)
    assert compare("In 1911 the mill had a crew of five.", [there]).lacks == ()


@pytest.mark.anyio
@pytest.mark.parametrize(
    "cases",
    [changes.cases(changes.TUNING, 4, seed=1), changes.cases(changes.REPORT, 4, seed=1), real_text.docstrings(40)],
    ids=["tuning", "report", "real text"],
)
async def test_most_changes_are_caught_and_right_claims_stay(cases: list[changes.Case]) -> None:
    """By words alone, without an engine: the goal is at least 95 % and at most 3 %."""
    found = [(claim.right, made.supported) for case in cases for claim, made in await judged(case)]
    wrong, right = [one for own, one in found if not own], [one for own, one in found if own]
    assert len(wrong) > 20 and len(right) > 20
    assert sum(wrong) <= 0.05 * len(wrong), sum(wrong)
    assert len(right) - sum(right) <= 0.03 * len(right), len(right) - sum(right)
