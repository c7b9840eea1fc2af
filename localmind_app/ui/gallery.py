"""The gallery: every part of the kit in every state, on one page. Development only.

The owner of the app adds it under ``/gallery`` when LOCALMIND_DEV is set; the picture and axe tests walk it.
"""

from __future__ import annotations

import reflex as rx

from localmind_app.ui import kit
from localmind_app.ui.i18n import locale_var, set_locale, t, tn
from localmind_app.ui.shell import Section, shell
from localmind_app.ui.shortcuts import shortcut
from localmind_app.ui.theme import set_theme, theme_var


def _show(title: str, *parts: rx.Component) -> rx.Component:
    head = rx.el.h2(title, class_name="text-sm font-semibold text-muted")
    return rx.el.section(
        head, rx.el.div(*parts, class_name="flex flex-wrap items-center gap-3"), class_name="flex flex-col gap-3"
    )


def _sections() -> list[Section]:
    names = (
        ("chat", t("Chat"), "message_square"),
        ("knowledge", t("Knowledge"), "library"),
        ("models", t("Models"), "cpu"),
    )
    return [Section(id=name, label=label, icon=icon, href=f"/{name}") for name, label, icon in names]


def _buttons() -> rx.Component:
    return _show(
        "Buttons",
        kit.button(label=t("Save"), variant="primary"),
        kit.button(label=t("Save"), variant="primary", loading=True),
        kit.button(label=t("Cancel")),
        kit.button(label=t("Cancel"), disabled=True),
        kit.button(label=t("Download"), icon="download", size="sm"),
        kit.button(label=t("More actions"), variant="ghost"),
        kit.button(label=t("Delete"), variant="danger", icon="trash_2"),
        kit.link_button(label=t("Models"), href="/gallery", icon="cpu"),
        kit.icon_button(icon="copy", label=t("Copy")),
        kit.icon_button(icon="pin", label=t("Pin"), pressed=True),
        kit.icon_button(icon="arrow_up", label=t("Send"), tone="primary"),
        kit.icon_button(icon="trash_2", label=t("Delete"), tone="danger"),
        kit.icon_button(icon="copy", label=t("Copy"), disabled=True),
    )


def _fields() -> rx.Component:
    form = rx.el.div(
        kit.text_field(
            id="g-name", label=t("Name"), hint=t("Shown to other people on this machine."), auto_complete="off"
        ),
        kit.text_field(id="g-bad", label=t("Name"), error=t("This name is taken."), default_value="ada"),
        kit.textarea(id="g-text", label=t("Instructions"), hint=t("Sent before every message.")),
        kit.select(id="g-select", label=t("Language"), options=[("en", "English"), ("de", "Deutsch")]),
        kit.switch(
            id="g-on", label=t("Web search"), hint=t("Leaves this machine when it is on."), default_checked=True
        ),
        kit.switch(id="g-off", label=t("Web search")),
        kit.slider(
            id="g-slider", label=t("Temperature"), minimum=0, maximum=2, step=0.1, shown="0.7", default_value=0.7
        ),
        class_name="flex w-full max-w-md flex-col gap-5",
    )
    return _show("Fields", form)


def _feedback() -> rx.Component:
    bars = rx.el.div(
        kit.progress(label=t("Downloading"), value=42, text="42 %"),
        kit.progress(label=t("Loading the model"), value=None),
        kit.skeleton(label=t("Loading")),
        class_name="flex w-full max-w-md flex-col gap-5",
    )
    return _show(
        "Feedback",
        bars,
        kit.spinner(label=t("Loading")),
        kit.badge(label=t("Private")),
        kit.badge(label=t("New"), tone="accent"),
        kit.badge(label=t("Ready"), tone="success", icon="check"),
        kit.badge(label=t("Slow"), tone="warning"),
        kit.badge(label=t("Failed"), tone="danger", icon="circle_alert"),
        kit.context_meter(used=900, window=8192),
        kit.context_meter(used=6500, window=8192),
        kit.context_meter(used=7900, window=8192),
        kit.avatar(initials="al"),
        kit.avatar(icon="bot"),
        kit.kbd(shortcut="palette"),
        kit.kbd(shortcut="new-chat"),
    )


