"""The chat page: the thread of messages, the composer below it, the settings panel beside it."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.react_router import link as router_link

from localmind_app.features.notice import NoticeState
from localmind_app.ui import kit
from localmind_app.ui.i18n import t
from localmind_app.ui.route import route_param
from localmind_app.ui.shell import PANEL, Section, shell
from localmind_app.ui.shortcuts import shortcut
from localmind_app.ui.web.chat_acts import focuses_composer
from localmind_app.ui.web.composer import composer
from localmind_app.ui.web.context_view import context_view, shows_context
from localmind_app.ui.web.leave import leave
from localmind_app.ui.web.source import source_viewer
from localmind_app.ui.web.thread import thread

from . import components
from .state import ChatListState, ChatState


def sections() -> list[Section]:
    """What the navigation offers: only what works."""
    return [
        Section(id="chat", label=t("Chat"), icon="message_square", href="/"),
        Section(id="knowledge", label=t("Knowledge"), icon="library", href="/knowledge"),
        Section(id="memory", label=t("Memories"), icon="brain", href="/memory"),
        Section(id="models", label=t("Models"), icon="cpu", href="/models"),
    ]


def frame(*content: rx.Component, title: rx.Var[str], active: str, on_undo: Any = None, **parts: Any) -> rx.Component:
    """Any page of LocalMind: the shell with the list of chats, the way to the settings, shortcuts and palette.

    `on_undo` handles the Undo of the page's own notices; without it they are about chats.
    """
    here = active == "settings"
    look = "bg-selected font-medium text-text" if here else "text-muted hover:bg-hover hover:text-text"
    settings = router_link(
        kit.icon(name="settings"),
        rx.el.span(t("Settings"), class_name="lm-label truncate"),
        to="/settings",
        class_name=f"lm-row lm-target flex w-full items-center gap-3 rounded-sm px-3 text-sm {look}",
        custom_attrs={"aria-current": "page"} if here else {},
    )
    return rx.fragment(
        shell(
            *content,
            title=title,
            active=active,
            sections=sections(),
            on_new_chat=rx.redirect("/"),
            sidebar=components.chat_list(),
            account=settings,
            notice=NoticeState.notice,
            on_undo=on_undo or ChatListState.restore,
            **parts,
        ),
        kit.command_palette(items=ChatListState.palette),
        leave(to=rx.cond(NoticeState.signed_out, "/sign-in", "")),
        shortcut(id="new-chat", on_trigger=rx.redirect("/")),
        shortcut(id="settings", on_trigger=rx.redirect("/settings")),
        shortcut(id="previous-chat", on_trigger=ChatListState.step(-1)),
        shortcut(id="next-chat", on_trigger=ChatListState.step(1)),
    )


def chat_page() -> rx.Component:
    """One chat, or a new one."""
    chat_id = route_param("chat_id")
    messages = thread(
        components.empty_chat(),
        chat_id=chat_id,
        model_names=ChatState.model_names,
        on_retry=ChatState.retry,
        on_edit=ChatState.edit,
        on_continue=ChatState.resume,
        on_sibling=ChatState.select_branch,
        on_cancel_queued=ChatState.cancel_queued,
        on_usage=ChatState.set_context,
    )
    meter = rx.cond(
        ChatState.context_size > 0,
        kit.context_meter(used=ChatState.context_used, window=ChatState.context_size, on_click=shows_context()),
    )
    write = composer(
        meter,
        chat_id=chat_id,
        sent=ChatState.sent,
        error=ChatState.send_error,
        disabled=rx.cond(ChatState.no_model, t("There is no model yet."), ""),
        placeholder=t("Message LocalMind"),
        attach=True,
        attached=ChatState.collections,
        web=ChatState.web,
        on_send=ChatState.send,
        on_stop=ChatState.stop,
        on_attach=ChatState.attach,
    )
    foot = rx.el.div(
        write, components.starter_note(), class_name="shrink-0 pb-[max(0.75rem,env(safe-area-inset-bottom))]"
    )
    shown = rx.cond(ChatState.missing, components.missing_chat(), rx.fragment(messages, foot))
    return rx.fragment(
        frame(
            shown,
            title=rx.cond(ChatState.title != "", ChatState.title, t("New chat")),
            active="chat",
            scroll=False,
            actions=rx.fragment(
                components.model_menu(),
                kit.icon_button(icon="sliders_horizontal", label=t("Chat settings"), on_click=kit.toggles(PANEL)),
            ),
            panel=components.settings_panel(),
            panel_title=t("Chat settings"),
            beside=source_viewer(),
        ),
        context_view(chat_id=chat_id),
        shortcut(id="focus-composer", on_trigger=focuses_composer()),
        shortcut(id="model-menu", on_trigger=kit.opens(components.MODELS)),
    )
