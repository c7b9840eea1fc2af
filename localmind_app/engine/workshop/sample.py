"""The built-in text for measuring and calibrating: prose, talk, lists, code and figures, English and German."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def text() -> str:
    """The whole sample, 6 kB."""
    return (Path(__file__).parent / "sample.txt").read_text(encoding="utf-8")
