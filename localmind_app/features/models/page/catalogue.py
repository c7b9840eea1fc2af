"""The tab of what can be had: the hub's switch, downloads, one recommendation, the catalogue, and the hub's search."""

from __future__ import annotations

import reflex as rx

from localmind_app.features.models.downloads import Choice
from localmind_app.features.models.hub import HubModel
from localmind_app.features.models.state import CatalogueState
from localmind_app.features.models.state.catalogue import DownloadRow, OfferRow
from localmind_app.ui import figures, kit
from localmind_app.ui.i18n import t
from localmind_app.ui.web.every import every

from .parts import (
    ACTS,
    CARD,
    CARDS,
    ROW,
    ROWS,
    fact,
    facts,
    fit_badge,
    form_error,
    head,
    job_bar,
    need_fact,
    problem,
    section,
    speed_fact,
)

TASKS = [
    ("chat", t("Chat")),
    ("small chat", t("Chat on small machines")),
    ("vision", t("Pictures as questions")),
    ("code", t("Code")),
    ("reasoning", t("Thinking step by step")),
    ("embedding", t("Search by meaning")),
    ("reranker", t("Sorting search results")),
    ("speech", t("Speech to text")),
    ("voice", t("Text to speech")),
    ("picture", t("Making pictures")),
    ("film", t("Making films")),
]


def catalogue_tab() -> rx.Component:
    """From the switch to the search."""
    whole = rx.fragment(
        _switch(),
        _downloads(),
        _recommended(),
        _offers(),
        rx.cond(CatalogueState.allowed, _search()),
        _question(),
        every(1, active=CatalogueState.downloading, on_tick=CatalogueState.refresh),
    )
    loading = kit.skeleton(label=t("Loading"), lines=6)
    return rx.el.div(rx.cond(CatalogueState.loaded, whole, loading), class_name="flex flex-col gap-6")


def _switch() -> rx.Component:
    return rx.el.div(
        kit.switch(
            id="hub",
            label=t("Ask the model hub"),
            hint=t(
                "Search and download ask huggingface.co over the network. Your words and your network address leave "
                "this machine, nothing else; each request is in the ledger."
            ),
            checked=CatalogueState.allowed,
            on_change=CatalogueState.allow,
        ),
        rx.cond(CatalogueState.allowed, _token()),
        class_name="flex flex-col gap-2 rounded-md border border-border bg-surface px-4 py-2",
    )


def _token() -> rx.Component:
    """Where the owner's access token is entered or forgotten; it is never shown."""
    enter = rx.el.form(
        kit.text_field(
            id="hub-token",
            name="token",
            type="password",
            label=t("Access token (optional)"),
            hint=t(
                "For models whose makers want their terms accepted on the hub's page first. Kept encrypted, and only "
                "sent to the hub itself."
            ),
            required=True,
            auto_complete="off",
            max_length=500,
        ),
        kit.button(label=t("Keep"), type="submit"),
        on_submit=CatalogueState.keep_token,
        class_name="flex max-w-xl flex-wrap items-end gap-2 [&>div]:min-w-48 [&>div]:flex-1",
    )
    kept = rx.el.div(
        kit.badge(label=t("An access token is kept"), tone="success", icon="check"),
        kit.button(
            label=t("Forget"),
            size="sm",
            on_click=CatalogueState.forget_token,
            aria_label=t("Forget the access token"),
        ),
        class_name="flex flex-wrap items-center gap-3",
    )
    shown = rx.fragment(enter, form_error(CatalogueState.token_error, CatalogueState.token_error_params))
    return rx.el.div(rx.cond(CatalogueState.has_token, kept, shown), class_name="pb-2")


def _question() -> rx.Component:
    return kit.alert_dialog(
        title=t("Ask the model hub for {model}?", model=CatalogueState.wanted_name),
        text=t(
            "The download comes from huggingface.co. Until now nothing left this machine. You can switch it off again."
        ),
        confirm=t("Allow and download"),
        danger=False,
        open=CatalogueState.wanted != "",
        on_open_change=CatalogueState.refuse,
        on_confirm=CatalogueState.agree,
    )


def _downloads() -> rx.Component:
    def row(one: rx.Var[DownloadRow]) -> rx.Component:
        live = (one.state == "queued") | (one.state == "running")
        pause = kit.button(
            label=t("Pause"),
            size="sm",
            on_click=CatalogueState.pause(one.id),
            aria_label=t("Pause {model}", model=one.label),
        )
        resume = kit.button(
            label=t("Continue"),
            size="sm",
            on_click=CatalogueState.resume(one.id),
            aria_label=t("Continue {model}", model=one.label),
        )
        stopped = (one.state == "paused") | (one.state == "failed") | (one.state == "lost")
        cancel = kit.button(
            label=t("Cancel"),
            size="sm",
            disabled=one.state == "cancelling",
            on_click=CatalogueState.cancel(one.id),
            aria_label=t("Cancel {model}", model=one.label),
        )
        size = t("{done} of {total}", done=figures.size(one.done), total=figures.size(one.total))
        return rx.el.li(
            head(
                one.label,
                rx.fragment(
                    rx.cond(one.state == "paused", kit.badge(label=t("Paused"))),
                    rx.cond(one.error != "", kit.badge(label=t("Failed"), tone="danger")),
                ),
                rx.cond(live, pause),
                rx.cond(stopped, resume),
                cancel,
            ),
            job_bar(one),
            facts(fact(size, one.total > 0)),
            problem(one.error, one.error_params),
            class_name=CARD,
        )

    rows = rx.el.ul(rx.foreach(CatalogueState.downloads, row), class_name=CARDS)
    shown = section("downloads", t("Downloads"), None, rows)
    return rx.cond(CatalogueState.downloads.length() > 0, shown)


