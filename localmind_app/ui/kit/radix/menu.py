"""@radix-ui/react-dropdown-menu."""

# Reflex reads event specs from annotations, which mypy cannot follow.
# mypy: disable-error-code="type-arg, valid-type"

from __future__ import annotations

from typing import Final

import reflex as rx
from reflex.event import no_args_event_spec, passthrough_event_spec

VERSION: Final = "@radix-ui/react-dropdown-menu@2.2.1"


class _Part(rx.Component):
    library = VERSION


class Root(_Part):
    """The menu; `modal=False` keeps the page behind it scrollable and readable."""

    tag = "Root"
    alias = "MenuRoot"
    open: rx.Var[bool]
    modal: rx.Var[bool]
    on_open_change: rx.EventHandler[passthrough_event_spec(bool)]


class Trigger(_Part):
    """The button."""

    tag = "Trigger"
    alias = "MenuTrigger"
    disabled: rx.Var[bool]


class Portal(_Part):
    """Puts the panel at the end of the page."""

    tag = "Portal"
    alias = "MenuPortal"


class Content(_Part):
    """The panel."""

    tag = "Content"
    alias = "MenuContent"
    align: rx.Var[str]
    side: rx.Var[str]
    side_offset: rx.Var[int]
    collision_padding: rx.Var[int]
    loop: rx.Var[bool]


class Item(_Part):
    """One act."""

    tag = "Item"
    alias = "MenuItem"
    disabled: rx.Var[bool]
    on_select: rx.EventHandler[no_args_event_spec]


class RadioGroup(_Part):
    """One of several."""

    tag = "RadioGroup"
    alias = "MenuRadioGroup"
    value: rx.Var[str]
    on_value_change: rx.EventHandler[passthrough_event_spec(str)]


class RadioItem(_Part):
    """One of the several."""

    tag = "RadioItem"
    alias = "MenuRadioItem"
    value: rx.Var[str]
    disabled: rx.Var[bool]


class Indicator(_Part):
    """Shown inside the chosen item only."""

    tag = "ItemIndicator"
    alias = "MenuItemIndicator"


class Label(_Part):
    """A heading."""

    tag = "Label"
    alias = "MenuLabel"


class Separator(_Part):
    """A line."""

    tag = "Separator"
    alias = "MenuSeparator"
