"""Tabs: one of several panels at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import reflex as rx
from reflex.vars import VarData

from localmind_app.ui.kit.field import Text
from localmind_app.ui.kit.radix import tabs as radix

TAB: Final = (
    "lm-target relative shrink-0 rounded-sm px-3 max-sm:px-2 text-sm font-medium text-muted hover:text-text "
    "data-[state=active]:text-text after:absolute after:inset-x-2 after:-bottom-px after:h-0.5 after:rounded-full "
    "data-[state=active]:after:bg-accent"
)

# JavaScript: `web/tab_keys.js`.
_MOVES: Final[rx.Var[Any]] = rx.Var(
    "moveAmongTabs", _var_data=VarData(imports={"$/localmind/tab_keys": [rx.ImportVar(tag="moveAmongTabs")]})
)


class _TabInView(rx.Component):
    library = "$/localmind/tab_in_view"
    tag = "TabInView"
    alias = "LocalMindTabInView"

    value: rx.Var[str]


def tabs(
    *,
    label: Text,
    items: Sequence[tuple[str, Text, rx.Component]],
    default: str | None = None,
    value: rx.Var[str] | None = None,
    on_change: Any = None,
) -> rx.Component:
    """Tabs named `label`; `items` are (value, label, panel). Without `value` the browser remembers the open one."""
    row = [radix.Trigger.create(text, value=name, class_name=TAB) for name, text, _ in items]
    panels = [radix.Content.create(panel, value=name, class_name="pt-4") for name, _, panel in items]
    control: dict[str, Any] = {"value": value} if value is not None else {"default_value": default or items[0][0]}
    if on_change is not None:
        control["on_value_change"] = on_change
    seen = [_TabInView.create(value=value)] if value is not None else []
    strip = "flex gap-1 overflow-x-auto border-b border-border"
    attrs = {"aria-label": label, "onKeyDownCapture": _MOVES}
    return radix.Root.create(
        radix.TabList.create(*row, custom_attrs=attrs, class_name=strip), *panels, *seen, **control
    )
