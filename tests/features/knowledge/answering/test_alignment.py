"""Words of one reading found in another: with other spaces, hyphens, ligatures, order and repetitions."""

from __future__ import annotations

import random
from collections.abc import Sequence

from localmind_app.features.knowledge.answering.alignment import Lines
from localmind_app.features.knowledge.parsing.document import Block, Box, Document, Line

WORDS = (
    "harbour", "crane", "river", "ferry", "winter", "keeper", "letter", "village", "orchard", "theatre", "quarry",
    "postcard", "bridge", "mill",
)  # fmt: skip


def drawn(rows: Sequence[str], per_page: int = 20) -> Lines:
    """A document with one box for each row; the box's upper side is the row's number on its page, in hundredths."""
    text = "\n".join(rows)
    lines, at = [], 0
    for number, row in enumerate(rows):
        page, place = divmod(number, per_page)
        lines.append(Line(at, at + len(row), Box(page, 0.1, place / 100, 0.9, place / 100 + 0.01)))
        at += len(row) + 1
    return Lines(Document("", (Block("text", text, lines=tuple(lines)),), pages=per_page))


def rows_of(boxes: Sequence[Box], per_page: int = 20) -> list[int]:
    return [box.page * per_page + round(box.y0 * 100) for box in boxes]


def prose(seed: int, words: int) -> list[str]:
    draw = random.Random(seed)
    return [f"{draw.choice(WORDS)}{draw.randrange(10)}" for _ in range(words)]


def test_lines_that_break_elsewhere_are_found() -> None:
    words = prose(1, 200)
    copy = drawn([" ".join(words[at : at + 8]) for at in range(0, 200, 8)])
    text = " ".join(words[40:60])
    places = copy.places("", text, "")
    assert places.share(0, len(text)) == 1.0
    assert rows_of(places.of(0, len(text))) == [5, 6, 7]
    start = text.index(words[48])
    assert rows_of(places.of(start, start + len(words[48]))) == [6]


def test_hyphens_ligatures_accents_and_bullets_do_not_matter() -> None:
    copy = drawn(["• The o\ufb03ce of the har-", "bour master: cafe\u0301 \u201cOstsee\u201d,", "11\u202f400 visitors"])
    text = 'The office of the harbour master: café "Ostsee", 11,400 visitors'
    places = copy.places("", text, "")
    assert places.share(0, len(text)) == 1.0
    assert rows_of(places.of(text.index("11,400"), len(text))) == [2]
    assert rows_of(places.of(text.index("harbour"), text.index(" master"))) == [0, 1]


def test_what_stands_around_tells_repetitions_apart() -> None:
    same = "The price is fixed and may be changed by both sides in writing."
    rows = [line for number in range(9) for line in (" ".join(prose(number, 9)), same)]
    copy = drawn(rows)
    for number in range(9):
        places = copy.places(rows[2 * number], same, rows[2 * number + 2] if number < 8 else "")
        assert rows_of(places.of(0, len(same))) == [2 * number + 1]


def test_columns_on_another_page_are_found_too() -> None:
    names = [f"{WORDS[n % 14]}ville number {n}" for n in range(20)]
    values = [f"looked after by person {n * 7919}" for n in range(20)]
    copy = drawn([*names, *values])
    rows = [f"| {name} | {value} |" for name, value in zip(names, values, strict=True)]
    text = "\n".join(rows[4:8])
    places = copy.places("\n".join(rows[:4]), text, "\n".join(rows[8:]))
    second = text.index(rows[5])
    assert rows_of(places.of(second, second + len(rows[5]))) == [5, 25]


def test_a_table_of_short_numbers_is_placed_by_its_rows() -> None:
    draw = random.Random(3)
    cells = [[f"Ferry {n}", *(str(draw.randrange(10, 99)) for _ in range(6))] for n in range(60)]
    copy = drawn([" ".join(row) for row in cells])
    markdown = [f"| {' | '.join(row)} |" for row in cells]
    text = "\n".join(
        ["| Name | a | b | c | d | e | f |", "| --- | --- | --- | --- | --- | --- | --- |", *markdown[30:40]]
    )
    places = copy.places("\n".join(markdown[:30]), text, "\n".join(markdown[40:]))
    for number in range(30, 40):
        start = text.index(markdown[number])
        assert rows_of(places.of(start, start + len(markdown[number]))) == [number]


def test_what_is_not_there_is_not_found() -> None:
    copy = drawn([" ".join(prose(5, 10)) for _ in range(10)])
    text = "Notes of the speaker that are on no page, whatever is looked for."
    places = copy.places("", text, "")
    assert places.share(0, len(text)) < 0.3
    assert drawn([]).places("", text, "").of(0, len(text)) == []
    assert copy.places("", "", "").share(0, 0) == 0.0


def test_a_page_of_the_same_letters_ends_in_time() -> None:
    copy = drawn(["ab" * 400] * 100)
    text = "ab" * 500
    assert copy.places("ab" * 700, text, "ab" * 700).share(0, len(text)) > 0.5
