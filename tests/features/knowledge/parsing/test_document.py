from __future__ import annotations

import zlib

import pytest

from localmind_app.features.knowledge.parsing.document import (
    Block,
    Box,
    Document,
    Line,
    Remark,
    from_bytes,
    remark,
    to_bytes,
)

LINES = (Line(0, 4, Box(3, 0.1, 0.25, 0.5, 0.33333)), Line(5, 9, Box(4, 0.0, 0.0, 1.0, 1.0)))
DOCUMENT = Document(
    title="Größe 大小",
    blocks=(Block("heading", "One", 2, 0), Block("text", "some text", page=3, lines=LINES), Block("table", "| a |")),
    pages=5,
    media_type="application/pdf",
    parser="x 1",
    warnings=(remark("Only {limit} of {pages}.", limit=3, pages=5), Remark("Plain.")),
)


def test_bytes_and_back() -> None:
    assert from_bytes(to_bytes(DOCUMENT)) == DOCUMENT
    assert from_bytes(to_bytes(DOCUMENT)).warnings[0].text == "Only 3 of 5."


def test_bytes_are_compact() -> None:
    many = Document("t", tuple(Block("text", "the same words again " * 5, page=n, lines=LINES) for n in range(1000)))
    assert len(to_bytes(many)) < 30_000


def test_text_is_all_blocks() -> None:
    assert DOCUMENT.text == "One\n\nsome text\n\n| a |"


def test_a_lone_surrogate_does_not_stop_it() -> None:
    assert from_bytes(to_bytes(Document("\ud800", ()))).title == "?"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"nothing", to_bytes(DOCUMENT)[:-5], zlib.compress(b"[]"), zlib.compress(b'{"format": 99}'),
        zlib.compress(b"{" * 10_000), zlib.compress(bytes(300 << 20), 1),
    ],
    ids=["empty", "no document", "cut", "a list", "another version", "no JSON", "a bomb"],
)  # fmt: skip
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        from_bytes(data)
