"""Which sentences stand in their passages, by words alone; tests/bench/citations measures it with embeddings."""

from __future__ import annotations

import pytest

from localmind_app.core.errors import EngineUnreachable
from localmind_app.features.knowledge.answering.passages import Passage
from localmind_app.features.knowledge.answering.support import Vectors, check

pytestmark = pytest.mark.anyio
HARBOUR = (
    "The harbour of Hamburg was founded in the year 1189 and lies on the river Elbe. "
    "Its cranes move more than 8,000,000 containers every year. Fishing is not allowed at night."
)
TABLE = "| City | People |\n| --- | --- |\n| Hamburg | 1,910,000 |\n| Kiel | 248,000 |"
PASSAGES = [
    Passage(1, 11, "d", "ports.pdf", "", "Ports of the North", 2, HARBOUR, 50),
    Passage(2, 12, "d", "ports.pdf", "", "Figures", 3, TABLE, 20),
]


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("Hamburg's harbour was founded in 1189 [1].", True),
        ("The cranes move over eight million containers a year [1].", True),
        ("Kiel has 248.000 people [2].", True),
        ("Fishing is not allowed at night [1].", True),
        ("The harbour was founded in 1198 [1].", False),
        ("The harbour of Hamburg lies on the river Rhine [1].", False),
        ("Fishing is allowed at night [1].", False),
        ("Kiel has 1,910,001 people [2].", False),
        ("The mayor opened a new opera house last summer [1].", False),
        ("Hamburg's harbour was founded in 1189 [2].", False),
        ("Hamburg's harbour was founded in 1189.", True),
    ],
)
async def test_a_sentence(sentence: str, supported: bool) -> None:
    checked = await check(sentence, PASSAGES)
    assert [one.supported for one in checked.sentences] == [supported], checked.sentences


async def test_a_marker_belongs_to_the_sentence_before_it() -> None:
    answer = "Hamburg's harbour was founded in 1189. [1] Kiel has 248,000 people. [2]\n\n# A heading\n\nAnything else?"
    checked = await check(answer, PASSAGES)
    assert [(one.text, one.cited) for one in checked.sentences] == [
        ("Hamburg's harbour was founded in 1189.", (1,)),
        ("Kiel has 248,000 people.", (2,)),
    ]


async def test_a_chip_opens_the_place_that_says_it() -> None:
    answer = "😀 Its cranes move eight million containers [1]. Kiel has 248,000 people [2]. Nine [9]."
    body = (await check(answer, PASSAGES)).body()
    first, second = body["markers"]
    utf16 = answer.encode("utf-16-le")
    assert utf16[2 * first["start"] : 2 * first["end"]].decode("utf-16-le") == "[1]"
    start, end = first["cited"][0]["quote"]
    assert HARBOUR[start:end] == "Its cranes move more than 8,000,000 containers every year."
    start, end = second["cited"][0]["quote"]
    assert TABLE[start:end] == "| Kiel | 248,000 |"
    assert [utf16[2 * a : 2 * b].decode("utf-16-le") for a, b in body["dropped"]] == ["[9]"]


async def test_saying_that_it_is_not_there_is_no_claim() -> None:
    assert (await check("That is not in your documents.", PASSAGES)).sentences == ()


async def test_an_engine_that_is_away_leaves_words() -> None:
    async def embed(texts: object) -> Vectors:
        raise EngineUnreachable("The engine does not answer ({detail}). It is restarted if it crashed.", detail="test")

    checked = await check("Hamburg's harbour was founded in 1189 [1].", PASSAGES, embed)
    assert [one.supported for one in checked.sentences] == [True]
