"""A text field of several lines that grows with its text."""

from __future__ import annotations

from typing import Any

import reflex as rx

from localmind_app.ui.kit.field import CONTROL, Text, described, field


def textarea(
    *, id: str, label: Text, hint: Text | None = None, error: Text | None = None, rows: int = 3, **attributes: Any
) -> rx.Component:
    """A labelled textarea; it grows up to half of the window where the browser can (CSS field-sizing)."""
    extra = {**described(id=id, hint=hint, error=error), **attributes.pop("custom_attrs", {})}
    look = f"{CONTROL} block py-2 leading-normal field-sizing-content max-h-[50dvh] resize-y"
    extra["style"] = rx.Var.create({"minHeight": f"calc({rows}lh + 1.125rem)"})  # a growing field forgets its rows
    control = rx.el.textarea(id=id, rows=str(rows), class_name=look, custom_attrs=extra, **attributes)
    return field(id=id, label=label, control=control, hint=hint, error=error)
