"""The web's switches, as the settings page shows them."""

from __future__ import annotations

import reflex as rx

from localmind_app.ui import kit
from localmind_app.ui.i18n import t

from .state import WebPagesState

EXAMPLE = "http://192.168.1.20:8888"  # the same in every language
CARD = "flex flex-col gap-3 rounded-md border border-border bg-surface px-4 py-2"


def web_switches() -> rx.Component:
    """Both switches, and under the one for search which engine is asked."""
    return rx.el.div(_search(), _pages(), class_name="flex flex-col gap-3")


def _search() -> rx.Component:
    switch = kit.switch(
        id="web-search",
        label=t("Search the web"),
        hint=t(
            "The words of a search and your network address leave this machine, to the search engine below. "
            "Each search is in the ledger."
        ),
        checked=WebPagesState.search,
        disabled=~WebPagesState.mine,
        on_change=WebPagesState.allow_search,
    )
    engine = kit.select(
        id="search-engine",
        label=t("Search engine"),
        options=[("public", t("DuckDuckGo, else Brave or Mojeek")), ("searxng", t("A SearXNG server"))],
        value=WebPagesState.engine,
        on_change=WebPagesState.choose,
    )
    form = rx.el.form(
        kit.text_field(
            id="searxng",
            name="searxng",
            label=t("Address of the SearXNG"),
            hint=t("It may be on this machine or in your network. Its settings must allow the format json."),
            error=rx.cond(WebPagesState.error != "", t(WebPagesState.error, WebPagesState.error_params), ""),
            default_value=WebPagesState.searxng,
            key=WebPagesState.searxng,
            placeholder=EXAMPLE,
            type="url",
            auto_complete="off",
            max_length=300,
        ),
        rx.el.div(kit.button(label=t("Use it"), type="submit")),
        on_submit=WebPagesState.keep_address,
        class_name="flex max-w-xl flex-col gap-2",
    )
    choice = rx.el.div(
        rx.el.div(engine, class_name="max-w-xs"),
        rx.cond(WebPagesState.engine == "searxng", form),
        rx.cond(
            ~WebPagesState.pages,
            rx.el.p(
                t("In a chat, the pages that a search finds are read too, so both switches are needed there."),
                class_name="text-sm text-muted",
            ),
        ),
        class_name="flex flex-col gap-3 pb-2",
    )
    return rx.el.div(switch, rx.cond(WebPagesState.search & WebPagesState.mine, choice), class_name=CARD)


def _pages() -> rx.Component:
    switch = kit.switch(
        id="web-pages",
        label=t("Read web pages"),
        hint=t(
            "Only pages somebody asks for, from public addresses, without cookies or passwords. A site sees your "
            "network address; what it does not want to be read by programs is not read. Each request is in the ledger."
        ),
        checked=WebPagesState.pages,
        disabled=~WebPagesState.mine,
        on_change=WebPagesState.allow_pages,
    )
    return rx.el.div(switch, class_name=CARD)
