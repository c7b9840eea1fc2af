"""Form fields: a label, a control, a hint and an error that belong together for eyes and screen readers alike."""

# ruff: noqa: A002 -- arguments are named like the HTML attributes they become

from __future__ import annotations

from typing import Any, Final

import reflex as rx

Text = str | rx.Var[str]

CONTROL: Final = (
    "lm-target w-full rounded-md border border-border-strong bg-raised px-3 text-text hover:border-text "
    "aria-invalid:border-danger disabled:opacity-60"
)


def described(*, id: str, hint: Text | None, error: Text | None) -> dict[str, Any]:
    """The attributes that tie a control to its hint and its error."""
    ids = [f"{id}-{part}" for part, given in (("hint", hint), ("error", error)) if given is not None]
    attributes: dict[str, Any] = {"aria-describedby": " ".join(ids)} if ids else {}
    if isinstance(error, rx.Var):
        attributes["aria-invalid"] = rx.cond(error != "", "true", "false")
    elif error:
        attributes["aria-invalid"] = "true"
    return attributes


def field(
    *, id: str, label: Text, control: rx.Component, hint: Text | None = None, error: Text | None = None
) -> rx.Component:
    """Wraps a control whose id is `id`. `error` may be a var that is empty while all is well; it is then announced."""
    parts = [rx.el.label(label, html_for=id, class_name="text-sm font-medium"), control]
    if hint is not None:
        parts.append(rx.el.p(hint, id=f"{id}-hint", class_name="text-sm text-muted"))
    if error is not None:
        # Always there, so that screen readers know the region before it changes.
        parts.append(
            rx.el.p(error, id=f"{id}-error", aria_live="polite", class_name="text-sm text-danger empty:hidden")
        )
    return rx.el.div(*parts, class_name="flex flex-col gap-1.5")


def text_field(
    *, id: str, label: Text, hint: Text | None = None, error: Text | None = None, class_name: str = "", **input: Any
) -> rx.Component:
    """A one-line text field; `input` goes to the element (type, name, default_value, on_blur, auto_complete …).

    Prefer ``default_value``: a ``value`` bound to state sends every key to the server.
    """
    extra = {**described(id=id, hint=hint, error=error), **input.pop("custom_attrs", {})}
    control = rx.el.input(id=id, class_name=f"{CONTROL} {class_name}".strip(), custom_attrs=extra, **input)
    return field(id=id, label=label, control=control, hint=hint, error=error)
