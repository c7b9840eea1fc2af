"""The models page: what is here, what runs, what can be had, the workshop, remote engines. The tab is in the URL."""

from __future__ import annotations

import reflex as rx

from localmind_app.features.chat.page import frame
from localmind_app.features.models.state import ShelfState
from localmind_app.ui import kit
from localmind_app.ui.i18n import t
from localmind_app.ui.query import query_part, sets_query_part
from localmind_app.ui.web.running import running_models

from .batches import batches_section
from .catalogue import catalogue_tab
from .installed import installed_tab
from .remote import remote_tab
from .workshop import workshop_tab

TAB, FIRST = "tab", "installed"


def models_page() -> rx.Component:
    """The page with its five tabs."""
    tabs = kit.tabs(
        label=t("Models"),
        items=[
            (FIRST, t("Installed"), installed_tab()),
            ("running", t("Running"), _running_tab()),
            ("catalogue", t("Catalogue"), _for_owner(catalogue_tab())),
            ("workshop", t("Workshop"), _for_owner(workshop_tab())),
            ("remote", t("Remote"), _for_owner(remote_tab())),
        ],
        value=query_part(TAB, FIRST),
        on_change=sets_query_part(TAB, FIRST),
    )
    body = rx.el.div(tabs, class_name="mx-auto w-full max-w-4xl px-4 py-4 md:px-8")
    return frame(body, title=t("Models"), active="models")


def _running_tab() -> rx.Component:
    nothing = kit.empty_state(
        icon="activity",
        title=t("No model is loaded"),
        text=t("A model is loaded by its first message, or by Load. What it does is then shown here, live."),
        action=kit.link_button(label=t("To the installed models"), href="/models"),
    )
    models = running_models(nothing, can_act=ShelfState.owner, on_unload=ShelfState.unload)
    return rx.fragment(models, batches_section())


def _for_owner(tab: rx.Component) -> rx.Component:
    """What only the owner may use; the services refuse everybody else, the page says so before."""
    refused = kit.empty_state(
        icon="lock",
        title=t("This is for the owner"),
        text=t("You can use every installed model. Only the owner of this LocalMind adds and changes them."),
    )
    loading = kit.skeleton(label=t("Loading"), lines=4)
    return rx.cond(ShelfState.loaded, rx.cond(ShelfState.owner, tab, refused), loading)
