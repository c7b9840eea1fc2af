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


@pytest.mark.parametrize("value", [10**400, -(10**4000), float("inf"), float("-inf")])
def test_a_number_that_no_float_holds_is_out_of_range_and_not_repeated(value: float) -> None:
    with pytest.raises(Invalid, match=r"^x must be between 0 and 1, not …\.$"):
        number({"x": value}, "x", 0.5, 0, 1)
    if isinstance(value, int):
        with pytest.raises(Invalid, match="not …"):
            integer({"x": value}, "x", 0, 1)


@pytest.mark.parametrize("value", [True, "1", [1], {}, float("nan")])
def test_what_is_no_number(value: object) -> None:
    with pytest.raises(Invalid, match="x must be a number"):
        number({"x": value}, "x", 0.5, 0, 1)
    with pytest.raises(Invalid, match="x must be a whole number"):
        integer({"x": value}, "x", 0, 1)


@pytest.mark.parametrize("value", [0, 1, "true", []])
def test_only_true_and_false_are_booleans(value: object) -> None:
    with pytest.raises(Invalid, match="x must be true or false"):
        boolean({"x": value}, "x")
