"""A slider: the browser's own range input, with its value in words beside it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from localmind_app.ui.kit.field import Text, described


def slider(
    *,
    id: str,
    label: Text,
    minimum: float,
    maximum: float,
    step: float = 1,
    shown: Text | None = None,
    hint: Text | None = None,
    **attributes: Any,
) -> rx.Component:
    """A labelled slider; `shown` is its value in words, which screen readers say too. Arrow keys move it by `step`."""
    extra = {**described(id=id, hint=hint, error=None), **({"aria-valuetext": shown} if shown is not None else {})}
    head = [rx.el.label(label, html_for=id, class_name="text-sm font-medium")]
    if shown is not None:
        head.append(rx.el.output(shown, html_for=id, class_name="text-sm tabular-nums text-muted"))
    bounds = {"min": str(minimum), "max": str(maximum), "step": str(step)}
    control = rx.el.input(type="range", id=id, class_name="lm-range", custom_attrs=extra, **bounds, **attributes)
    parts = [rx.el.div(*head, class_name="flex justify-between gap-4"), control]
    if hint is not None:
        parts.append(rx.el.p(hint, id=f"{id}-hint", class_name="text-sm text-muted"))
    return rx.el.div(*parts, class_name="flex flex-col gap-1.5")
