"""The knowledge page: all collections, or one of them with its documents; searching either. Both are in the address."""

from __future__ import annotations

import reflex as rx

from localmind_app.features.chat.page import frame
from localmind_app.features.knowledge.state import KnowledgeState, SearchState
from localmind_app.ui import kit
from localmind_app.ui.i18n import t
from localmind_app.ui.query import query_part
from localmind_app.ui.web.documents import drop_files
from localmind_app.ui.web.source import source_viewer

from .collection import collection_head, collection_view
from .collections import collection_dialog, collection_list, first_look
from .search import results, search_box


def knowledge_page() -> rx.Component:
    """The page at ``/knowledge`` and ``/knowledge?collection=…``."""
    open_now = query_part("collection", "")
    # The state's copy of the address is one round trip late: until then nothing of the last place is shown.
    arrived = KnowledgeState.loaded & (KnowledgeState.shown == open_now)
    place = rx.cond(open_now != "", collection_view(open_now), collection_list())
    full = rx.fragment(
        rx.cond(open_now != "", collection_head()),
        search_box(open_now),
        rx.cond(SearchState.question != "", results(), place),
    )
    nothing = (KnowledgeState.items.length() == 0) & (open_now == "")
    shown = rx.cond(nothing, first_look(), rx.cond(KnowledgeState.missing, _missing(), full))
    body = rx.el.div(
        rx.cond(arrived, shown, kit.skeleton(label=t("Loading"), lines=6)),
        rx.cond(~KnowledgeState.missing, drop_files(open_now)),
        collection_dialog(),
        class_name="mx-auto flex w-full max-w-3xl flex-col gap-5 px-4 py-5 md:px-8",
    )
    named = (open_now != "") & (KnowledgeState.current.name != "")
    return frame(
        body,
        title=rx.cond(named, KnowledgeState.current.name, t("Knowledge")),
        active="knowledge",
        beside=source_viewer(),
        on_undo=KnowledgeState.restore,
    )


def _missing() -> rx.Component:
    return kit.empty_state(
        icon="folder_x",
        title=t("This collection is not there"),
        text=t("It was deleted, or it belongs to somebody else."),
        action=kit.link_button(label=t("To all collections"), href="/knowledge"),
    )
