"""A switch: on or off, in force at once."""

from __future__ import annotations

from typing import Any

import reflex as rx

from localmind_app.ui.kit.field import Text


def switch(*, id: str, label: Text, hint: Text | None = None, **attributes: Any) -> rx.Component:
    """A labelled switch: a native checkbox with that role. `attributes`: checked, default_checked, on_change, name …"""
    extra = {"role": "switch", **({"aria-describedby": f"{id}-hint"} if hint is not None else {})}
    words = [rx.el.span(label, class_name="font-medium")]
    if hint is not None:
        words.append(rx.el.span(hint, id=f"{id}-hint", class_name="text-sm text-muted"))
    return rx.el.label(
        rx.el.span(*words, class_name="flex min-w-0 flex-1 flex-col"),
        rx.el.input(type="checkbox", id=id, class_name="lm-switch", custom_attrs=extra, **attributes),
        html_for=id,
        class_name="lm-target flex cursor-pointer items-center gap-4 py-1.5",
    )
