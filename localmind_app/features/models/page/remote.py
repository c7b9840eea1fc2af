"""The tab of remote engines: servers that may answer for the local one, in their order, and adding one."""

from __future__ import annotations

import reflex as rx

from localmind_app.features.models.state import RemoteEditState, RemoteState
from localmind_app.features.models.state.remote import EngineRow, FoundEngine, SpentRow
from localmind_app.ui import figures, kit
from localmind_app.ui.i18n import t, tn

from .parts import ACTS, CARD, CARDS, ROW, fact, facts, form_error, head, looked_for, problem, removal, section
from .remote_edit import remote_form


def remote_tab() -> rx.Component:
    """The engines, those of this machine that could be added, and the form."""
    nothing = kit.empty_state(
        icon="server",
        title=t("No remote engine"),
        text=t(
            "Ollama, LM Studio, llama-server, vLLM or another LocalMind can answer too. Nothing is sent anywhere "
            "before you add one."
        ),
    )
    rows = rx.el.ol(rx.foreach(RemoteState.engines, _card), class_name=CARDS, aria_label=t("Remote engines"))
    shown = rx.cond(RemoteState.engines.length() > 0, rows, nothing)
    loading = kit.skeleton(label=t("Loading"), lines=4)
    return rx.el.div(
        rx.cond(RemoteState.loaded, shown, loading),
        _found(),
        _form(),
        remote_form(),
        _question(),
        class_name="flex flex-col gap-6",
    )


def _card(engine: rx.Var[EngineRow], place: rx.Var[int]) -> rx.Component:
    busy = RemoteState.busy.contains(engine.id)
    leaves = rx.cond(
        engine.leaves,
        kit.badge(label=t("Leaves this machine"), tone="warning", icon="arrow_up_right"),
        rx.cond(
            engine.passes_on,
            kit.badge(label=t("Some models leave this machine"), tone="warning", icon="arrow_up_right"),
            kit.badge(label=t("This machine"), tone="success", icon="house"),
        ),
    )
    health = rx.match(
        engine.health,
        ("up", kit.badge(label=t("Answers"), tone="success")),
        ("away", kit.badge(label=t("Does not answer"), tone="danger")),
        kit.badge(label=t("Not asked yet")),
    )
    check = kit.button(
        label=t("Check"),
        size="sm",
        loading=busy,
        on_click=RemoteState.probe(engine.id),
        aria_label=t("Check {engine}", engine=engine.label),
    )
    menu = kit.menu(
        kit.menu_item(label=t("Change"), icon="pencil", on_select=RemoteEditState.edit(engine.id)),
        kit.menu_separator(),
        kit.menu_item(
            label=t("Move up"), icon="arrow_up", disabled=place == 0, on_select=RemoteState.move(engine.id, -1)
        ),
        kit.menu_item(
            label=t("Move down"),
            icon="arrow_down",
            disabled=place == RemoteState.engines.length() - 1,
            on_select=RemoteState.move(engine.id, 1),
        ),
        kit.menu_separator(),
        kit.menu_item(
            label=t("Remove"),
            icon="trash_2",
            danger=True,
            on_select=RemoteState.ask_to_remove(engine.id, engine.label),
        ),
        label=t("Actions for {title}", title=engine.label),
    )
    return rx.el.li(
        head(engine.label, rx.fragment(leaves, health), check, menu),
        facts(
            fact(engine.url),
            fact(engine.kind, engine.kind != ""),
            fact(tn("{n} model", "{n} models", engine.models), engine.models >= 0),
            fact(t("answered in {n} ms", n=figures.number(engine.latency)), engine.latency > 0),
            fact(t("with a key"), engine.has_key),
            fact(t("not encrypted"), engine.leaves & ~engine.encrypted),
            fact(tn("{n} model may be used", "{n} models may be used", engine.allowed), engine.allowed >= 0),
        ),
        facts(
            fact(
                t("{price} {currency} per million tokens read", price=money(engine.price_in), currency=engine.currency),
                engine.price_in >= 0,
            ),
            fact(
                t(
                    "{price} {currency} per million tokens written",
                    price=money(engine.price_out),
                    currency=engine.currency,
                ),
                engine.price_out >= 0,
            ),
            rx.foreach(engine.spent, _spent),
        ),
        problem(engine.error, engine.error_params),
        kit.switch(
            id="engine-" + engine.id,
            label=t("Use it"),
            checked=engine.enabled,
            on_change=lambda on: RemoteState.enable(engine.id, on),
        ),
        class_name=CARD,
    )


