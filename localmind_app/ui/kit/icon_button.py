"""A button that is only a picture: it always has a name, and shows it as a tooltip."""

from __future__ import annotations

from typing import Any, Final, Literal

import reflex as rx

from localmind_app.ui.kit.icon import icon as draw
from localmind_app.ui.kit.tooltip import tip

LOOK: Final = "lm-target inline-grid shrink-0 place-items-center rounded-sm disabled:opacity-50"
TONES: Final = {
    "quiet": "text-muted enabled:hover:bg-hover enabled:hover:text-text "
    "aria-pressed:bg-selected aria-pressed:text-text",
    "primary": "bg-accent text-on-accent enabled:hover:bg-accent-hover",
    "danger": "text-danger enabled:hover:bg-danger-soft",
}


def icon_button(
    *,
    icon: str,
    label: str | rx.Var[str],
    on_click: Any = None,
    tone: Literal["quiet", "primary", "danger"] = "quiet",
    size: int = 18,
    pressed: bool | rx.Var[bool] | None = None,
    disabled: bool | rx.Var[bool] = False,
    shortcut: str | None = None,
    class_name: str = "",
    **attributes: Any,
) -> rx.Component:
    """A picture button named `label`; `pressed` makes it a toggle, `shortcut` shows those keys in its tooltip."""
    if on_click is not None:
        attributes["on_click"] = on_click
    if pressed is not None:
        attributes["aria_pressed"] = pressed
    return rx.el.button(
        draw(name=icon, size=size),
        type="button",
        aria_label=label,
        disabled=disabled,
        class_name=f"{LOOK} {TONES[tone]} {class_name}".strip(),
        custom_attrs={**tip(label, shortcut), **attributes.pop("custom_attrs", {})},
        **attributes,
    )
