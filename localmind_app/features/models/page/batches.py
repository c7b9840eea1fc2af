"""The batches of programs, below the models that answer them: how far they are, and stopping one."""

from __future__ import annotations

import reflex as rx

from localmind_app.features.models.state import BatchesState
from localmind_app.features.models.state.batches import BatchItem
from localmind_app.ui import figures, kit
from localmind_app.ui.i18n import t, tn
from localmind_app.ui.web.every import every

from .parts import CARD, CARDS, fact, facts, head, section


def batches_section() -> rx.Component:
    """The newest ones, or what they are for."""
    none_yet = rx.el.p(
        t("None yet. A program hands in a file of requests over the API; they are answered while nobody else waits."),
        class_name="max-w-prose text-sm text-muted",
    )
    rows = rx.el.ul(rx.foreach(BatchesState.batches, _card), class_name=CARDS, aria_label=t("Batches"))
    shown = rx.cond(BatchesState.batches.length() > 0, rows, none_yet)
    return rx.el.div(
        section(
            "batches",
            t("Batches"),
            None,
            rx.cond(BatchesState.loaded, shown, kit.skeleton(label=t("Loading"), lines=2)),
            every(2, active=BatchesState.working, on_tick=BatchesState.refresh),
        ),
        class_name="mt-6",
    )


def _card(batch: rx.Var[BatchItem]) -> rx.Component:
    cancel = kit.button(
        label=t("Cancel"),
        size="sm",
        disabled=batch.state == "cancelling",
        on_click=BatchesState.cancel(batch.id),
        aria_label=t("Cancel {model}", model=batch.name),
    )
    text = rx.cond(batch.percent >= 0, t("{n} %", n=figures.number(batch.percent, 0)), "")
    bar = rx.cond(
        batch.percent >= 0,
        kit.progress(label=_words(batch), value=batch.percent, text=text),
        kit.progress(label=_words(batch), value=None),
    )
    return rx.el.li(
        head(batch.name, _badge(batch), rx.cond(batch.live, cancel)),
        rx.cond(batch.live, bar),
        facts(
            fact(batch.endpoint),
            fact(tn("{n} request", "{n} requests", batch.total), batch.total > 0),
            fact(t("{n} answered", n=figures.number(batch.completed)), batch.completed > 0),
            fact(t("{n} failed", n=figures.number(batch.failed)), batch.failed > 0),
        ),
        rx.cond(
            batch.problem != "",
            rx.el.p(
                t("Its file cannot be used: {detail}", detail=batch.problem),
                class_name="text-sm text-danger [overflow-wrap:anywhere]",
            ),
        ),
        class_name=CARD,
    )


def _words(batch: rx.Var[BatchItem]) -> rx.Var[str]:
    return rx.match(
        batch.state,
        ("validating", t("Checking the file")),
        ("finalizing", t("Writing the results")),
        ("cancelling", t("Stopping")),
        t("Answering"),
    )


def _badge(batch: rx.Var[BatchItem]) -> rx.Component:
    return rx.match(
        batch.state,
        ("completed", kit.badge(label=t("Done"), tone="success", icon="check")),
        ("failed", kit.badge(label=t("Failed"), tone="danger")),
        ("expired", kit.badge(label=t("Ran out of time"), tone="warning")),
        ("cancelled", kit.badge(label=t("Cancelled"))),
        rx.fragment(),
    )
