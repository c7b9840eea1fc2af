"""@radix-ui/react-tabs."""

# Reflex reads event specs from annotations, which mypy cannot follow.
# mypy: disable-error-code="type-arg, valid-type"

from __future__ import annotations

from typing import Final

import reflex as rx
from reflex.event import passthrough_event_spec

VERSION: Final = "@radix-ui/react-tabs@1.2.1"


class _Part(rx.Component):
    library = VERSION


class Root(_Part):
    """Tabs with their panels."""

    tag = "Root"
    alias = "TabsRoot"
    value: rx.Var[str]
    default_value: rx.Var[str]
    activation_mode: rx.Var[str]
    on_value_change: rx.EventHandler[passthrough_event_spec(str)]


class TabList(_Part):
    """The row of tabs; one stop for the Tab key, arrows inside."""

    tag = "List"
    alias = "TabsList"


class Trigger(_Part):
    """One tab."""

    tag = "Trigger"
    alias = "TabsTrigger"
    value: rx.Var[str]
    disabled: rx.Var[bool]


class Content(_Part):
    """The panel of one tab."""

    tag = "Content"
    alias = "TabsContent"
    value: rx.Var[str]
