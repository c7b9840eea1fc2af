"""Grey shapes where content will be, so that nothing jumps when it comes."""

from __future__ import annotations

import reflex as rx


def skeleton(*, label: str | rx.Var[str], lines: int = 3, class_name: str = "") -> rx.Component:
    """`lines` pulsing bars of text height; `label` says what is being loaded."""
    widths = ("w-full", "w-11/12", "w-4/5", "w-full", "w-2/3")
    bars = [
        rx.el.div(class_name=f"lm-pulse h-4 rounded-sm bg-hover {widths[n % len(widths)]}", aria_hidden="true")
        for n in range(lines)
    ]
    spoken = rx.el.span(label, class_name="sr-only")
    return rx.el.div(spoken, *bars, role="status", class_name=f"flex flex-col gap-2.5 {class_name}".strip())
