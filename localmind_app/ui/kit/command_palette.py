"""The command palette (mod+K): chats, actions, models and settings in one searchable list."""

# Reflex reads event specs from annotations, which mypy cannot follow.
# mypy: disable-error-code="type-arg, valid-type"

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx
from reflex.event import passthrough_event_spec

from localmind_app.ui.kit.radix.dialog import UsesDialog


class PaletteItem(TypedDict, total=False):
    """One entry. `label` is translated, `text` is shown as it is (a chat's title); `href` makes it a way to a page.

    `group` and `keywords` are words too; `shortcut` is a shortcut's id.
    """

    id: str
    group: str
    label: str
    text: str
    keywords: str
    href: str
    shortcut: str


class _Palette(UsesDialog):
    library = "$/localmind/palette"
    tag = "Palette"
    alias = "LocalMindPalette"

    items: rx.Var[list[Any]]
    on_select: rx.EventHandler[passthrough_event_spec(str)]
    on_search: rx.EventHandler[passthrough_event_spec(str)]


def command_palette(
    *, items: list[PaletteItem] | rx.Var[Any], on_select: Any = None, on_search: Any = None
) -> rx.Component:
    """The palette; it opens by its shortcut or ``opens("palette")``, and offers every shortcut that is handled now.

    `on_select(id)` is called for items without `href`; `on_search(text)` while typing, to fetch more items.
    """
    given = {key: value for key, value in (("on_select", on_select), ("on_search", on_search)) if value is not None}
    return _Palette.create(items=items, **given)
