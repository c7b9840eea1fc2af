"""A person or a model as a small round sign with initials. No pictures from elsewhere."""

from __future__ import annotations

import reflex as rx

from localmind_app.ui.kit.icon import icon as draw


def avatar(*, initials: str | rx.Var[str] = "", icon: str | None = None, size: int = 28) -> rx.Component:
    """A round sign with up to two letters, or an icon. Decoration: the name stands beside it."""
    inner = draw(name=icon, size=size // 2 + 2) if icon else rx.el.span(initials, class_name="uppercase")
    return rx.el.span(
        inner,
        aria_hidden="true",
        custom_attrs={"style": {"width": f"{size}px", "height": f"{size}px"}},
        class_name="inline-grid shrink-0 place-items-center overflow-hidden rounded-full bg-accent-soft text-xs "
        "font-semibold text-accent",
    )
