"""The search box over one collection or all, and the passages that were found."""

from __future__ import annotations

import reflex as rx
from reflex_components_core.react_router import link as router_link

from localmind_app.features.knowledge.state import HitRow, SearchState
from localmind_app.features.knowledge.state.passages import Part
from localmind_app.ui import figures, kit
from localmind_app.ui.i18n import t, tn
from localmind_app.ui.web.documents import found_details, opens_source


def search_box(collection: rx.Var[str]) -> rx.Component:
    """A question to the open collection, or to all of them."""
    label = rx.cond(collection != "", t("Search this collection"), t("Search all collections"))
    field = rx.el.div(
        kit.icon(
            name="search",
            size=17,
            class_name="pointer-events-none absolute left-3 top-1/2 -translate-y-1/2 text-muted",
        ),
        rx.el.input(
            type="search",
            name="question",
            aria_label=label,
            placeholder=label,
            default_value=SearchState.question,
            key=SearchState.question,
            auto_complete="off",
            max_length=500,
            class_name="lm-target w-full rounded-md border border-border-strong bg-raised pl-9 pr-3 hover:border-text",
        ),
        class_name="relative min-w-0 flex-1",
    )
    return rx.el.form(
        field,
        rx.el.input(type="hidden", name="collection", value=collection, read_only=True),
        kit.button(label=t("Search"), type="submit"),
        on_submit=SearchState.ask,
        role="search",
        class_name="flex gap-2",
    )


def results() -> rx.Component:
    """The passages for the question, and how they were found."""
    count = SearchState.hits.length()
    said = rx.cond(
        SearchState.searching,
        t("Searching…"),
        rx.cond(
            count == 0,
            t("Nothing was found."),
            rx.cond(
                SearchState.absent,
                t("Nothing in your documents fits this question."),
                tn("{n} passage", "{n} passages", count),
            ),
        ),
    )
    back = router_link(
        kit.icon(name="x", size=16),
        rx.el.span(t("Close the search")),
        to=rx.cond(SearchState.collection != "", "/knowledge?collection=" + SearchState.collection, "/knowledge"),
        class_name="lm-target ml-auto inline-flex items-center gap-1.5 rounded-sm px-2 text-sm text-muted "
        "hover:text-text",
    )
    loading = rx.cond(count == 0, kit.skeleton(label=t("Searching…"), lines=6))
    none = rx.el.p(
        t("Try other words, or look whether the documents are ready. Only documents that are ready are searched."),
        class_name="text-sm text-muted text-pretty",
    )
    far = rx.el.div(
        rx.el.p(
            t("Passages were found, but they are about other things. Other words may help."),
            class_name="text-sm text-muted text-pretty",
        ),
        kit.button(label=t("Show the nearest all the same"), size="sm", on_click=SearchState.show_all_the_same),
        class_name="flex flex-col items-start gap-2",
    )
    hits = rx.el.ol(rx.foreach(SearchState.hits, _hit), class_name="flex flex-col gap-3", aria_label=t("Passages"))
    return rx.el.section(
        rx.el.div(
            rx.el.h2(said, class_name="font-semibold", custom_attrs={"aria-live": "polite"}),
            back,
            class_name="flex items-center gap-2",
        ),
        rx.foreach(SearchState.notes, _note),
        rx.cond(count > 0, rx.cond(SearchState.absent, far, hits), rx.cond(SearchState.searching, loading, none)),
        rx.cond(~SearchState.searching & SearchState.found.contains("query"), _way()),
        class_name="flex flex-col gap-3",
    )


def _note(note: rx.Var[dict[str, str]]) -> rx.Component:
    words = t(note["message"], note["params"].to(dict))
    return rx.el.p(kit.icon(name="info", size=16), words, class_name="flex items-center gap-2 text-sm text-warning")


def _hit(hit: rx.Var[HitRow]) -> rx.Component:
    place = rx.el.span(
        rx.cond(hit.page > 0, rx.el.span(t("page {n}", n=figures.number(hit.page)), class_name="shrink-0")),
        rx.cond(hit.heading != "", rx.el.span(hit.heading, class_name="truncate", dir="auto")),
        class_name="flex min-w-0 gap-2 text-sm text-muted",
    )
    top = rx.el.span(
        rx.el.span(figures.number(hit.rank), class_name="text-sm tabular-nums text-muted"),
        rx.el.bdi(hit.name, class_name="min-w-0 truncate font-medium"),
        class_name="flex items-baseline gap-2",
    )
    text = rx.el.span(
        rx.foreach(hit.parts, _part), class_name="text-[0.9375rem] leading-relaxed [overflow-wrap:anywhere]", dir="auto"
    )
    ranks = rx.el.span(
        rx.cond(hit.by_meaning > 0, rx.el.span(t("by meaning: rank {n}", n=hit.by_meaning))),
        rx.cond(hit.by_words > 0, rx.el.span(t("by words: rank {n}", n=hit.by_words))),
        class_name="flex flex-wrap gap-x-3 text-xs text-muted tabular-nums",
    )
    look = (
        "flex w-full flex-col gap-1.5 rounded-md border border-border bg-raised px-4 py-3 text-left "
        "hover:border-border-strong hover:bg-hover"
    )
    return rx.el.li(
        rx.el.button(top, place, text, ranks, type="button", on_click=opens_source(hit.source), class_name=look)
    )


def _part(part: rx.Var[Part]) -> rx.Component:
    mark = rx.el.mark(part.text, class_name="rounded-xs bg-warning-soft px-0.5 font-medium text-text")
    return rx.cond(part.marked, mark, part.text)


def _way() -> rx.Component:
    return rx.el.details(
        rx.el.summary(
            kit.icon(name="chevron_right", size=16, class_name="group-open:rotate-90"),
            t("How this was found"),
            class_name="lm-target inline-flex items-center gap-1 rounded-sm pr-2 text-sm text-muted hover:text-text",
        ),
        rx.el.div(found_details(SearchState.found), class_name="pt-2"),
        class_name="group",
    )
