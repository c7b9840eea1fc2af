"""A question before something that cannot be undone. Where it can be undone, act and offer Undo (`toast`) instead."""

# ruff: noqa: A002 -- arguments are named like the HTML attributes they become

from __future__ import annotations

from typing import Any

import reflex as rx

from localmind_app.ui.i18n import t
from localmind_app.ui.kit.button import button_classes
from localmind_app.ui.kit.dialog import BOX, VEIL
from localmind_app.ui.kit.disclosure import controlled, focus_return
from localmind_app.ui.kit.field import Text
from localmind_app.ui.kit.radix import alert_dialog as radix


def alert_dialog(
    *,
    title: Text,
    text: Text,
    confirm: Text,
    on_confirm: Any,
    trigger_label: Text | None = None,
    name: str | None = None,
    open: bool | rx.Var[bool] | None = None,
    on_open_change: Any = None,
    danger: bool = True,
) -> rx.Component:
    """Asks before acting: `confirm` names the act (“Delete 12 chats”), Cancel has the focus.

    It opens by its own button (`trigger_label`), by `name` (``opens(name)``), or by a state's `open`.
    """
    control = controlled(name=name, open=open, on_open_change=on_open_change)
    trigger = (
        [radix.Trigger.create(trigger_label, class_name=button_classes("secondary"))]
        if trigger_label is not None
        else []
    )
    content = radix.Content.create(
        radix.Title.create(title, class_name="px-5 pt-5 text-lg font-semibold"),
        radix.Description.create(text, class_name="px-5 pb-5 pt-1.5 text-muted"),
        rx.el.div(
            radix.Cancel.create(t("Cancel"), class_name=button_classes("secondary")),
            radix.Action.create(
                confirm, on_click=on_confirm, class_name=button_classes("danger" if danger else "primary")
            ),
            class_name="flex flex-wrap justify-end gap-2 border-t border-border px-5 py-3",
        ),
        class_name=f"{BOX} max-w-md",
        custom_attrs=focus_return(),
    )
    return radix.Root.create(*trigger, radix.Portal.create(radix.Overlay.create(class_name=VEIL), content), **control)
