"""Reads one field of a request's JSON body and says clearly what is wrong with it.

Every function raises Invalid with the field's name; a missing field and null are the same.
"""

from __future__ import annotations

from typing import Any

from localmind_app.core.errors import Invalid

Body = dict[str, Any]
_MOST_QUOTED = 10**30
_RANGE = "{field} must be between {low} and {high}, not {value}."


def number(body: Body, name: str, default: float, low: float, high: float) -> float:
    """A finite number in [low, high]."""
    value = body.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise Invalid("{field} must be a number.", field=name)
    if not low <= value <= high:
        raise Invalid(_RANGE, field=name, low=low, high=high, value=_short(value))
    return float(value)


def integer(body: Body, name: str, low: int, high: int) -> int | None:
    """A whole number in [low, high], or None where the field is missing."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise Invalid("{field} must be a whole number.", field=name)
    if not low <= value <= high:
        raise Invalid(_RANGE, field=name, low=low, high=high, value=_short(value))
    return value


def _short(value: float) -> float | str:
    """As it is quoted in an error; JSON may hold a number of thousands of digits."""
    return value if abs(value) < _MOST_QUOTED else "…"


def boolean(body: Body, name: str) -> bool:
    """True or false; false where the field is missing."""
    value = body.get(name)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise Invalid("{field} must be true or false.", field=name)
    return value


def text(body: Body, name: str) -> str:
    """A text, which may be empty but not missing."""
    value = body.get(name)
    if not isinstance(value, str):
        raise Invalid("{field} must be a text.", field=name)
    return value
