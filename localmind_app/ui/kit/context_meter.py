"""How much of the model's context a chat fills."""

from __future__ import annotations

import reflex as rx

from localmind_app.ui.i18n import t
from localmind_app.ui.kit.tooltip import tip


def context_meter(*, used: int | rx.Var[int], window: int | rx.Var[int]) -> rx.Component:
    """A thin bar with the numbers as its tooltip: `used` of `window` tokens. Turns amber at 75 %, red at 90 %."""
    filled, size = rx.Var.create(used).to(int), rx.Var.create(window).to(int)
    percent = rx.cond(size > 0, filled * 100 / size, 0).to(float)
    words = t("{used} of {window} tokens of context used", used=filled, window=size)
    tone = rx.cond(percent >= 90, "bg-danger", rx.cond(percent >= 75, "bg-warning", "bg-accent"))
    look = rx.Var.create("h-full rounded-full forced-color-adjust-none ") + tone
    bar = rx.el.div(class_name=look, custom_attrs={"style": rx.Var.create({"width": f"min(100%, {percent}%)"})})
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
        class_name="h-1.5 w-16 overflow-hidden rounded-full bg-hover outline-offset-4",
    )
