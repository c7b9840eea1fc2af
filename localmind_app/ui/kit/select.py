"""A choice from a short list: the browser's own select, which phones and screen readers know best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from localmind_app.ui.kit.field import CONTROL, Text, described, field
from localmind_app.ui.kit.icon import icon


def select(
    *,
    id: str,
    label: Text,
    options: Sequence[tuple[str, Text]] | rx.Var[Any],
    hint: Text | None = None,
    error: Text | None = None,
    **attributes: Any,
) -> rx.Component:
    """A labelled select. `options` are (value, label) pairs, or a var holding such pairs."""
    if isinstance(options, rx.Var):
        choices = [rx.foreach(options, lambda pair: rx.el.option(pair[1], value=pair[0]))]
    else:
        choices = [rx.el.option(text, value=value) for value, text in options]
    extra = {**described(id=id, hint=hint, error=error), **attributes.pop("custom_attrs", {})}
    control = rx.el.div(
        rx.el.select(*choices, id=id, class_name=f"{CONTROL} appearance-none pr-9", custom_attrs=extra, **attributes),
        icon(name="chevron_down", size=16, class_name="pointer-events-none absolute right-3 top-1/2 -translate-y-1/2"),
        class_name="relative",
    )
    return field(id=id, label=label, control=control, hint=hint, error=error)
