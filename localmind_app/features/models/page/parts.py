"""What several tabs draw: headings, facts in a line, the verdict of fit, errors of forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import reflex as rx

from localmind_app.ui import figures, kit
from localmind_app.ui.i18n import t
from localmind_app.ui.kit.field import Text

CARDS: Final = "flex flex-col gap-3"
CARD: Final = "flex flex-col gap-3 rounded-md border border-border bg-raised p-4"
ROWS: Final = "divide-y divide-border rounded-md border border-border"
ROW: Final = "flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2"
ACTS: Final = "ml-auto flex flex-wrap items-center gap-2"


def section(id: str, title: Text, text: Text | None, *parts: rx.Component) -> rx.Component:  # the attribute of HTML
    """A part of a tab under its heading."""
    top = [rx.el.h2(title, id=f"{id}-title", class_name="text-lg font-semibold")]
    if text is not None:
        top.append(rx.el.p(text, class_name="max-w-prose text-sm text-muted empty:hidden"))
    return rx.el.section(
        *top, *parts, aria_labelledby=f"{id}-title", class_name="flex flex-col gap-3 border-t border-border pt-6 pb-2"
    )


def head(title: Text, badges: rx.Component, *acts: rx.Component | rx.Var[Any]) -> rx.Component:
    """The first line of a card: its name, badges, acts. On a phone the badges have a line of their own."""
    return rx.el.div(
        rx.el.h3(title, class_name="min-w-0 font-semibold [overflow-wrap:anywhere] max-sm:flex-1 max-sm:basis-1/2"),
        rx.el.div(
            badges, class_name="flex flex-wrap items-center gap-1.5 empty:hidden max-sm:order-last max-sm:basis-full"
        ),
        rx.el.div(*acts, class_name="ml-auto flex shrink-0 items-center gap-2"),
        class_name="flex flex-wrap items-center gap-x-2 gap-y-1.5",
    )


def facts(*parts: rx.Component) -> rx.Component:
    """Short facts side by side; they wrap on a phone."""
    return rx.el.p(*parts, class_name="flex flex-wrap gap-x-4 gap-y-0.5 text-sm text-muted tabular-nums")


def fact(text: Text, shown: rx.Var[bool] | None = None) -> rx.Component:
    """One fact; left out where `shown` is false."""
    span = rx.el.span(text, class_name="min-w-0 [overflow-wrap:anywhere]")
    return span if shown is None else rx.cond(shown, span)


def fit_badge(row: Any) -> rx.Component:
    """Where a model would run; nothing where that cannot be foretold. `row` has verdict and slow."""
    cpu = rx.cond(
        row.slow,
        kit.badge(label=t("Runs on the processor, slowly"), tone="warning"),
        kit.badge(label=t("Runs on the processor"), tone="success"),
    )
    return rx.match(
        row.verdict,
        ("gpu", kit.badge(label=t("Fits the graphics card"), tone="success")),
        ("part", kit.badge(label=t("Partly on the graphics card"), tone="warning")),
        ("cpu", cpu),
        ("none", kit.badge(label=t("Does not fit into memory"), tone="danger")),
        rx.fragment(),
    )


def speed_fact(row: Any) -> rx.Component:
    """How fast it writes: measured, or foretold."""
    shown = figures.number(row.speed, rx.cond(row.speed < 10, 1, 0))
    foretold = rx.cond(row.speed < 1, t("less than one token/s"), t("about {n} tokens/s", n=shown))
    return fact(rx.cond(row.measured, t("{n} tokens/s measured", n=shown), foretold), row.speed > 0)


def need_fact(row: Any) -> rx.Component:
    """The numbers behind the verdict."""
    words = t("needs {needed}, {free} are free", needed=figures.size(row.needed), free=figures.size(row.free))
    return fact(words, row.needed > 0)


def form_error(template: rx.Var[str], params: rx.Var[dict[str, Any]]) -> rx.Component:
    """What was wrong with a form, in the server's words; announced when it appears."""
    words = rx.cond(template != "", t(template, params), "")
    return rx.el.p(words, role="alert", class_name="text-sm text-danger empty:hidden [overflow-wrap:anywhere]")


def problem(template: rx.Var[str], params: rx.Var[dict[str, Any]]) -> rx.Component:
    """Why something does not work."""
    line = rx.el.p(
        kit.icon(name="circle_alert", size=16, class_name="mt-0.5"),
        rx.el.span(t(template, params), class_name="min-w-0 [overflow-wrap:anywhere]"),
        class_name="flex gap-2 text-sm text-danger",
    )
    return rx.cond(template != "", line)


def job_bar(row: Any) -> rx.Component:
    """How far a job is; `row` has percent (-1: unknown), text and params."""
    label = rx.cond(row.text != "", t(row.text, row.params), t("Waiting for its turn"))
    return rx.cond(
        row.percent >= 0,
        kit.progress(label=label, value=row.percent, text=t("{n} %", n=figures.number(row.percent, 0))),
        kit.progress(label=label, value=None),
    )


def removal(rows: Any, text: Text | rx.Component) -> rx.Component:
    """The question before a row is removed; `rows` is the state of its list (`state.rows`)."""
    return kit.alert_dialog(
        title=t("Remove {model}?", model=rows.removing_label),
        text=text,
        confirm=t("Remove"),
        open=rows.removing != "",
        on_open_change=rows.keep,
        on_confirm=rows.remove,
    )


def looked_for(rows: Any, row: Callable[[Any], rx.Component], nothing: Text, **button: Any) -> list[rx.Component]:
    """A button that looks on this machine, and what was found; `rows` has look, looked and found."""
    look = kit.button(label=t("Look on this machine"), icon="search", on_click=rows.look, **button)
    none = rx.el.p(nothing, role="status", class_name="text-sm text-muted")
    found = rx.el.ul(rx.foreach(rows.found, row), class_name=ROWS)
    return [rx.el.div(look), rx.cond(rows.looked, rx.cond(rows.found.length() > 0, found, none))]
