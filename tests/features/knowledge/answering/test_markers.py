"""Markers as models write them."""

from __future__ import annotations

import pytest

from localmind_app.features.knowledge.answering.markers import read


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("So it is [1].", [(1,)]),
        ("So it is [1][2].", [(1,), (2,)]),
        ("So it is [2, 3].", [(2, 3)]),
        ("So it is [1-3].", [(1, 2, 3)]),
        ("So it is [1–2; 4].", [(1, 2, 4)]),
        ("So it is【1】and【4†source】.", [(1,), (4,)]),
        ("So it is [ 1 ] [1, 1].", [(1,), (1,)]),
        ("Some [1, 99].", [(1,)]),
        ("A list[1] or `list[1]` or\n```\nlist[2]\n```\n", [(1,)]),
        ("An open fence\n```python\nlist[2]\n", []),
        (r"Escaped \[1\] is text, [1](https://example.org) a link", []),
        ("[1]: https://example.org", []),
        ("[a], [], [12345], [1.5]", []),
    ],
)
def test_markers(text: str, numbers: list[tuple[int, ...]]) -> None:
    found, _ = read(text, {1, 2, 3, 4})
    assert [one.numbers for one in found] == numbers


def test_their_places_are_exact() -> None:
    text = "😀 one [1], two 【2】."
    found, _ = read(text, {1, 2})
    assert [text[one.start : one.end] for one in found] == ["[1]", "【2】"]


def test_markers_to_nothing_are_told_apart() -> None:
    text = "One [1] and nine [9]."
    found, dropped = read(text, {1})
    assert [one.numbers for one in found] == [(1,)]
    assert [text[start:end] for start, end in dropped] == ["[9]"]