def _layers() -> rx.Component:
    rename = kit.dialog(
        kit.text_field(id="g-title", label=t("Name"), default_value="Plan"),
        title=t("Rename chat"),
        description=t("The name is only for you."),
        trigger=kit.dialog_trigger(label=t("Rename")),
        footer=rx.fragment(kit.dialog_close(label=t("Cancel")), kit.dialog_close(label=t("Save"), variant="primary")),
    )
    remove = kit.alert_dialog(
        title=t("Delete this model?"),
        text=t("Its files are removed from the disk. You can download them again."),
        confirm=t("Delete model"),
        on_confirm=kit.shows_toast("Deleted"),
        trigger_label=t("Delete model"),
    )
    menu = kit.menu(
        kit.menu_item(label=t("Rename"), icon="pencil", on_select=kit.opens("g-sheet")),
        kit.menu_item(label=t("New chat"), icon="square_pen", shortcut="new-chat"),
        kit.menu_item(label=t("Pin"), icon="pin", disabled=True),
        kit.menu_separator(),
        kit.menu_item(label=t("Delete"), icon="trash_2", danger=True),
        label=t("More actions"),
    )
    return _show(
        "Layers",
        rename,
        remove,
        menu,
        kit.button(label=t("Details"), on_click=kit.opens("g-sheet")),
        kit.button(label=t("Panel"), on_click=kit.toggles("panel")),
        kit.button(label=t("Notice"), on_click=kit.shows_toast("Copied", kind="success")),
        kit.button(label=t("Failed"), on_click=kit.shows_toast("This name is taken.", kind="error")),
        kit.sheet(rx.el.p(t("The name is only for you."), class_name="p-4"), title=t("Details"), name="g-sheet"),
    )


def _settings() -> rx.Component:
    names = [("system", t("System")), ("light", t("Light")), ("dark", t("Dark")), ("contrast", t("High contrast"))]
    themes = [
        kit.button(label=label, size="sm", on_click=set_theme(name), aria_pressed=theme_var() == name)
        for name, label in names
    ]
    choice = kit.menu_choice(label=t("Theme"), value=theme_var(), options=names, on_change=set_theme())
    languages = [
        kit.button(label=label, size="sm", on_click=set_locale(name), aria_pressed=locale_var() == name, lang=name)
        for name, label in (("en", "English"), ("de", "Deutsch"))
    ]
    return _show(
        "Theme and language",
        *themes,
        kit.menu(choice, label=t("Theme"), icon="sun_moon"),
        *languages,
        rx.el.span(tn("{n} chat", "{n} chats", 1234)),
    )


def _tabs() -> rx.Component:
    empty = kit.empty_state(
        icon="library",
        title=t("No documents yet"),
        text=t("Add files, and answers can quote them."),
        action=kit.button(label=t("Add files"), variant="primary", icon="plus"),
        level=3,
    )
    parts = [("empty", t("Empty"), empty), ("other", t("Details"), rx.el.p(t("The name is only for you.")))]
    return _show("Tabs and empty state", rx.el.div(kit.tabs(label=t("Details"), items=parts), class_name="w-full"))


def gallery() -> rx.Component:
    """The gallery page."""
    account = kit.menu(
        kit.menu_item(label=t("Settings"), icon="settings", shortcut="settings"),
        label=t("Account"),
        trigger=rx.fragment(kit.avatar(initials="al"), rx.el.span("Ada", class_name="lm-label truncate text-sm")),
        trigger_class="lm-row lm-target flex w-full items-center gap-3 rounded-sm px-2 hover:bg-hover",
        align="start",
        side="top",
    )
    body = rx.el.div(
        _settings(),
        _buttons(),
        _fields(),
        _feedback(),
        _layers(),
        _tabs(),
        class_name="mx-auto flex max-w-4xl flex-col gap-10 px-4 py-6",
    )
    return shell(
        body,
        kit.command_palette(
            items=[{"id": "c1", "group": "Chats", "text": "Ideas for the garden", "href": "/gallery?c=1"}]
        ),
        shortcut(id="new-chat", on_trigger=kit.shows_toast("New chat")),
        title=t("Gallery"),
        sections=_sections(),
        active="chat",
        on_new_chat=kit.shows_toast("New chat"),
        sidebar=rx.el.p(t("No chats yet"), class_name="px-3 text-sm text-muted"),
        account=account,
        actions=kit.icon_button(icon="panel_right", label=t("Panel"), on_click=kit.toggles("panel")),
        panel=rx.el.p(t("The name is only for you."), class_name="p-4"),
        panel_title=t("Panel"),
    )
