"""The tab of the models that are here, and of using models that lie elsewhere on this machine."""

from __future__ import annotations

import reflex as rx

from localmind_app.features.models.shelf import ShelfItem
from localmind_app.features.models.state import ShelfState
from localmind_app.features.models.state.shelf import FoundRow
from localmind_app.ui import figures, kit
from localmind_app.ui.i18n import t
from localmind_app.ui.web.every import every

from .parts import (
    ACTS,
    CARD,
    CARDS,
    ROW,
    fact,
    facts,
    fit_badge,
    form_error,
    head,
    looked_for,
    need_fact,
    problem,
    removal,
    section,
    speed_fact,
)


def installed_tab() -> rx.Component:
    """The models, and below them the ways to use one that is on this machine already."""
    away = kit.empty_state(
        icon="cpu",
        title=t("The engine does not answer"),
        text=t("It is restarted by itself. Your models and chats are kept."),
        action=kit.button(label=t("Try again"), on_click=ShelfState.refresh),
    )
    rows = rx.el.ul(rx.foreach(ShelfState.items, _card), class_name=CARDS, aria_label=t("Installed models"))
    none_yet = kit.empty_state(
        icon="cpu",
        title=t("No model yet"),
        text=t("Get one from the catalogue, or use one that is on this machine already."),
        action=kit.link_button(label=t("To the catalogue"), href="/models?tab=catalogue", variant="primary"),
    )
    shown = rx.cond(ShelfState.away, away, rx.cond(ShelfState.items.length() > 0, rows, none_yet))
    return rx.el.div(
        _machine(),
        rx.cond(ShelfState.loaded, shown, kit.skeleton(label=t("Loading"), lines=6)),
        rx.cond(ShelfState.owner, rx.fragment(_found(), _import())),
        _question(),
        every(2, active=ShelfState.changing, on_tick=ShelfState.refresh),
        class_name="flex flex-col gap-6",
    )


def _machine() -> rx.Component:
    machine = ShelfState.machine
    cards = rx.foreach(machine.gpus, lambda name: fact(name))
    line = facts(
        fact(machine.cpu),
        fact(t("{n} cores", n=figures.number(machine.cores))),
        fact(
            t(
                "{size} of memory, {free} free",
                size=figures.size(machine.memory),
                free=figures.size(machine.available),
            )
        ),
        rx.cond(machine.gpus.length() > 0, cards, fact(t("no graphics card that can be used"))),
    )
    return rx.cond(machine.cores > 0, line)


def _card(item: rx.Var[ShelfItem]) -> rx.Component:
    top = head(item.label, _badges(item), rx.cond(ShelfState.owner, rx.fragment(_main_act(item), _menu(item))))
    line = facts(
        fact(
            item.id, item.id.lower() != item.label.lower()
        ),  # what programs call it, and two files of one name differ in
        fact(figures.size(item.size)),
        fact(item.quantization, item.quantization != ""),
        fact(t("{n} tokens of context", n=figures.number(item.context)), item.context > 0),
        fact(item.license, item.license != ""),
        speed_fact(item),
        need_fact(item),
    )
    return rx.el.li(top, line, problem(item.problem, item.params), class_name=CARD)


def _badges(item: rx.Var[ShelfItem]) -> rx.Component:
    busy = ShelfState.busy.contains(item.id)
    loading = kit.badge(label=t("Loading…"), tone="accent")
    state = rx.match(
        item.state,
        ("ready", kit.badge(label=t("Loaded"), tone="accent", icon="check")),
        ("loading", loading),
        ("quarantined", kit.badge(label=t("Set aside"), tone="danger")),
        ("crashed", kit.badge(label=t("Crashed"), tone="danger")),
        ("broken", kit.badge(label=t("Cannot be loaded"), tone="danger")),
        rx.cond(busy, loading),
    )
    kind = rx.match(
        item.kind,
        ("embedding", kit.badge(label=t("Search by meaning"))),
        ("reranker", kit.badge(label=t("Sorts search results"))),
        rx.fragment(),
    )
    return rx.fragment(
        state,
        rx.cond(item.pinned, kit.badge(label=t("Pinned"), icon="pin")),
        rx.cond(item.built_in, kit.badge(label=t("Built in"))),
        rx.cond(item.linked, kit.badge(label=t("Used in place"))),
        kind,
        fit_badge(item),
    )


