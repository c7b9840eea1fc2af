"""What the chat feature shows: the list in the sidebar, the model menu, the settings panel, the empty chat."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.react_router import link as router_link

from localmind_app.ui import kit
from localmind_app.ui.i18n import mark, t
from localmind_app.ui.route import route_param
from localmind_app.ui.web.chat_acts import fills_composer

from .days import MONTH, OLDER, PINNED, TODAY, WEEK, YESTERDAY, DayGroup, ListedChat
from .sampling import RANGES
from .state import ChatListState, ChatState

# The headings of `days` are translated by the page, so the catalogue must know them.
_HEADINGS = (
    mark("Pinned"),
    mark("Today"),
    mark("Yesterday"),
    mark("Previous 7 days"),
    mark("Previous 30 days"),
    mark("Older"),
)
assert _HEADINGS == (PINNED, TODAY, YESTERDAY, WEEK, MONTH, OLDER)

RENAME = "rename-chat"


def chat_list() -> rx.Component:
    """The chats by day, with a search field above them."""
    search = rx.el.div(
        kit.icon(
            name="search",
            size=15,
            class_name="pointer-events-none absolute left-3 top-1/2 -translate-y-1/2 text-muted",
        ),
        rx.el.input(
            type="search",
            aria_label=t("Search chats"),
            placeholder=t("Search chats"),
            default_value=ChatListState.query,
            on_change=ChatListState.search.debounce(150),
            class_name="lm-target w-full rounded-sm border border-transparent bg-hover pl-9 pr-2 text-sm "
            "placeholder:text-muted focus:border-border-strong",
        ),
        class_name="relative mb-2",
    )
    nothing = rx.cond(
        ChatListState.query != "",
        rx.el.p(t("No chat has these words."), class_name="px-3 py-2 text-sm text-muted"),
        rx.el.p(t("Your chats will be listed here."), class_name="px-3 py-2 text-sm text-muted"),
    )
    groups = rx.foreach(ChatListState.groups, _group)
    full = rx.cond(ChatListState.groups.length() > 0, groups, nothing)
    loading = kit.skeleton(label=t("Loading"), lines=4, class_name="px-3 py-2")
    return rx.el.section(search, rx.cond(ChatListState.loaded, full, loading), rename_dialog(), aria_label=t("Chats"))


def _group(group: rx.Var[DayGroup]) -> rx.Component:
    heading = rx.el.h2(t(group.label), class_name="px-3 pb-1 pt-3 text-xs font-medium text-muted")
    return rx.el.div(heading, rx.el.ul(rx.foreach(group.chats, _row), class_name="flex flex-col gap-px"))


def _row(chat: rx.Var[ListedChat]) -> rx.Component:
    here = route_param("chat_id") == chat.id
    look = rx.cond(here, "bg-selected", "hover:bg-hover focus-within:bg-hover")
    link = router_link(
        rx.el.span(chat.title, class_name="truncate"),
        to="/c/" + chat.id,
        custom_attrs={"aria-current": rx.cond(here, "page", "false")},
        class_name="lm-target flex min-w-0 flex-1 items-center rounded-sm px-3 text-sm",
    )
    menu = rx.el.div(
        _row_menu(chat),
        class_name="shrink-0 opacity-0 group-hover:opacity-100 group-focus-within:opacity-100 "
        "has-data-[state=open]:opacity-100 pointer-coarse:opacity-100",
    )
    return rx.el.li(link, menu, class_name=rx.Var.create("group flex items-center rounded-sm pr-1 ") + look)


def _row_menu(chat: rx.Var[ListedChat]) -> rx.Component:
    pin = rx.cond(
        chat.pinned,
        kit.menu_item(label=t("Unpin"), icon="pin_off", on_select=ChatListState.pin(chat.id, False)),
        kit.menu_item(label=t("Pin"), icon="pin", on_select=ChatListState.pin(chat.id, True)),
    )
    delete = ChatListState.delete(chat.id, route_param("chat_id"))
    return kit.menu(
        kit.menu_item(label=t("Rename"), icon="pencil", on_select=ChatListState.begin_rename(chat.id, chat.title)),
        pin,
        kit.menu_separator(),
        *_export_items(chat.id),
        kit.menu_separator(),
        kit.menu_item(label=t("Delete"), icon="trash_2", danger=True, on_select=delete),
        label=t("Actions for {title}", title=chat.title),
        align="start",
    )


def _export_items(chat_id: rx.Var[str]) -> list[rx.Component]:
    def way(form: str) -> Any:
        return rx.download(url="/api/chats/" + chat_id + f"/export?form={form}")

    return [
        kit.menu_item(label=t("Export as Markdown"), icon="file_text", on_select=way("md")),
        kit.menu_item(label=t("Export as JSON"), icon="file_json", on_select=way("json")),
    ]


def rename_dialog() -> rx.Component:
    """Asks for a chat's title."""
    form = rx.el.form(
        kit.text_field(
            id=RENAME,
            label=t("Title"),
            name="title",
            default_value=ChatListState.old_title,
            required=True,
            auto_complete="off",
            max_length=200,
        ),
        rx.el.div(
            kit.dialog_close(label=t("Cancel")),
            kit.button(label=t("Save"), variant="primary", type="submit"),
            class_name="mt-5 flex justify-end gap-2",
        ),
        on_submit=ChatListState.rename,
    )
    return kit.dialog(
        form, title=t("Rename chat"), open=ChatListState.renaming != "", on_open_change=ChatListState.end_rename
    )


