"""All collections, what somebody sees who has none, and the dialog for a name and a description."""

from __future__ import annotations

import reflex as rx
from reflex_components_core.react_router import link as router_link

from localmind_app.features.knowledge.state import CollectionItem, KnowledgeState
from localmind_app.ui import figures, kit
from localmind_app.ui.i18n import t, tn
from localmind_app.ui.web.documents import add_files
from localmind_app.ui.web.every import every

ROWS = "flex flex-wrap items-center gap-x-3 gap-y-1"


def first_look() -> rx.Component:
    """One sentence, one thing to do, and what it is good for."""
    return rx.el.div(
        rx.el.div(
            kit.icon(name="library", size=26),
            class_name="grid size-14 place-items-center rounded-lg bg-accent-soft text-accent",
        ),
        rx.el.h2(t("Ask your own documents"), class_name="mt-3 text-xl font-semibold"),
        rx.el.p(
            t(
                "Add PDFs, Office files, scans, web pages or a whole folder: they are read on this machine, and every "
                "answer shows the place it comes from."
            ),
            class_name="max-w-md text-muted text-pretty",
        ),
        rx.el.div(add_files(), class_name="mt-4 flex flex-wrap justify-center gap-2"),
        rx.el.p(t("Or drop files anywhere on this page."), class_name="text-sm text-muted max-sm:hidden"),
        rx.el.figure(
            rx.el.figcaption(t("Then ask, for example"), class_name="text-sm text-muted"),
            rx.el.p(t("“What does the contract say about the notice period?”"), class_name="font-medium"),
            class_name="mt-6 rounded-md border border-border bg-surface px-5 py-3",
        ),
        class_name="flex flex-col items-center gap-1.5 py-12 text-center",
    )


def collection_list() -> rx.Component:
    """The collections, the newest change first."""
    new = kit.button(label=t("New collection"), icon="plus", on_click=KnowledgeState.begin("new", "", ""))
    return rx.el.section(
        rx.el.div(
            rx.el.h2(t("Collections"), class_name="text-lg font-semibold"),
            rx.el.div(new, class_name="ml-auto"),
            class_name=ROWS,
        ),
        rx.el.ul(
            rx.foreach(KnowledgeState.items, _card),
            class_name="grid gap-3 sm:grid-cols-2",
            aria_label=t("Collections"),
        ),
        every(2, active=KnowledgeState.busy, on_tick=KnowledgeState.refresh),
        class_name="flex flex-col gap-3",
    )


def _card(item: rx.Var[CollectionItem]) -> rx.Component:
    name = router_link(
        item.name,
        to="/knowledge?collection=" + item.id,
        # The whole card leads there; the menu lies above.
        class_name="rounded-sm font-semibold [overflow-wrap:anywhere] after:absolute after:inset-0 after:rounded-md",
    )
    count = tn("{n} document", "{n} documents", item.documents)
    facts = rx.el.p(
        rx.el.span(rx.cond(item.documents > 0, count, t("empty"))),
        rx.cond(item.size > 0, rx.el.span(figures.size(item.size))),
        rx.el.span(t("changed {day}", day=figures.day(item.changed))),
        class_name="flex flex-wrap gap-x-3 text-sm text-muted tabular-nums",
    )
    about = rx.cond(
        item.description != "", rx.el.p(item.description, class_name="line-clamp-2 text-sm text-muted text-pretty")
    )
    return rx.el.li(
        rx.el.div(
            rx.el.h3(name, class_name="min-w-0 flex-1 py-1.5"),
            rx.el.div(collection_menu(item), class_name="relative z-1 -mr-2 shrink-0"),
            class_name="flex items-start gap-2",
        ),
        about,
        rx.el.div(facts, collection_badges(item), class_name=f"{ROWS} mt-auto"),
        class_name="relative flex min-h-28 flex-col gap-1.5 rounded-md border border-border bg-raised py-3 pl-4 pr-3 "
        "hover:border-border-strong",
    )


def collection_badges(item: rx.Var[CollectionItem]) -> rx.Component:
    """What goes on in a collection, and what went wrong."""
    working = rx.cond(
        item.paused,
        kit.badge(label=t("Paused"), tone="warning", icon="pause"),
        kit.badge(label=tn("{n} being read", "{n} being read", item.working), tone="accent"),
    )
    return rx.fragment(
        rx.cond(item.working > 0, working),
        rx.cond(item.failed > 0, kit.badge(label=tn("{n} failed", "{n} failed", item.failed), tone="danger")),
        rx.cond(item.folder.path != "", kit.badge(label=t("Follows a folder"), icon="folder_sync")),
    )


def collection_menu(item: rx.Var[CollectionItem]) -> rx.Component:
    """Changing and deleting a collection."""
    return kit.menu(
        kit.menu_item(
            label=t("Name and description"),
            icon="pencil",
            on_select=KnowledgeState.begin(item.id, item.name, item.description),
        ),
        kit.menu_separator(),
        kit.menu_item(
            label=t("Delete"), icon="trash_2", danger=True, on_select=KnowledgeState.delete(item.id, item.name)
        ),
        label=t("Actions for {title}", title=item.name),
    )


def collection_dialog() -> rx.Component:
    """Asks for a name and a description, of a new collection or of one that is there."""
    new = KnowledgeState.editing == "new"
    error = rx.cond(KnowledgeState.error != "", t(KnowledgeState.error, KnowledgeState.error_params), "")
    form = rx.el.form(
        kit.text_field(
            id="collection-name",
            label=t("Name"),
            name="name",
            default_value=KnowledgeState.old_name,
            required=True,
            auto_complete="off",
            max_length=200,
            error=error,
        ),
        kit.textarea(
            id="collection-description",
            label=t("Description (optional)"),
            name="description",
            default_value=KnowledgeState.old_description,
            max_length=2000,
            rows=2,
        ),
        rx.el.div(
            kit.dialog_close(label=t("Cancel")),
            kit.button(label=rx.cond(new, t("Create"), t("Save")), variant="primary", type="submit"),
            class_name="mt-2 flex justify-end gap-2",
        ),
        on_submit=KnowledgeState.save,
        class_name="flex flex-col gap-4",
    )
    title = rx.cond(new, t("New collection"), t("Name and description"))
    return kit.dialog(form, title=title, open=KnowledgeState.editing != "", on_open_change=KnowledgeState.end)
