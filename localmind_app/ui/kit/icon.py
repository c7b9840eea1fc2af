"""Icons: lucide's line drawings, only those that are used end up in the page."""

from __future__ import annotations

from typing import Any

import reflex as rx


def icon(*, name: str, size: int = 18, label: str | rx.Var[str] | None = None, class_name: str = "") -> rx.Component:
    """A lucide icon. Without `label` it is decoration and hidden from screen readers."""
    spoken: dict[str, Any] = {"role": "img", "aria-label": label} if label is not None else {"aria-hidden": "true"}
    return rx.icon(name, size=size, class_name=f"shrink-0 {class_name}".strip(), custom_attrs=spoken)
