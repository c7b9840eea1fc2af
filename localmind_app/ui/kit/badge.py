"""A small label for a property or a state. Never the only carrier of a meaning by colour: it always has words."""

from __future__ import annotations

from typing import Final, Literal

import reflex as rx

from localmind_app.ui.kit.field import Text
from localmind_app.ui.kit.icon import icon as draw

Tone = Literal["neutral", "accent", "success", "warning", "danger"]

_TONES: Final[dict[Tone, str]] = {
    "neutral": "border-border bg-surface text-muted",
    "accent": "border-transparent bg-accent-soft text-accent",
    "success": "border-transparent bg-success-soft text-success",
    "warning": "border-transparent bg-warning-soft text-warning",
    "danger": "border-transparent bg-danger-soft text-danger",
}


def badge(*, label: Text, tone: Tone = "neutral", icon: str | None = None) -> rx.Component:
    """A badge such as “Runs fully on GPU”."""
    parts = [draw(name=icon, size=13)] if icon else []
    look = "inline-flex items-center gap-1 rounded-full border px-2 py-0.5 text-xs font-medium whitespace-nowrap"
    return rx.el.span(*parts, label, class_name=f"{look} {_TONES[tone]}")
