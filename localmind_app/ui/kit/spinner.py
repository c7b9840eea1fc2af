"""A turning circle for a wait that has no measure."""

from __future__ import annotations

import reflex as rx

from localmind_app.ui.kit.icon import icon


def spinner(*, label: str | rx.Var[str] | None = None, size: int = 18) -> rx.Component:
    """A spinner; with `label` it is announced and the words stand beside it."""
    drawing = icon(name="loader_circle", size=size, class_name="lm-spin text-muted")
    if label is None:
        return drawing
    return rx.el.div(drawing, rx.el.span(label), role="status", class_name="flex items-center gap-2 text-sm text-muted")
