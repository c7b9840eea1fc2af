"""Places between Python and JavaScript."""

from __future__ import annotations

from localmind_app.features.knowledge.answering.offsets import Offsets


def test_an_emoji_counts_twice() -> None:
    text = "a😀b😀c"
    offsets = Offsets(text)
    units = [offsets.units(at) for at in range(len(text) + 1)]
    assert units == [0, 1, 3, 4, 6, 7]
    assert [offsets.character(unit) for unit in units] == list(range(len(text) + 1))
    encoded = text.encode("utf-16-le")
    assert encoded[2 * offsets.units(2) : 2 * offsets.units(3)].decode("utf-16-le") == "b"


def test_what_is_outside_is_the_nearest_end() -> None:
    offsets = Offsets("abc")
    assert (offsets.units(-5), offsets.units(99)) == (0, 3)
    assert (offsets.character(0), offsets.character(99)) == (0, 3)
