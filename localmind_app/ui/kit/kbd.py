"""The keys of a shortcut, drawn for the keyboard in front of the person (⌘ on a Mac, Ctrl elsewhere)."""

from __future__ import annotations

import reflex as rx

from localmind_app.ui.shortcuts import SHORTCUTS


class _Keys(rx.Component):
    library = "$/localmind/kbd"
    tag = "Keys"
    alias = "LocalMindKeys"


def kbd(*, shortcut: str) -> rx.Component:
    """The keys of the shortcut with that id; nothing where the person has switched it off."""
    if shortcut not in {one.id for one in SHORTCUTS}:
        raise ValueError(f"no shortcut {shortcut!r} in SHORTCUTS")
    return _Keys.create(custom_attrs={"id": shortcut})
