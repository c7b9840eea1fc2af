"""Dialogs: a small task on top of the page. Focus stays inside, Escape and the veil close it, focus goes back."""

# ruff: noqa: A002 -- arguments are named like the HTML attributes they become

from __future__ import annotations

from typing import Any, Final

import reflex as rx

from localmind_app.ui.i18n import t
from localmind_app.ui.kit.button import Size, Variant, button_classes
from localmind_app.ui.kit.disclosure import controlled, focus_return
from localmind_app.ui.kit.field import Text
from localmind_app.ui.kit.icon import icon as draw
from localmind_app.ui.kit.icon_button import LOOK, TONES
from localmind_app.ui.kit.radix import dialog as radix

VEIL: Final = "lm-fade fixed inset-0 z-40 bg-overlay"
BOX: Final = (
    "lm-rise fixed inset-0 z-40 m-auto flex h-fit max-h-[min(40rem,calc(100dvh-2rem))] w-[calc(100vw-2rem)] flex-col "
    "overflow-hidden rounded-lg border border-border bg-raised text-text shadow-lg"
)
WIDTHS: Final = {"sm": "max-w-md", "md": "max-w-xl", "lg": "max-w-3xl"}


def dialog(
    *children: rx.Component,
    title: Text,
    description: Text | None = None,
    trigger: rx.Component | None = None,
    name: str | None = None,
    open: bool | rx.Var[bool] | None = None,
    on_open_change: Any = None,
    footer: rx.Component | None = None,
    width: str = "sm",
) -> rx.Component:
    """A dialog. It opens by `trigger` (see `dialog_trigger`), by `name` (``opens(name)``), or by a state's `open`."""
    parts = [radix.Title.create(title, class_name="py-3.5 pl-5 pr-14 text-lg font-semibold")]
    if description is not None:
        parts.append(radix.Description.create(description, class_name="px-5 pb-3 text-muted"))
    parts.append(rx.el.div(*children, class_name="min-h-0 overflow-y-auto px-5 pb-5 pt-1"))
    if footer is not None:
        parts.append(rx.el.div(footer, class_name="flex flex-wrap justify-end gap-2 border-t border-border px-5 py-3"))
    # Last in order, so that the focus starts in the content; first to the eye.
    look = f"{LOOK} {TONES['quiet']} absolute right-2 top-2"
    parts.append(radix.Close.create(draw(name="x"), class_name=look, custom_attrs={"aria-label": t("Close")}))
    # Without a description Radix warns unless it is told that there is none.
    spoken: dict[str, Any] = {} if description is not None else {"aria-describedby": rx.Var("undefined")}
    extra = {**spoken, **focus_return()}
    content = radix.Content.create(*parts, class_name=f"{BOX} {WIDTHS[width]}", custom_attrs=extra)
    layers = radix.Portal.create(radix.Overlay.create(class_name=VEIL), content)
    control = controlled(name=name, open=open, on_open_change=on_open_change)
    return radix.Root.create(*([trigger] if trigger is not None else []), layers, **control)


def dialog_trigger(
    *, label: Text, icon: str | None = None, variant: Variant = "secondary", size: Size = "md"
) -> rx.Component:
    """The button that opens the dialog it is given to."""
    parts = [draw(name=icon)] if icon else []
    return radix.Trigger.create(*parts, rx.el.span(label), class_name=button_classes(variant, size))


def dialog_close(*, label: Text, variant: Variant = "secondary", on_click: Any = None) -> rx.Component:
    """A button inside of a dialog that closes it, and does `on_click` first."""
    handler = {} if on_click is None else {"on_click": on_click}
    return radix.Close.create(label, class_name=button_classes(variant), **handler)
