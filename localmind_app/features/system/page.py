"""The settings page: appearance, models, password and sessions, API keys, and what leaves this machine."""

from __future__ import annotations

import reflex as rx
from reflex_components_core.react_router import link as router_link

from localmind_app.features.accounts.state import AccountState
from localmind_app.features.chat.page import frame
from localmind_app.features.web_pages.components import web_switches
from localmind_app.ui import kit
from localmind_app.ui.i18n import locale_var, set_locale, t
from localmind_app.ui.theme import set_theme, theme_var
from localmind_app.ui.web.sign_out import signs_out

from .state import SystemState

LIST = "divide-y divide-border rounded-md border border-border"
LANGUAGES = (("en", "English"), ("de", "Deutsch"))


def _section(id: str, title: rx.Var[str], text: rx.Var[str], *parts: rx.Component) -> rx.Component:
    return rx.el.section(
        rx.el.h2(title, id=f"{id}-title", class_name="text-lg font-semibold"),
        rx.el.p(text, class_name="max-w-prose text-sm text-muted"),
        *parts,
        id=id,
        aria_labelledby=f"{id}-title",
        class_name="flex scroll-mt-6 flex-col gap-4 border-b border-border py-8 first:pt-0 last:border-b-0",
    )


def _appearance() -> rx.Component:
    theme = kit.select(
        id="theme",
        label=t("Theme"),
        value=theme_var(),
        on_change=lambda value: set_theme(value),
        options=[
            ("system", t("Like the system")),
            ("light", t("Light")),
            ("dark", t("Dark")),
            ("contrast", t("High contrast")),
        ],
    )
    language = kit.select(
        id="language",
        label=t("Language"),
        value=locale_var(),
        options=LANGUAGES,
        on_change=lambda value: set_locale(value),
    )
    return _section(
        "appearance",
        t("Appearance"),
        t("For this browser."),
        rx.el.div(theme, language, class_name="grid max-w-xl gap-4 sm:grid-cols-2"),
    )


def _models() -> rx.Component:
    def row(model: rx.Var[dict[str, str]]) -> rx.Component:
        return rx.el.li(
            kit.icon(name="cpu", class_name="text-muted"),
            rx.el.span(model["label"], class_name="min-w-0 truncate font-medium"),
            rx.el.span(model["detail"], class_name="min-w-0 truncate text-sm text-muted"),
            rx.cond(model["problem"] != "", kit.badge(label=t("Cannot be loaded"), tone="danger")),
            class_name="flex min-h-11 flex-wrap items-center gap-x-3 px-4 py-2",
        )

    folder = rx.el.p(
        t("Every GGUF file in this folder can be used at once:"),
        " ",
        rx.el.code(SystemState.models_folder, class_name="break-all rounded-sm bg-code-bg px-1.5 py-0.5 text-sm"),
        class_name="max-w-prose text-sm",
    )
    more = kit.link_button(label=t("Get and change models"), href="/models?tab=catalogue", icon="cpu")
    return _section(
        "models",
        t("Models"),
        t("LocalMind runs any GGUF model of llama.cpp. The built-in Starter is tiny; a larger model answers better."),
        rx.el.ul(rx.foreach(SystemState.models, row), class_name=LIST),
        folder,
        rx.el.div(more),
    )


def _error(template: rx.Var[str], params: rx.Var[dict[str, str]]) -> rx.Var[str]:
    return rx.cond(template != "", t(template, params), "")


def _password() -> rx.Component:
    current = rx.cond(
        AccountState.has_password,
        kit.text_field(
            id="current-password",
            label=t("Current password"),
            name="current",
            type="password",
            required=True,
            auto_complete="current-password",
        ),
    )
    form = rx.el.form(
        rx.el.input(type="text", name="username", value="owner", auto_complete="username", read_only=True, hidden=True),
        current,
        kit.text_field(
            id="new-password",
            label=t("New password"),
            name="new",
            type="password",
            required=True,
            hint=t("At least 10 characters. You will be signed out and sign in with it."),
            error=_error(AccountState.password_error, AccountState.password_params),
            auto_complete="new-password",
        ),
        kit.text_field(
            id="again-password",
            label=t("New password, once more"),
            name="again",
            type="password",
            required=True,
            auto_complete="new-password",
        ),
        rx.el.div(kit.button(label=t("Set password"), type="submit")),
        on_submit=AccountState.set_password,
        class_name="flex max-w-sm flex-col gap-4",
    )
    out = kit.button(label=t("Sign out"), icon="log_out", on_click=signs_out())
    everywhere = kit.alert_dialog(
        title=t("Sign out everywhere?"),
        text=t("Every browser that is signed in, this one too, must sign in again."),
        confirm=t("Sign out everywhere"),
        trigger_label=t("Sign out everywhere"),
        on_confirm=AccountState.sign_out_everywhere,
    )
    return _section(
        "account",
        t("Password and sessions"),
        t("Without a password, the link that LocalMind prints at each start is the way in."),
        form,
        rx.el.div(out, everywhere, class_name="flex flex-wrap gap-2"),
    )


