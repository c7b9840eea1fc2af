"""The sampling parameters a chat can set, with their ranges."""

from __future__ import annotations

from typing import Any

from localmind_app.core.errors import Invalid

# name: (type, lowest, highest). Meanings are the OpenAI API's and llama.cpp's.
RANGES: dict[str, tuple[type[int] | type[float], float, float]] = {
    "temperature": (float, 0.0, 2.0),
    "top_p": (float, 0.01, 1.0),
    "top_k": (int, 1, 1000),
    "min_p": (float, 0.0, 1.0),
    "repeat_penalty": (float, 0.5, 2.0),
    "max_tokens": (int, 1, 131072),
    "seed": (int, 0, 2**31 - 1),
}


def checked(values: dict[str, Any]) -> dict[str, int | float]:
    """The given parameters with their types right; empty ones are left out, so the engine's defaults hold.

    Raises Invalid naming the parameter and its range.
    """
    result: dict[str, int | float] = {}
    for name, value in values.items():
        if name not in RANGES:
            raise Invalid("There is no sampling parameter {name}.", name=name)
        if value is None or value == "":
            continue
        kind, lowest, highest = RANGES[name]
        try:
            number = kind(value)
        except (TypeError, ValueError, OverflowError):
            raise Invalid("{name} must be a number.", name=name) from None
        if not lowest <= number <= highest:
            raise Invalid("{name} must be between {lowest} and {highest}.", name=name, lowest=lowest, highest=highest)
        result[name] = number
    return result