def model_menu() -> rx.Component:
    """The model of the chat, and the others to choose from."""
    label = rx.foreach(
        ChatState.models, lambda item: rx.cond(item["id"] == ChatState.model, rx.el.span(item["label"]), rx.fragment())
    )
    face = rx.el.span(
        rx.el.span(label, class_name="max-w-40 truncate sm:max-w-64"),
        kit.icon(name="chevron_down", size=16, class_name="text-muted"),
        class_name="flex items-center gap-1.5",
    )
    return kit.menu(
        kit.menu_choice(
            label=t("Model"),
            value=ChatState.model,
            on_change=ChatState.choose_model,
            options=ChatState.model_options,
        ),
        kit.menu_separator(),
        kit.menu_item(label=t("Get a larger model"), icon="download", on_select=rx.redirect("/models?tab=catalogue")),
        label=t("Choose a model"),
        trigger=face,
        trigger_class="lm-target inline-flex items-center rounded-md px-3 text-sm font-medium hover:bg-hover "
        "data-[state=open]:bg-hover",
        open=kit.is_open(MODELS),
        on_open_change=kit.follows(MODELS),
    )


MODELS = "models"


def empty_chat() -> rx.Component:
    """What a new chat shows: a greeting and questions to begin with."""

    def idea(text: rx.Var[str]) -> rx.Component:
        return kit.button(label=text, on_click=fills_composer(text), class_name="rounded-full")

    return rx.el.div(
        rx.el.img(src="/icons/icon.svg", alt="", class_name="size-14"),
        rx.el.h2(t("What is on your mind?"), class_name="text-2xl font-semibold tracking-tight"),
        rx.el.p(
            rx.cond(
                ChatState.web["search"] | ChatState.web["pages"],
                t("What you write stays on this machine, but for what you let go to the web."),
                t("Everything you write stays on this machine."),
            ),
            class_name="max-w-prose text-center text-muted",
        ),
        rx.el.div(
            idea(t("Who are you?")),
            idea(t("What can you do?")),
            idea(t("How do I get a larger model?")),
            class_name="flex flex-wrap justify-center gap-2 pt-2",
        ),
        class_name="flex h-full flex-col items-center justify-center gap-3 px-4",
    )


def missing_chat() -> rx.Component:
    """Shown for an address without a chat."""
    return kit.empty_state(
        icon="message_square_off",
        title=t("There is no such chat"),
        text=t("It may have been deleted. A deleted chat can be brought back for an hour with Undo."),
        action=kit.link_button(label=t("New chat"), href="/", variant="primary", icon="square_pen"),
    )


def starter_note() -> rx.Component:
    """Says plainly what the built-in model is, wherever it answers."""
    return rx.cond(
        ChatState.is_starter,
        rx.el.p(
            t("Starter is a tiny model that knows LocalMind and little else."),
            " ",
            router_link(t("Get a larger model"), to="/models?tab=catalogue", class_name="underline underline-offset-2"),
            class_name="px-4 pt-1.5 text-center text-xs text-muted",
        ),
    )


_FIELDS = {
    "temperature": (t("Temperature"), t("How freely words are chosen: 0 always takes the likeliest."), "0.05"),
    "top_p": (t("Top-p"), t("Only the likeliest words that together reach this share."), "0.01"),
    "top_k": (t("Top-k"), t("Only this many of the likeliest words."), "1"),
    "min_p": (t("Min-p"), t("Leaves out words this much less likely than the best."), "0.01"),
    "repeat_penalty": (t("Repeat penalty"), t("Above 1 makes repeating less likely."), "0.01"),
    "max_tokens": (t("Longest answer"), t("In tokens."), "1"),
    "seed": (t("Seed"), t("The same seed gives the same answer again."), "1"),
}


def settings_panel() -> rx.Component:
    """System prompt and sampling of the shown chat."""
    error = rx.cond(
        ChatState.settings_error.contains("template"),
        rx.el.p(
            t(ChatState.settings_error["template"].to(str), ChatState.settings_error["params"]),
            role="alert",
            class_name="text-sm text-danger",
        ),
    )
    memory = kit.switch(
        id="chat-remembers",
        label=t("Memories"),
        hint=t("Off: nothing of this chat is remembered, and nothing remembered is used in it."),
        checked=ChatState.remembers,
        on_change=ChatState.remember,
    )
    form = rx.el.form(
        kit.textarea(
            id="system-prompt",
            label=t("Instructions"),
            hint=t("Sent before every message of this chat."),
            name="system_prompt",
            default_value=ChatState.system_prompt,
            rows="5",
        ),
        *[_number(name) for name in RANGES],
        error,
        kit.button(label=t("Save"), variant="primary", type="submit"),
        on_submit=ChatState.configure,
        # The key makes the browser take new values over when another chat is shown.
        key=ChatState.settings_key,
        class_name="flex flex-col gap-5",
    )
    return rx.el.div(memory, form, class_name="flex flex-col gap-5 p-5")


def _number(name: str) -> rx.Component:
    label, hint, step = _FIELDS[name]
    _, lowest, highest = RANGES[name]
    return kit.text_field(
        id=f"sampling-{name}",
        label=label,
        hint=hint,
        name=name,
        type="number",
        step=step,
        min=str(lowest),
        max=str(highest),
        placeholder=t("Automatic"),
        default_value=ChatState.sampling.get(name, ""),
        input_mode="decimal",
    )
