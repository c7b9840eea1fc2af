"""Reading one field."""

from __future__ import annotations

import pytest

from localmind_app.core.errors import Invalid
from localmind_app.engine.field import boolean, integer, number, text


def test_missing_and_null_are_the_same() -> None:
    for body in ({}, {"x": None}):
        assert number(body, "x", 0.5, 0, 1) == 0.5
        assert integer(body, "x", 0, 1) is None
        assert boolean(body, "x") is False
        with pytest.raises(Invalid, match="x must be a text"):
            text(body, "x")


def test_ranges_include_their_ends() -> None:
    assert number({"x": 1}, "x", 0, 0, 1) == 1.0
    assert integer({"x": 0}, "x", 0, 1) == 0
    with pytest.raises(Invalid, match="x must be between 0 and 1, not 2"):
        integer({"x": 2}, "x", 0, 1)
