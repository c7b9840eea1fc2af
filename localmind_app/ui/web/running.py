"""The loaded models with live charts; the browser asks for them itself. JavaScript: `running.jsx`."""

from __future__ import annotations

from typing import Any

import reflex as rx


class _RunningModels(rx.Component):
    library = "$/localmind/running"
    tag = "RunningModels"
    alias = "LocalMindRunningModels"
    lib_dependencies: list[str] = ["lucide-react@1.26.0"]

    can_act: rx.Var[bool]
    on_unload: rx.EventHandler[rx.event.passthrough_event_spec(str)]


def running_models(*children: rx.Component, can_act: rx.Var[bool], on_unload: Any) -> rx.Component:
    """The list; `children` are shown while nothing is loaded, the acts only to who `can_act`."""
    return _RunningModels.create(*children, can_act=can_act, on_unload=on_unload)