def _keys() -> rx.Component:
    def row(key: rx.Var[dict[str, str]]) -> rx.Component:
        used = rx.cond(key["used"] != "", t("used {day}", day=key["used"]), t("never used"))
        return rx.el.li(
            rx.el.span(key["name"], class_name="min-w-0 truncate font-medium"),
            rx.el.code(key["hint"], class_name="text-sm text-muted"),
            rx.el.span(used, class_name="text-sm text-muted"),
            rx.cond(key["scopes"] != "", rx.el.span(key["scopes"], class_name="text-sm text-muted")),
            rx.cond(key["ends"] != "", rx.el.span(t("until {day}", day=key["ends"]), class_name="text-sm text-muted")),
            rx.el.span(
                kit.icon_button(
                    icon="trash_2",
                    label=t("Revoke {name}", name=key["name"]),
                    tone="danger",
                    on_click=AccountState.revoke_key(key["id"]),
                ),
                class_name="ml-auto",
            ),
            class_name="flex min-h-11 flex-wrap items-center gap-x-3 py-1 pl-4 pr-1",
        )

    fresh = rx.cond(
        AccountState.new_key != "",
        rx.el.div(
            rx.el.p(t("Copy the key now. It is not shown again."), class_name="text-sm font-medium"),
            rx.el.code(
                AccountState.new_key,
                id="new-key",
                class_name="block select-all break-all rounded-sm bg-code-bg p-3 text-sm",
            ),
            rx.el.div(kit.button(label=t("I have copied it"), size="sm", on_click=AccountState.hide_key)),
            role="status",
            class_name="flex max-w-xl flex-col gap-2 rounded-md border border-border bg-accent-soft p-4",
        ),
    )
    form = rx.el.form(
        kit.text_field(
            id="key-name",
            label=t("Name of the key"),
            name="name",
            required=True,
            max_length=200,
            placeholder=t("Editor, script, …"),
            auto_complete="off",
        ),
        kit.select(
            id="key-scope",
            name="scope",
            label=t("May be used for"),
            options=[
                ("", t("Everything")),
                ("chat models", t("Chat and answers")),
                ("embeddings models", t("Embeddings and reranking")),
                ("chat models batches", t("Chat and batches")),
                ("metrics", t("Health and metrics")),
            ],
        ),
        kit.select(
            id="key-days",
            name="days",
            label=t("Ends"),
            options=[
                ("", t("When it is revoked")),
                ("30", t("After 30 days")),
                ("90", t("After 90 days")),
                ("365", t("After a year")),
            ],
        ),
        kit.button(label=t("Make a key"), type="submit"),
        on_submit=AccountState.create_key,
        reset_on_submit=True,
        class_name="flex max-w-2xl flex-wrap items-end gap-2 [&>div]:min-w-48 [&>div]:flex-1",
    )
    listed = rx.cond(
        AccountState.keys.length() > 0,
        rx.el.ul(rx.foreach(AccountState.keys, row), class_name=LIST),
    )
    return _section(
        "keys",
        t("API keys"),
        t("Programs that speak OpenAI's protocol can use LocalMind: the address is this page's, followed by /v1."),
        fresh,
        form,
        listed,
    )


def _web() -> rx.Component:
    return _section(
        "web",
        t("The web"),
        t("Off until you switch it on. The model hub has its switch on the page of models."),
        web_switches(),
    )


def _privacy() -> rx.Component:
    def row(passage: rx.Var[dict[str, str]]) -> rx.Component:
        return rx.el.li(
            rx.el.span(passage["host"], class_name="min-w-0 break-all font-medium"),
            rx.el.span(passage["purpose"], class_name="text-sm text-muted"),
            rx.cond(
                passage["chat"] != "",
                router_link(
                    t("for a chat"), to="/c/" + passage["chat"], class_name="text-sm underline underline-offset-2"
                ),
            ),
            rx.el.span(passage["size"], class_name="text-sm text-muted"),
            rx.el.time(passage["at"], class_name="ml-auto text-sm text-muted"),
            class_name="flex min-h-11 flex-wrap items-center gap-x-3 px-4 py-1",
        )

    listed = rx.cond(
        SystemState.passages.length() > 0,
        rx.el.ul(rx.foreach(SystemState.passages, row), class_name=LIST, aria_label=t("Requests that left")),
        rx.el.p(t("Nothing has left so far."), class_name="text-sm"),
    )
    return _section(
        "privacy",
        t("What leaves this machine"),
        t(
            "Nothing by itself: no telemetry, no update check, no fonts or scripts from elsewhere. "
            "The model hub, remote engines and the web are asked only where you switched them on; each request "
            "is listed here."
        ),
        listed,
        rx.el.p(t("Your data lies in this folder:"), class_name="text-sm text-muted"),
        rx.el.code(SystemState.data_folder, class_name="w-fit break-all rounded-sm bg-code-bg px-2 py-1 text-sm"),
    )


def settings_page() -> rx.Component:
    """Everything that can be set, on one page."""
    body = rx.el.div(
        _appearance(),
        _models(),
        _password(),
        _keys(),
        _web(),
        _privacy(),
        class_name="mx-auto w-full max-w-3xl px-4 py-8 md:px-8",
    )
    return frame(body, title=t("Settings"), active="settings")
