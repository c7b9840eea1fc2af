"""What a list shows while it is empty: what belongs here, and the one thing to do first."""

from __future__ import annotations

import reflex as rx

from localmind_app.ui.kit.field import Text
from localmind_app.ui.kit.icon import icon as draw


def empty_state(
    *,
    icon: str,
    title: Text,
    text: Text,
    action: rx.Component | None = None,
    example: rx.Component | None = None,
    level: int = 2,
) -> rx.Component:
    """A teaching empty state; `level` is the heading's level on its page."""
    heading = {2: rx.el.h2, 3: rx.el.h3, 4: rx.el.h4}[level]
    parts = [
        rx.el.div(
            draw(name=icon, size=24), class_name="grid size-12 place-items-center rounded-lg bg-accent-soft text-accent"
        ),
        heading(title, class_name="mt-2 text-lg font-semibold"),
        rx.el.p(text, class_name="max-w-md text-muted text-pretty"),
    ]
    if action is not None:
        parts.append(rx.el.div(action, class_name="mt-3"))
    if example is not None:
        parts.append(rx.el.div(example, class_name="mt-2 text-sm text-muted"))
    return rx.el.div(*parts, class_name="flex flex-col items-center gap-1.5 px-6 py-12 text-center")
