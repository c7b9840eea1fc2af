"""Addresses in what a person wrote: found as they are meant, without the sentence around them."""

from __future__ import annotations

import pytest

from localmind_app.features.knowledge.answering.links import LONGEST, MOST, found, without


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Read https://sea.example/tides, please.", ["https://sea.example/tides"]),
        ("(see http://sea.example/a_(b))", ["http://sea.example/a_(b)"]),
        ("[Tides](https://sea.example/t) and <https://moon.example/>", ["https://sea.example/t", "https://moon.example/"]),
        ("HTTPS://Sea.Example/?q=1&r=2#top!", ["HTTPS://Sea.Example/?q=1&r=2#top"]),
        ("https://a.example twice: https://a.example.", ["https://a.example"]),
        ("»https://sea.example/flut« und “https://sea.example/ebbe”", ["https://sea.example/flut", "https://sea.example/ebbe"]),
        ("ftp://sea.example www.sea.example https:// http://", []),
        ("`https://code.example/x`", ["https://code.example/x"]),
        ("https://sea.example/" + "x" * LONGEST, []),
    ],
)  # fmt: skip
def test_found(text: str, links: list[str]) -> None:
    assert found(text) == links


def test_not_more_than_a_message_may_have() -> None:
    assert len(found(" ".join(f"https://s{n}.example" for n in range(20)))) == MOST


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("What does https://sea.example/tides say, about tides?", "What does say, about tides?"),
        ("https://sea.example/tides", ""),
        ("No address", "No address"),
    ],
)
def test_without(text: str, rest: str) -> None:
    assert without(text) == rest
