"""A menu behind a button, with everything the pattern asks for: arrows, typeahead, Escape, focus back (Radix)."""

# ruff: noqa: A002 -- arguments are named like the HTML attributes they become

from __future__ import annotations

from typing import Any, Final, Literal

import reflex as rx

from localmind_app.ui.i18n import t
from localmind_app.ui.kit.field import Text
from localmind_app.ui.kit.icon import icon as draw
from localmind_app.ui.kit.icon_button import LOOK, TONES
from localmind_app.ui.kit.kbd import kbd
from localmind_app.ui.kit.radix import menu as radix
from localmind_app.ui.kit.tooltip import tip

ITEM: Final = (
    "lm-target flex cursor-pointer select-none items-center gap-3 rounded-sm px-3 text-sm outline-none "
    "data-highlighted:bg-hover data-disabled:cursor-not-allowed data-disabled:opacity-50"
)
PANEL: Final = (
    "lm-rise z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-52 max-w-[min(22rem,calc(100vw-1rem))] "
    "overflow-y-auto rounded-md border border-border bg-raised p-1 text-text shadow-lg"
)


def menu(
    *items: rx.Component,
    label: Text,
    icon: str | None = "ellipsis",
    trigger: rx.Component | None = None,
    trigger_class: str = "",
    align: Literal["start", "center", "end"] = "end",
    side: Literal["top", "bottom", "left", "right"] = "bottom",
    open: bool | rx.Var[bool] | None = None,
    on_open_change: Any = None,
) -> rx.Component:
    """A button named `label` that opens `items`. `trigger` is what the button shows instead of `icon`."""
    look = trigger_class or f"{LOOK} {TONES['quiet']} data-[state=open]:bg-hover"
    if trigger is None:
        face, hints = [draw(name=icon or "ellipsis")], {"aria-label": label, **tip(label)}
    else:  # what is seen has to be part of the name (WCAG 2.2, 2.5.3)
        face, hints = [trigger, rx.el.span(label, class_name="sr-only")], {}
    control = {key: value for key, value in (("open", open), ("on_open_change", on_open_change)) if value is not None}
    return radix.Root.create(
        radix.Trigger.create(*face, class_name=look, custom_attrs=hints),
        radix.Portal.create(
            radix.Content.create(
                *items, align=align, side=side, side_offset=6, collision_padding=8, loop=True, class_name=PANEL
            )
        ),
        modal=False,
        **control,
    )


def menu_item(
    *,
    label: Text,
    on_select: Any = None,
    icon: str | None = None,
    shortcut: str | None = None,
    danger: bool = False,
    disabled: bool | rx.Var[bool] = False,
) -> rx.Component:
    """One act. `shortcut` is the id of the shortcut that does the same."""
    parts = [draw(name=icon, size=16, class_name="" if danger else "text-muted")] if icon else []
    parts.append(rx.el.span(label, class_name="flex-1 truncate"))
    if shortcut:
        parts.append(kbd(shortcut=shortcut))
    tone = " text-danger data-highlighted:bg-danger-soft" if danger else ""
    handler = {} if on_select is None else {"on_select": on_select}
    return radix.Item.create(*parts, disabled=disabled, class_name=ITEM + tone, **handler)


def menu_choice(
    *, label: Text, value: str | rx.Var[str], options: list[tuple[str, Text]] | rx.Var[Any], on_change: Any
) -> rx.Component:
    """One of several (theme, model …): `options` are (value, label) pairs, `value` is the chosen one."""

    def choice(option: Any) -> rx.Component:
        mark = radix.Indicator.create(draw(name="check", size=16))
        box = rx.el.span(mark, class_name="grid size-4 place-items-center text-accent")
        return radix.RadioItem.create(
            box, rx.el.span(option[1], class_name="truncate"), value=option[0], class_name=ITEM
        )

    rows = [rx.foreach(options, choice)] if isinstance(options, rx.Var) else [choice(option) for option in options]
    return radix.RadioGroup.create(menu_label(label=label), *rows, value=value, on_value_change=on_change)


def menu_label(*, label: Text) -> rx.Component:
    """A heading inside of a menu."""
    return radix.Label.create(label, class_name="px-3 pb-1 pt-2 text-xs font-medium text-muted")


def menu_separator() -> rx.Component:
    """A line between groups of acts."""
    return radix.Separator.create(class_name="my-1 h-px bg-border")


def more_menu(*items: rx.Component) -> rx.Component:
    """The usual “…” menu of a row."""
    return menu(*items, label=t("More actions"))
