"""Numbers, sizes and days as the reader's language writes them, made in the browser: 4.7 GB is 4,7 GB in German."""

from __future__ import annotations

from typing import Any, Final

import reflex as rx
from reflex.vars import VarData
from reflex.vars.function import FunctionVar

LIBRARY: Final = "$/localmind/figures"


def _figure(name: str, *arguments: Any) -> rx.Var[str]:
    data = VarData(imports={LIBRARY: [rx.ImportVar(tag="useFigures")]}, hooks={"const figures = useFigures()": None})
    return rx.Var(f"figures.{name}", _var_data=data).to(FunctionVar).call(*arguments).to(str)


def number(value: float | rx.Var[Any], digits: int | rx.Var[Any] = 0) -> rx.Var[str]:
    """A number with at most `digits` decimals, and none from 1,000 on."""
    return _figure("number", value, digits)


def size(bytes_: int | rx.Var[Any]) -> rx.Var[str]:
    """Bytes as kB, MB, GB or TB (powers of ten)."""
    return _figure("size", bytes_)


def day(ms: int | rx.Var[Any]) -> rx.Var[str]:
    """The day of a time in milliseconds since 1970, such as 3 May 2026."""
    return _figure("day", ms)