def _recommended() -> rx.Component:
    none_fits = rx.el.p(
        t("No model of the catalogue is both good and quick on this machine. A small one is the place to start."),
        class_name="text-sm text-muted",
    )
    card = rx.el.ul(rx.foreach(CatalogueState.recommended, _offer), class_name=CARDS)
    return section(
        "recommended",
        t("For this machine"),
        rx.cond(CatalogueState.recommended.length() > 0, t("The largest model that is comfortable here."), ""),
        rx.cond(CatalogueState.recommended.length() > 0, card, none_fits),
    )


def _offer(offer: rx.Var[OfferRow]) -> rx.Component:
    get = kit.button(
        label=t("Download"),
        size="sm",
        icon="download",
        loading=CatalogueState.asking == offer.id,
        on_click=CatalogueState.want(offer.id, offer.name),
        aria_label=t("Download {model}", model=offer.name),
    )
    state = rx.match(
        offer.state,
        ("available", get),
        ("installed", kit.badge(label=t("Installed"), tone="success", icon="check")),
        ("failed", kit.badge(label=t("Failed"), tone="danger")),
        ("paused", kit.badge(label=t("Paused"))),
        kit.badge(label=t("Downloading"), tone="accent"),
    )
    not_yet = rx.cond(offer.runnable, rx.fragment(), kit.badge(label=t("Cannot be run yet"), tone="warning"))
    top = head(offer.name, rx.fragment(fit_badge(offer), not_yet), state)
    line = facts(
        fact(figures.size(offer.size)),
        fact(t("{n} tokens of context", n=figures.number(offer.context)), offer.context > 0),
        fact(offer.license),
        speed_fact(offer),
        need_fact(offer),
    )
    return rx.el.li(top, rx.el.p(t(offer.note), class_name="text-sm"), line, class_name=CARD)


def _offers() -> rx.Component:
    choice = rx.el.div(
        kit.select(
            id="task",
            label=t("For"),
            options=TASKS,
            value=CatalogueState.task,
            on_change=CatalogueState.choose_task,
        ),
        class_name="max-w-xs",
    )
    rows = rx.el.ul(rx.foreach(CatalogueState.offers, _offer), class_name=CARDS)
    return section(
        "offers",
        t("The catalogue"),
        t("Well-known models. Sizes are rounded; speeds are predicted for this machine."),
        choice,
        rows,
    )


def _search() -> rx.Component:
    form = rx.el.form(
        kit.text_field(
            id="hub-words", label=t("Words"), name="words", required=True, auto_complete="off", max_length=200
        ),
        kit.button(label=t("Search"), icon="search", type="submit", loading=CatalogueState.asking == "search"),
        on_submit=CatalogueState.search,
        class_name="flex max-w-xl flex-wrap items-end gap-2 [&>div]:min-w-48 [&>div]:flex-1",
    )
    nothing = rx.el.p(t("The hub has no GGUF model with these words."), role="status", class_name="text-sm text-muted")
    rows = rx.el.ul(rx.foreach(CatalogueState.results, _result), class_name=ROWS)
    return section(
        "search",
        t("Search the hub"),
        t("Models that anybody has put there. Whether one is good and what its licence allows is yours to judge."),
        form,
        rx.cond(CatalogueState.searched, rx.cond(CatalogueState.results.length() > 0, rows, nothing)),
    )


def _result(model: rx.Var[HubModel]) -> rx.Component:
    opened = CatalogueState.repo == model.repo
    gated = kit.badge(label=t("Wants a sign-in there"), tone="warning")
    show = kit.button(
        label=t("Show files"),
        size="sm",
        loading=CatalogueState.asking == model.repo,
        aria_expanded=opened,
        on_click=CatalogueState.open_repo(model.repo),
        aria_label=t("Show files of {model}", model=model.repo),
    )
    empty = rx.el.p(t("It holds no whole GGUF model."), class_name="text-sm text-muted")
    choices = rx.el.ul(rx.foreach(CatalogueState.choices, _choice), class_name="flex w-full flex-col gap-1")
    return rx.el.li(
        rx.el.span(model.repo, class_name="min-w-0 font-medium [overflow-wrap:anywhere]"),
        rx.el.span(
            t("{n} downloads", n=figures.number(model.downloads)),
            rx.cond(model.license != "", " · " + model.license, ""),
            class_name="text-sm text-muted",
        ),
        rx.cond(model.gated, gated),
        rx.el.div(show, class_name=ACTS),
        rx.cond(opened, rx.cond(CatalogueState.choices.length() > 0, choices, empty)),
        class_name=ROW,
    )


def _choice(choice: rx.Var[Choice]) -> rx.Component:
    return rx.el.li(
        rx.el.span(choice.path, class_name="min-w-0 text-sm [overflow-wrap:anywhere]"),
        rx.el.span(figures.size(choice.size), class_name="text-sm text-muted tabular-nums"),
        kit.button(
            label=t("Download"),
            size="sm",
            loading=CatalogueState.asking == choice.path,
            on_click=CatalogueState.fetch_file(CatalogueState.repo, choice.path),
            aria_label=t("Download {model}", model=choice.path),
            class_name="ml-auto",
        ),
        class_name="flex flex-wrap items-center gap-x-3 gap-y-1",
    )
