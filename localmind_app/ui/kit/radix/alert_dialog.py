"""@radix-ui/react-alert-dialog: a dialog that only its own buttons close."""

# Reflex reads event specs from annotations, which mypy cannot follow.
# mypy: disable-error-code="type-arg, valid-type"

from __future__ import annotations

from typing import Final

import reflex as rx
from reflex.event import passthrough_event_spec

VERSION: Final = "@radix-ui/react-alert-dialog@1.2.1"


class _Part(rx.Component):
    library = VERSION


class Root(_Part):
    """The dialog with its trigger."""

    tag = "Root"
    alias = "AlertRoot"
    open: rx.Var[bool]
    on_open_change: rx.EventHandler[passthrough_event_spec(bool)]


class Trigger(_Part):
    """The button that opens it, and gets the focus back."""

    tag = "Trigger"
    alias = "AlertTrigger"


class Portal(_Part):
    """Puts the dialog at the end of the page."""

    tag = "Portal"
    alias = "AlertPortal"


class Overlay(_Part):
    """Darkens the page behind."""

    tag = "Overlay"
    alias = "AlertOverlay"


class Content(_Part):
    """The dialog itself; keeps the focus inside."""

    tag = "Content"
    alias = "AlertContent"


class Title(_Part):
    """Its name."""

    tag = "Title"
    alias = "AlertTitle"


class Description(_Part):
    """What it is about."""

    tag = "Description"
    alias = "AlertDescription"


class Action(_Part):
    """The button that does it."""

    tag = "Action"
    alias = "AlertAction"


class Cancel(_Part):
    """The button that leaves everything as it is; has the focus first."""

    tag = "Cancel"
    alias = "AlertCancel"
