"""One collection: what it is, the ways documents come into it, and its documents."""

from __future__ import annotations

import reflex as rx
from reflex_components_core.react_router import link as router_link

from localmind_app.features.knowledge.state import AddingState, KnowledgeState
from localmind_app.ui import kit
from localmind_app.ui.i18n import t, tn
from localmind_app.ui.web.documents import add_files, ask_in_chat, documents
from localmind_app.ui.web.every import every

from .collections import collection_menu

EXAMPLE_PAGE = "https://example.org/handbook"  # the same in every language
EXAMPLE_FOLDER = "/home/ada/Documents"
NARROW = "max-sm:px-3 max-sm:text-sm"  # three ways side by side on a phone


def collection_view(collection: rx.Var[str]) -> rx.Component:
    """The open collection."""
    return rx.fragment(
        rx.el.div(add_files(_more(), collection=collection), class_name="flex flex-wrap items-center gap-2"),
        _folder(),
        documents(_empty(), collection=collection, revision=AddingState.revision, on_filled=KnowledgeState.filled),
        every(2, active=KnowledgeState.settling, on_tick=KnowledgeState.refresh),
        _link_dialog(),
        _folder_dialog(),
    )


def collection_head() -> rx.Component:
    """The way back, what the collection is for, and what can be done with it."""
    current = KnowledgeState.current
    back = router_link(
        kit.icon(name="arrow_left", size=16),
        rx.el.span(t("All collections")),
        to="/knowledge",
        class_name="lm-target inline-flex items-center gap-2 rounded-sm text-sm whitespace-nowrap text-muted "
        "hover:text-text",
    )
    about = rx.cond(
        current.description != "",
        rx.el.p(current.description, class_name="max-w-prose text-sm text-muted whitespace-pre-line text-pretty"),
    )
    return rx.el.div(
        rx.el.div(
            back,
            rx.el.div(
                rx.cond(current.documents > 0, ask_in_chat(current.id, current.name)),
                collection_menu(current),
                class_name="ml-auto flex items-center gap-1",
            ),
            class_name="flex flex-wrap items-center gap-2",
        ),
        about,
        class_name="-mb-2 flex flex-col gap-1",
    )


def _more() -> rx.Component:
    """The ways that are not files: a link, and for the owner a folder that is followed."""
    link = kit.button(label=t("Add a link"), icon="link", on_click=AddingState.begin("link"), class_name=NARROW)
    follow = kit.button(
        label=t("Follow a folder"), icon="folder_sync", on_click=AddingState.begin("folder"), class_name=NARROW
    )
    return rx.fragment(link, rx.cond(AddingState.owner & (KnowledgeState.current.folder.path == ""), follow))


def _folder() -> rx.Component:
    """The folder that is followed, and how that goes."""
    folder = KnowledgeState.current.folder
    state = rx.match(
        folder.state,
        ("following", t("What is new, changed or removed there follows by itself.")),
        ("missing", t("The folder is not there now. What was read of it is kept; it goes on when the folder is back.")),
        t("Its files are being looked at."),
    )
    problem = rx.cond(
        folder.error != "", rx.el.p(t(folder.error, folder.params), class_name="text-sm text-danger", role="status")
    )
    leave = kit.button(label=t("Follow no longer"), size="sm", on_click=AddingState.leave)
    box = rx.el.div(
        kit.icon(name="folder_sync", class_name="mt-0.5 text-muted"),
        rx.el.div(
            rx.el.p(folder.path, class_name="font-mono text-sm [overflow-wrap:anywhere]", dir="ltr"),
            rx.el.p(state, class_name="text-sm text-muted"),
            rx.cond(
                folder.left_out > 0,
                rx.el.p(
                    tn(
                        "{n} entry was left out: links, hidden files and what cannot be opened.",
                        "{n} entries were left out: links, hidden files and what cannot be opened.",
                        folder.left_out,
                    ),
                    class_name="text-sm text-muted",
                ),
            ),
            problem,
            class_name="min-w-0 flex-1 basis-52",
        ),
        rx.cond(AddingState.owner, leave),
        class_name="flex flex-wrap items-start gap-x-3 gap-y-2 rounded-md border border-border bg-surface p-3",
    )
    return rx.cond(folder.path != "", box)


def _empty() -> rx.Component:
    return rx.el.div(
        kit.empty_state(
            icon="file_plus_2",
            title=t("Drop files or a folder here"),
            text=t(
                "PDF and scans, Word, PowerPoint and Excel, e-books, e-mails, web pages, Markdown, tables, pictures "
                "with text, and source code. You see each file being read, and can ask as soon as the first is ready."
            ),
        ),
        class_name="rounded-lg border-2 border-dashed border-border-strong",
    )


def _error() -> rx.Var[str]:
    return rx.cond(AddingState.error != "", t(AddingState.error, AddingState.error_params), "")


def _link_dialog() -> rx.Component:
    form = rx.el.form(
        kit.text_field(
            id="link-url",
            label=t("Address"),
            name="url",
            type="url",
            required=True,
            auto_complete="off",
            max_length=2000,
            placeholder=EXAMPLE_PAGE,
            error=_error(),
        ),
        kit.switch(
            id="link-site",
            label=t("All pages of the site"),
            hint=t("Those its sitemap lists, 500 at most."),
            name="whole_site",
        ),
        rx.el.div(
            kit.dialog_close(label=t("Cancel")),
            kit.button(label=t("Add"), variant="primary", type="submit", loading=AddingState.working),
            class_name="flex justify-end gap-2",
        ),
        on_submit=AddingState.add_link,
        class_name="flex flex-col gap-4",
    )
    off = rx.el.div(
        rx.el.p(
            rx.cond(
                AddingState.owner,
                t(
                    "Reading web pages is switched off, so nothing leaves this machine. "
                    "You can switch it on in the settings."
                ),
                t("Reading web pages is switched off. The owner of this LocalMind can switch it on."),
            )
        ),
        rx.cond(
            AddingState.owner,
            rx.el.div(
                kit.link_button(
                    label=t("To the settings"), href="/settings", icon="settings", on_click=AddingState.end(False)
                )
            ),
        ),
        class_name="flex flex-col gap-4",
    )
    return kit.dialog(
        rx.cond(AddingState.web, form, off),
        title=t("Add a link"),
        open=AddingState.form == "link",
        on_open_change=AddingState.end,
    )


def _folder_dialog() -> rx.Component:
    form = rx.el.form(
        kit.text_field(
            id="folder-path",
            label=t("Folder on this machine"),
            name="path",
            required=True,
            auto_complete="off",
            max_length=2000,
            placeholder=EXAMPLE_FOLDER,
            hint=t("Its files are read where they lie. New, changed and removed files follow by themselves."),
            error=_error(),
        ),
        rx.el.div(
            kit.dialog_close(label=t("Cancel")),
            kit.button(label=t("Follow"), variant="primary", type="submit"),
            class_name="flex justify-end gap-2",
        ),
        on_submit=AddingState.follow,
        class_name="flex flex-col gap-4",
    )
    return kit.dialog(
        form, title=t("Follow a folder"), open=AddingState.form == "folder", on_open_change=AddingState.end
    )
