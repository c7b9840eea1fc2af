"""A bar for work that has a measure."""

from __future__ import annotations

import reflex as rx

from localmind_app.ui.kit.field import Text


def progress(*, label: Text, value: float | rx.Var[float] | None, text: Text | None = None) -> rx.Component:
    """A progress bar from 0 to 100; ``None`` means the end is not known. `text` says it in words."""
    bar = "h-full rounded-full bg-accent forced-color-adjust-none"
    known = {} if value is None else {"aria-valuenow": value}
    if value is None:
        inner = rx.el.div(class_name=f"{bar} lm-passing")
    else:
        inner = rx.el.div(
            class_name=f"{bar} transition-[width]", custom_attrs={"style": rx.Var.create({"width": f"{value}%"})}
        )
    head = [rx.el.span(label, class_name="truncate")]
    if text is not None:
        head.append(rx.el.span(text, class_name="shrink-0 tabular-nums text-muted"))
    spoken = {"aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100, **known}
    if text is not None:
        spoken["aria-valuetext"] = text
    return rx.el.div(
        rx.el.div(*head, class_name="flex justify-between gap-4 text-sm", aria_hidden="true"),
        rx.el.div(
            inner, role="progressbar", custom_attrs=spoken, class_name="h-2 overflow-hidden rounded-full bg-hover"
        ),
        class_name="flex flex-col gap-1.5",
    )
