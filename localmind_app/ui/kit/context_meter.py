"""How much of the model's context a chat fills."""

from __future__ import annotations

from typing import Any

import reflex as rx

from localmind_app.ui.i18n import t
from localmind_app.ui.kit.tooltip import tip

BAR = "h-1.5 w-16 overflow-hidden rounded-full bg-hover"


def context_meter(*, used: int | rx.Var[int], window: int | rx.Var[int], on_click: Any = None) -> rx.Component:
    """A thin bar with the numbers as its tooltip: `used` of `window` tokens. Turns amber at 75 %, red at 90 %.

    With `on_click` it is a button that opens what the context is made of.
    """
    filled, size = rx.Var.create(used).to(int), rx.Var.create(window).to(int)
    percent = rx.cond(size > 0, filled * 100 / size, 0).to(float)
    words = t("{used} of {window} tokens of context used", used=filled, window=size)
    tone = rx.cond(percent >= 90, "bg-danger", rx.cond(percent >= 75, "bg-warning", "bg-accent"))
    look = rx.Var.create("h-full rounded-full forced-color-adjust-none ") + tone
    bar = rx.el.div(class_name=look, custom_attrs={"style": rx.Var.create({"width": f"min(100%, {percent}%)"})})
    if on_click is not None:
        return rx.el.button(
            rx.el.span(bar, aria_hidden=True, class_name=f"{BAR} block"),
            type="button",
            aria_label=t(
                "Context: {used} of {window} tokens. Show what the model was given.", used=filled, window=size
            ),
            on_click=on_click,
            custom_attrs=tip(words),
            class_name="lm-target grid place-items-center rounded-sm px-2 hover:bg-hover",
        )
    # Reflex does not know this role of WAI-ARIA 1.2 yet.
    spoken = {
        "role": "meter",
        "aria-valuemin": 0,
        "aria-valuemax": size,
        "aria-valuenow": filled,
        "aria-valuetext": words,
    }
    return rx.el.div(
        bar,
        tab_index=0,
        aria_label=t("Context"),
        custom_attrs={**spoken, **tip(words)},
        class_name=f"{BAR} outline-offset-4",
    )