def _spent(spent: rx.Var[SpentRow]) -> rx.Component:
    so_far = {"amount": money(spent.amount), "month": money(spent.month), "currency": spent.currency}
    cost = rx.cond(
        spent.estimated,
        t("about {amount} {currency} spent, {month} this month", **so_far),
        t("{amount} {currency} spent, {month} this month", **so_far),
    )
    took = t(
        "{read} tokens read, {written} written",
        read=figures.number(spent.tokens_read),
        written=figures.number(spent.tokens_written),
    )
    return rx.fragment(fact(tn("{n} answer", "{n} answers", spent.answers)), fact(took), fact(cost, spent.priced))


def _question() -> rx.Component:
    return removal(RemoteState, t("Its key is forgotten. What it has answered stays in your chats."))


def _found() -> rx.Component:
    def row(one: rx.Var[FoundEngine]) -> rx.Component:
        words = rx.cond(one.wants_key, t("wants a key"), tn("{n} model", "{n} models", one.models))
        add = kit.button(
            label=t("Add"),
            size="sm",
            on_click=RemoteState.add_found(one.url, one.kind),
            aria_label=t("Add {engine}", engine=one.kind),
        )
        return rx.el.li(
            rx.el.span(one.kind, class_name="font-medium"),
            rx.el.span(one.url, " · ", words, class_name="min-w-0 text-sm text-muted [overflow-wrap:anywhere]"),
            rx.cond(one.wants_key, rx.fragment(), rx.el.div(add, class_name=ACTS)),
            class_name=ROW,
        )

    return section(
        "engines",
        t("Engines on this machine"),
        t("Asks the usual ports of Ollama, LM Studio, llama-server and vLLM on this machine, and no other."),
        *looked_for(RemoteState, row, t("No engine answers at the usual ports."), loading=RemoteState.looking),
    )


def _form() -> rx.Component:
    form = rx.el.form(
        kit.text_field(
            id="engine-label", name="label", label=t("Name"), required=True, auto_complete="off", max_length=100
        ),
        kit.text_field(
            id="engine-url",
            name="url",
            label=t("Address"),
            required=True,
            auto_complete="off",
            input_mode="url",
            hint=t("Such as http://127.0.0.1:11434, with or without /v1 at the end."),
        ),
        kit.text_field(
            id="engine-key",
            name="key",
            type="password",
            label=t("Key (optional)"),
            hint=t("Kept encrypted, and only sent to this server."),
            auto_complete="off",
        ),
        rx.el.div(kit.button(label=t("Add and check"), variant="primary", type="submit", loading=RemoteState.adding)),
        on_submit=RemoteState.add,
        key=RemoteState.engines.length(),  # a new one, so that the form is empty again, and the key gone from it
        class_name="flex max-w-md flex-col gap-4",
    )
    return section(
        "add-engine",
        t("Add an engine"),
        t("Checking it costs a few tokens there. Chats go to it only when you choose one of its models."),
        form,
        form_error(RemoteState.error, RemoteState.error_params),
    )


def money(amount: rx.Var[float]) -> rx.Var[str]:
    """An amount in any currency; small ones with more decimals."""
    return figures.number(amount, rx.cond(amount < 1, 6, 2))
