"""Buttons, and links that look like buttons."""

# ruff: noqa: A002 -- arguments are named like the HTML attributes they become

from __future__ import annotations

from typing import Any, Final, Literal

import reflex as rx
from reflex_components_core.react_router import link as router_link  # type: ignore[import-untyped]

from localmind_app.ui.kit.icon import icon as draw
from localmind_app.ui.kit.tooltip import tip

Variant = Literal["primary", "secondary", "ghost", "danger"]
Size = Literal["sm", "md"]

BASE: Final = (
    "lm-target inline-flex items-center justify-center gap-2 rounded-md border font-medium select-none "
    "whitespace-nowrap disabled:opacity-50 aria-disabled:opacity-50 aria-busy:opacity-80 "
    "aria-pressed:border-accent aria-pressed:bg-selected"
)
VARIANTS: Final[dict[Variant, str]] = {
    "primary": "border-transparent bg-accent text-on-accent enabled:hover:bg-accent-hover",
    "secondary": "border-border bg-raised text-text shadow-sm enabled:hover:bg-hover",
    "ghost": "border-transparent text-text enabled:hover:bg-hover",
    "danger": "border-transparent bg-danger text-on-danger enabled:hover:bg-danger-hover",
}
SIZES: Final[dict[Size, str]] = {"sm": "px-3 text-sm", "md": "px-4 text-[0.9375rem]"}


def button_classes(variant: Variant = "secondary", size: Size = "md") -> str:
    """The classes of a button, for triggers that draw their own element."""
    return f"{BASE} {VARIANTS[variant]} {SIZES[size]}"


def button(
    *,
    label: str | rx.Var[str] | rx.Component,
    on_click: Any = None,
    variant: Variant = "secondary",
    size: Size = "md",
    icon: str | None = None,
    loading: bool | rx.Var[bool] = False,
    disabled: bool | rx.Var[bool] = False,
    type: Literal["button", "submit", "reset"] = "button",
    shortcut: str | None = None,
    class_name: str = "",
    **attributes: Any,
) -> rx.Component:
    """A button. While `loading` it shows a spinner, keeps its width and takes no clicks."""
    # Only a button that can load carries the spinner: most never do.
    turning = draw(name="loader_circle", class_name="lm-spin")
    picture = draw(name=icon) if icon else None
    leading = [rx.cond(loading, turning, picture or rx.fragment())] if loading is not False else [picture]
    if on_click is not None:
        attributes["on_click"] = on_click
    if loading is not False:
        attributes["aria_busy"] = loading
        disabled = disabled | loading if isinstance(disabled, rx.Var) else rx.cond(disabled, True, loading)
    if shortcut:
        attributes["custom_attrs"] = {**attributes.pop("custom_attrs", {}), **tip(label, shortcut)}
    return rx.el.button(
        *[part for part in leading if part is not None],
        rx.el.span(label, class_name="truncate"),
        type=type,
        disabled=disabled,
        class_name=f"{button_classes(variant, size)} {class_name}".strip(),
        **attributes,
    )


def link_button(
    *,
    label: str | rx.Var[str],
    href: str | rx.Var[str],
    variant: Variant = "secondary",
    size: Size = "md",
    icon: str | None = None,
    class_name: str = "",
    **attributes: Any,
) -> rx.Component:
    """A link to another page of LocalMind that looks like a button. For acts use `button`."""
    look = button_classes(variant, size).replace("enabled:", "")
    parts = [draw(name=icon)] if icon else []
    return router_link(*parts, rx.el.span(label), to=href, class_name=f"{look} {class_name}".strip(), **attributes)
