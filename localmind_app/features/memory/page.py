"""The memory page: what LocalMind knows about the person, where from, and every way to change it."""

from __future__ import annotations

import reflex as rx
from reflex_components_core.react_router import link as router_link

from localmind_app.features.chat.page import frame
from localmind_app.ui import kit
from localmind_app.ui.i18n import t

from .state import MemoryItem, MemoryState

LIST = "divide-y divide-border rounded-md border border-border"


def memory_page() -> rx.Component:
    """Switch, search, list, and a field for what should be remembered."""
    body = rx.el.div(
        _switch(),
        _form(),
        rx.cond(MemoryState.loaded, _list(), kit.skeleton(label=t("Loading"), lines=4)),
        _dialog(),
        class_name="mx-auto flex w-full max-w-3xl flex-col gap-6 px-4 py-6 md:px-8",
    )
    return frame(body, title=t("Memories"), active="memory", on_undo=MemoryState.restore)


def _switch() -> rx.Component:
    return kit.switch(
        id="memory-on",
        label=t("Remember what I say about myself"),
        hint=t(
            "Read from your own messages on this machine, and used in later chats. Nothing of it leaves this machine."
        ),
        checked=MemoryState.on,
        on_change=MemoryState.switch,
    )


def _form() -> rx.Component:
    error = rx.cond(MemoryState.error != "", t(MemoryState.error, MemoryState.error_params), "")
    return rx.el.form(
        kit.text_field(
            id="new-memory",
            name="text",
            label=t("Remember this"),
            placeholder=t("I am allergic to peanuts."),
            required=True,
            max_length=500,
            auto_complete="off",
            error=error,
        ),
        kit.button(label=t("Remember"), type="submit", icon="plus"),
        on_submit=MemoryState.add,
        reset_on_submit=True,
        class_name="flex flex-wrap items-end gap-2 [&>div]:min-w-60 [&>div]:flex-1",
    )


def _list() -> rx.Component:
    search = rx.el.input(
        type="search",
        aria_label=t("Search memories"),
        placeholder=t("Search memories"),
        default_value=MemoryState.query,
        on_change=MemoryState.search.debounce(150),
        class_name="lm-target min-w-48 flex-1 rounded-md border border-border-strong bg-raised px-3 text-sm",
    )
    acts = rx.el.div(
        search,
        kit.button(label=t("Export"), icon="download", on_click=rx.download(url="/api/memories/export")),
        kit.alert_dialog(
            title=t("Forget everything?"),
            text=t("All memories go. Your chats stay. For an hour they can be brought back with Undo."),
            confirm=t("Forget everything"),
            trigger_label=t("Forget everything"),
            on_confirm=MemoryState.forget_everything,
        ),
        class_name="flex flex-wrap items-center gap-2",
    )
    rows = rx.el.ul(rx.foreach(MemoryState.items, _row), class_name=LIST, aria_label=t("Memories"))
    none_found = rx.el.p(t("No memory has these words."), role="status", class_name="text-sm text-muted")
    empty = kit.empty_state(
        icon="brain",
        title=t("Nothing is remembered yet"),
        text=t(
            "Say something about yourself in a chat, such as where you live or what you cannot eat. A minute later it "
            "is listed here, with the message it comes from. “Remember that …” and “Forget …” work at once."
        ),
        action=kit.link_button(label=t("New chat"), href="/", variant="primary", icon="square_pen"),
    )
    shown = rx.cond(MemoryState.items.length() > 0, rows, none_found)
    return rx.cond(
        (MemoryState.items.length() > 0) | (MemoryState.query != ""),
        rx.el.div(acts, shown, class_name="flex flex-col gap-4"),
        empty,
    )


def _row(item: rx.Var[MemoryItem]) -> rx.Component:
    origin = rx.match(
        item.source,
        ("explicit", t("You asked for it")),
        ("model", t("Noted by a model")),
        t("Read in a chat"),
    )
    source = rx.cond(
        item.chat != "",
        router_link(
            t("Source"), to="/c/" + item.chat + "?m=" + item.message, class_name="underline underline-offset-2"
        ),
    )
    return rx.el.li(
        rx.el.div(
            rx.el.p(item.text, dir="auto", class_name="[overflow-wrap:anywhere]"),
            rx.el.p(
                rx.cond(item.until != "", kit.badge(label=t("until {day}", day=item.until))),
                rx.el.span(t("said {day}", day=item.said)),
                rx.el.span(origin),
                source,
                class_name="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-sm text-muted",
            ),
            class_name=rx.cond(item.until != "", "min-w-0 flex-1 text-muted", "min-w-0 flex-1"),
        ),
        rx.el.div(
            kit.icon_button(
                icon="pencil",
                label=t("Change “{memory}”", memory=item.text),
                on_click=MemoryState.begin_edit(item.id, item.text),
            ),
            kit.icon_button(
                icon="trash_2",
                label=t("Forget “{memory}”", memory=item.text),
                tone="danger",
                on_click=MemoryState.forget(item.id),
            ),
            class_name="flex shrink-0",
        ),
        class_name="flex min-h-11 items-center gap-3 py-2 pl-4 pr-1",
    )


def _dialog() -> rx.Component:
    form = rx.el.form(
        kit.text_field(
            id="memory-text",
            label=t("Memory in your words"),
            name="text",
            default_value=MemoryState.old_text,
            required=True,
            auto_complete="off",
            max_length=500,
        ),
        rx.el.div(
            kit.dialog_close(label=t("Cancel")),
            kit.button(label=t("Save"), variant="primary", type="submit"),
            class_name="mt-5 flex justify-end gap-2",
        ),
        on_submit=MemoryState.edit,
    )
    return kit.dialog(
        form, title=t("Change the memory"), open=MemoryState.editing != "", on_open_change=MemoryState.end_edit
    )
