"""Tooltips: any part can carry one; a single layer of the page (`overlays`) draws it."""

from __future__ import annotations

from typing import Any

import reflex as rx


def tip(text: str | rx.Var[str], shortcut: str | None = None) -> dict[str, Any]:
    """Attributes that give a part a tooltip, for ``custom_attrs``; `shortcut` adds the keys of that shortcut.

    The text is only for people who see the page: the part needs an accessible name of its own.
    """
    return {"data-tip": text, **({"data-tip-keys": shortcut} if shortcut else {})}


class TooltipLayer(rx.Component):
    """Draws the tooltips of the whole page; mounted once, by `overlays`."""

    library = "$/localmind/tooltip"
    tag = "Tooltips"
