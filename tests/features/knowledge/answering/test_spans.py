"""From chunks back to blocks, lines and pages."""

from __future__ import annotations

from localmind_app.features.knowledge.answering.spans import around, boxes, pieces
from localmind_app.features.knowledge.chunks import Piece, cut
from localmind_app.features.knowledge.found import Span
from localmind_app.features.knowledge.parsing.document import Block, Box, Document, Line


def count(texts: object) -> list[int]:
    return [len(text.split()) for text in texts]  # type: ignore[attr-defined]


def chunks(document: Document, size: int) -> list[tuple[Piece, Span]]:
    return [(one, Span(one.first_block, one.start, one.last_block, one.end)) for one in cut(document, count, size)]


def test_every_character_of_a_chunk_is_found_again() -> None:
    rows = "\n".join(["| City | People |", "| --- | --- |", *(f"| Town {n} | {n * 7} |" for n in range(30))])
    text = " ".join(f"Sentence {n} says something of its own." for n in range(40))
    document = Document(
        "Ports",
        (
            Block("heading", "Towns", 1),
            Block("text", "   An opening.  "),
            Block("table", rows),
            Block("list", "- one\n\n- two"),
            Block("text", text),
            Block("code", "def a():\n    return 1\n\ndef b():\n    return 2"),
        ),
    )
    for piece, span in chunks(document, 40):
        found = pieces(document, span, piece.text)
        for one in found:
            own = document.blocks[one.block].text[one.at : one.at + one.end - one.start]
            assert piece.text[one.start : one.end] == own
        held = sum(one.end - one.start for one in found)
        assert held >= len(piece.text.replace("\n", "")) - 2, piece.text


def test_boxes_of_a_quote_are_its_lines() -> None:
    text = "The first line ends here and the second one is behind it, on the next page too."
    one, two, three = Box(0, 0.1, 0.1, 0.9, 0.12), Box(0, 0.1, 0.13, 0.9, 0.15), Box(1, 0.1, 0.1, 0.9, 0.12)
    document = Document(
        "", (Block("text", text, page=0, lines=(Line(0, 24, one), Line(25, 57, two), Line(58, 80, three))),), 2
    )
    ((piece, span),) = chunks(document, 100)
    found = pieces(document, span, piece.text)
    assert boxes(document, found, 0, 10) == [one]
    assert boxes(document, found, 20, 30) == [one, two]
    assert boxes(document, found, 0, len(text)) == [one, two, three]
    assert boxes(document, found, 24, 25) == []


def test_what_is_around_is_cut() -> None:
    document = Document("", tuple(Block("text", f"Block {n} " + "x" * 400) for n in range(20)))
    before, after = around(document, Span(10, 3, 10, 8))
    assert before.endswith("\n\nBlo") and after.startswith(" xxx")
    assert len(before) == len(after) == 1500
    assert around(Document("", (Block("text", "all"),)), Span(0, 0, 0, 3)) == ("", "")
