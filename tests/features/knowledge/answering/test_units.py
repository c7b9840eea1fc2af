"""Sentences, rows and lines of a passage."""

from __future__ import annotations

import pytest

from localmind_app.features.knowledge.answering.units import units


def parts(text: str) -> list[str]:
    return [text[one.start : one.end] for one in units(text)]


def test_sentences_of_running_text() -> None:
    assert parts("The harbour is old. Its cranes, e.g. the red one, move.") == [
        "The harbour is old.",
        "Its cranes, e.g. the red one, move.",
    ]


def test_text_that_was_wrapped_is_one_sentence() -> None:
    text = "The harbour of Hamburg was founded in the year 1189\nand lies on the river Elbe. It is old."
    assert parts(text) == [
        "The harbour of Hamburg was founded in the year 1189\nand lies on the river Elbe.",
        "It is old.",
    ]


def test_short_lines_stand_alone() -> None:
    assert parts("- first the seal\n- then the whale\nx = 1\ny = 2") == [
        "- first the seal",
        "- then the whale",
        "x = 1",
        "y = 2",
    ]


def test_rows_know_their_header() -> None:
    text = "Towns:\n| City | People |\n| --- | --- |\n| Hamburg | 1 |\n| Kiel | 2 |\nThe end is here."
    found = units(text)
    assert [text[one.start : one.end] for one in found] == [
        "Towns:",
        "| Hamburg | 1 |",
        "| Kiel | 2 |",
        "The end is here.",
    ]
    assert [one.head for one in found] == [
        "",
        "| City | People |\n| --- | --- |",
        "| City | People |\n| --- | --- |",
        "",
    ]


@pytest.mark.parametrize("text", ["", "  \n\n ", "|", "||\n|-|", "\n|a|\n", "。。", "😀" * 50])
def test_any_text_has_units_within_it(text: str) -> None:
    assert all(0 <= one.start < one.end <= len(text) for one in units(text))
