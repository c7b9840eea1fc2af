"""The themes, choosing one, and the names Tailwind knows.

The values are in `tokens.css`; before the first paint `web/static/theme.js` puts the choice on ``<html data-theme>``.
"""

from __future__ import annotations

from typing import Any, Final

import reflex as rx
from reflex.vars import VarData
from reflex.vars.base import LiteralVar
from reflex.vars.function import ArgsFunctionOperation, FunctionVar

LIBRARY: Final = "$/localmind/theme"
THEMES: Final = ("system", "light", "dark", "contrast")

_COLOURS: Final = (
    "bg",
    "surface",
    "raised",
    "hover",
    "selected",
    "bubble",
    "code-bg",
    "overlay",
    "border",
    "border-strong",
    "text",
    "muted",
    "accent",
    "accent-hover",
    "on-accent",
    "accent-soft",
    "danger",
    "danger-hover",
    "on-danger",
    "danger-soft",
    "warning",
    "warning-soft",
    "success",
    "success-soft",
    "focus",
)


def set_theme(theme: str | rx.Var[str] | None = None) -> FunctionVar[Any]:
    """A browser-side event handler that switches to one of `THEMES` and remembers it.

    Without `theme` it takes the value of the event, as ``menu_choice(on_change=set_theme())`` gives it.
    """
    data = VarData(imports={LIBRARY: [rx.ImportVar(tag="setTheme")]})
    if theme is None:
        return rx.Var("setTheme", _var_data=data).to(FunctionVar)
    call = rx.Var("setTheme", _var_data=data).to(FunctionVar).call(LiteralVar.create(theme))
    return ArgsFunctionOperation.create((), call).to(FunctionVar)


def theme_var() -> rx.Var[str]:
    """The chosen theme: one of `THEMES`."""
    data = VarData(imports={LIBRARY: [rx.ImportVar(tag="useTheme")]}, hooks={"const theme = useTheme()": None})
    return rx.Var("theme", _var_type=str, _var_data=data)


def tailwind_theme() -> dict[str, Any]:
    """Tailwind's names for the tokens: ``bg-surface``, ``text-muted``, ``rounded-md``, ``shadow-lg`` …"""
    return {
        "extend": {
            "colors": {name: f"var(--{name})" for name in _COLOURS},
            "borderRadius": {size: f"var(--radius-{size})" for size in ("sm", "md", "lg")},
            "boxShadow": {size: f"var(--shadow-{size})" for size in ("sm", "md", "lg")},
            "fontFamily": {"sans": "var(--font-sans)", "mono": "var(--font-mono)"},
            "maxWidth": {"measure": "var(--measure)"},
        }
    }
