"""A panel that slides in from an edge: details, filters, a phone's menus."""

# Reflex reads event specs from annotations, which mypy cannot follow.
# mypy: disable-error-code="type-arg, valid-type"

# ruff: noqa: A002 -- arguments are named like the HTML attributes they become

from __future__ import annotations

from typing import Any, Literal

import reflex as rx
from reflex.event import passthrough_event_spec

from localmind_app.ui.kit.disclosure import controlled
from localmind_app.ui.kit.field import Text
from localmind_app.ui.kit.radix.dialog import UsesDialog


class _Sheet(UsesDialog):
    library = "$/localmind/sheet"
    tag = "Sheet"
    alias = "LocalMindSheet"

    open: rx.Var[bool]
    side: rx.Var[str]
    full: rx.Var[bool]
    title: rx.Var[str]
    on_open_change: rx.EventHandler[passthrough_event_spec(bool)]


def sheet(
    *children: rx.Component,
    title: Text,
    name: str | None = None,
    open: bool | rx.Var[bool] | None = None,
    on_open_change: Any = None,
    side: Literal["left", "right", "bottom"] = "right",
    full: bool = True,
) -> rx.Component:
    """A sheet opened by `name` (``opens(name)``) or by a state's `open`; `full` fills a phone's screen."""
    control = controlled(name=name, open=open, on_open_change=on_open_change)
    return _Sheet.create(*children, title=title, side=side, full=full, **control)
