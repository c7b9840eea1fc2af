"""Fires an event again and again while its window is seen. JavaScript: `every.jsx`."""

from __future__ import annotations

from typing import Any

import reflex as rx


class _Every(rx.Component):
    library = "$/localmind/every"
    tag = "Every"
    alias = "LocalMindEvery"

    seconds: rx.Var[float]
    active: rx.Var[bool]
    on_tick: rx.EventHandler[rx.event.no_args_event_spec]


def every(seconds: float, *, active: rx.Var[bool], on_tick: Any) -> rx.Component:
    """An invisible part that fires `on_tick` every so many `seconds` while `active`."""
    return _Every.create(seconds=seconds, active=active, on_tick=on_tick)