def _main_act(item: rx.Var[ShelfItem]) -> rx.Component:
    busy = (item.state == "loading") | ShelfState.busy.contains(item.id)
    load = kit.button(
        label=t("Load"),
        size="sm",
        loading=busy,
        on_click=ShelfState.start(item.id),
        aria_label=t("Load {model}", model=item.label),
    )
    unload = kit.button(
        label=t("Unload"),
        size="sm",
        on_click=ShelfState.unload(item.id),
        aria_label=t("Unload {model}", model=item.label),
    )
    release = kit.button(
        label=t("Release"),
        size="sm",
        on_click=ShelfState.release(item.id),
        aria_label=t("Release {model}", model=item.label),
    )
    return rx.match(item.state, ("ready", unload), ("quarantined", release), ("broken", rx.fragment()), load)


def _menu(item: rx.Var[ShelfItem]) -> rx.Component:
    pin = rx.cond(
        item.pinned,
        kit.menu_item(label=t("Unpin"), icon="pin_off", on_select=ShelfState.pin(item.id, False)),
        kit.menu_item(label=t("Keep in memory"), icon="pin", on_select=ShelfState.pin(item.id, True)),
    )
    remove = kit.menu_item(
        label=t("Remove"),
        icon="trash_2",
        danger=True,
        disabled=item.built_in,
        on_select=ShelfState.ask_to_remove(item.id, item.label, item.linked),
    )
    return kit.menu(pin, kit.menu_separator(), remove, label=t("Actions for {title}", title=item.label))


def _question() -> rx.Component:
    text = rx.cond(
        ShelfState.removing_link,
        t("LocalMind forgets it. The file itself lies elsewhere and is kept."),
        t("Its files are removed from the disk. Chats with it are kept."),
    )
    return removal(ShelfState, text)


def _found() -> rx.Component:
    def row(model: rx.Var[FoundRow]) -> rx.Component:
        return rx.el.li(
            rx.el.span(model.label, class_name="min-w-0 font-medium [overflow-wrap:anywhere]"),
            rx.el.span(model.app, " · ", figures.size(model.size), class_name="text-sm text-muted"),
            rx.el.div(
                kit.button(
                    label=t("Use in place"),
                    size="sm",
                    on_click=ShelfState.use_found(model.path, model.name),
                    aria_label=t("Use {model} in place", model=model.label),
                ),
                class_name=ACTS,
            ),
            class_name=ROW,
        )

    return section(
        "found",
        t("Models of other programs"),
        t("What Ollama, LM Studio, Jan, llama.cpp and the Hugging Face cache have here can be used without a copy."),
        *looked_for(ShelfState, row, t("Nothing was found at the usual places.")),
    )


def _import() -> rx.Component:
    form = rx.el.form(
        kit.text_field(
            id="import-path",
            label=t("Path"),
            name="path",
            required=True,
            auto_complete="off",
        ),
        kit.text_field(id="import-name", label=t("Name (optional)"), name="name", auto_complete="off", max_length=100),
        kit.button(label=t("Use this file"), type="submit"),
        on_submit=ShelfState.take_in,
        class_name="grid items-end gap-3 sm:grid-cols-[2fr_1fr_auto]",
    )
    return section(
        "import",
        t("A file of this machine"),
        t("A GGUF file, or a folder with one model. It is checked, then used where it lies."),
        form,
        form_error(ShelfState.import_error, ShelfState.import_params),
    )
