"""@radix-ui/react-dialog."""

# Reflex reads event specs from annotations, which mypy cannot follow.
# mypy: disable-error-code="type-arg, valid-type"

from __future__ import annotations

from typing import Final

import reflex as rx
from reflex.event import passthrough_event_spec

VERSION: Final = "@radix-ui/react-dialog@1.3.1"


class _Part(rx.Component):
    library = VERSION


class UsesDialog(rx.Component):
    """A part of ours whose JavaScript imports the dialog: the package is installed for it."""

    lib_dependencies: list[str] = [VERSION]  # noqa: RUF012 -- Reflex reads the field from the class


class Root(_Part):
    """The dialog with its trigger."""

    tag = "Root"
    alias = "DialogRoot"
    open: rx.Var[bool]
    on_open_change: rx.EventHandler[passthrough_event_spec(bool)]


class Trigger(_Part):
    """The button that opens it, and gets the focus back."""

    tag = "Trigger"
    alias = "DialogTrigger"


class Portal(_Part):
    """Puts the dialog at the end of the page."""

    tag = "Portal"
    alias = "DialogPortal"


class Overlay(_Part):
    """Darkens the page behind."""

    tag = "Overlay"
    alias = "DialogOverlay"


class Content(_Part):
    """The dialog itself; keeps the focus inside."""

    tag = "Content"
    alias = "DialogContent"


class Title(_Part):
    """Its name."""

    tag = "Title"
    alias = "DialogTitle"


class Description(_Part):
    """What it is about."""

    tag = "Description"
    alias = "DialogDescription"


class Close(_Part):
    """A button that closes it."""

    tag = "Close"
    alias = "DialogClose"
