"""The frame of every page: sidebar, top bar, the page itself, a panel on the right, and the layers above them.

Desktop: a sidebar that folds into a rail. Phone (under 768 px): a top bar and a drawer. All of it opens and closes in
the browser. Not covered: what the slots contain; features hand that in.
"""

# Reflex reads event specs from annotations, which mypy cannot follow.
# mypy: disable-error-code="type-arg, valid-type"

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import reflex as rx
from reflex.event import passthrough_event_spec
from reflex.vars import VarData
from reflex.vars.function import ArgsFunctionOperation, FunctionVar
from reflex_components_core.react_router import link as router_link  # type: ignore[import-untyped]

from localmind_app.ui.i18n import t
from localmind_app.ui.kit import icon, icon_button, opens, tip, toaster
from localmind_app.ui.kit.disclosure import follows, is_open
from localmind_app.ui.kit.field import Text
from localmind_app.ui.kit.radix.dialog import UsesDialog

LIBRARY: Final = "$/localmind/shell"
PANEL: Final = "panel"  # opens("panel"), closes("panel"), toggles("panel")
ROW: Final = "lm-row lm-target flex w-full items-center gap-3 rounded-sm px-3 text-sm"


class _Sidebar(UsesDialog):
    library = LIBRARY
    tag = "Sidebar"
    alias = "ShellSidebar"


class _Panel(UsesDialog):
    library = LIBRARY
    tag = "Panel"
    alias = "ShellPanel"

    title: rx.Var[str]
    open: rx.Var[bool]
    on_open_change: rx.EventHandler[passthrough_event_spec(bool)]


class _RouteFocus(rx.Component):
    library = LIBRARY
    tag = "RouteFocus"


class _SkipLink(rx.Component):
    library = LIBRARY
    tag = "SkipLink"


class _PageTitle(rx.Component):
    library = LIBRARY
    tag = "PageTitle"

    title: rx.Var[str]


@dataclass(frozen=True)
class Section:
    """One way in the navigation. `label` is translated by whoever makes it (``t(...)``)."""

    id: str
    label: Text
    icon: str
    href: str


def toggles_sidebar() -> FunctionVar[Any]:
    """A browser-side event handler: folds the sidebar, or opens the drawer on a phone."""
    data = VarData(imports={LIBRARY: [rx.ImportVar(tag="toggleSidebar")]})
    return ArgsFunctionOperation.create((), rx.Var("toggleSidebar", _var_data=data).to(FunctionVar).call()).to(
        FunctionVar
    )


def _navigation(sections: Sequence[Section], active: str) -> rx.Component:
    rows = []
    for section in sections:
        here = section.id == active
        look = "bg-selected font-medium text-text" if here else "text-muted hover:bg-hover hover:text-text"
        rows.append(
            rx.el.li(
                router_link(
                    icon(name=section.icon),
                    rx.el.span(section.label, class_name="lm-label truncate"),
                    to=section.href,
                    class_name=f"{ROW} {look}",
                    custom_attrs={
                        **tip(section.label),
                        "data-tip-when": "rail",
                        **({"aria-current": "page"} if here else {}),
                    },
                )
            )
        )
    return rx.el.nav(
        rx.el.ul(*rows, class_name="flex flex-col gap-px"), aria_label=t("Sections"), class_name="px-2 py-1"
    )


def _new_chat(on_new_chat: Any) -> rx.Component:
    return rx.el.button(
        icon(name="square_pen"),
        rx.el.span(t("New chat"), class_name="lm-label truncate"),
        type="button",
        on_click=on_new_chat,
        class_name=f"{ROW} border border-border bg-raised font-medium shadow-sm hover:bg-hover",
        custom_attrs=tip(t("New chat"), "new-chat"),
    )


def _sidebar(
    *,
    sections: Sequence[Section],
    active: str,
    on_new_chat: Any,
    sidebar: rx.Component | None,
    account: rx.Component | None,
) -> rx.Component:
    brand = rx.el.span(
        rx.el.img(src="/icons/icon.svg", alt="", class_name="size-6.5"),
        rx.el.span("LocalMind", class_name="lm-label text-base font-semibold tracking-tight"),
        class_name="lm-brand flex min-w-0 flex-1 items-center gap-2.5",
    )
    search = icon_button(icon="search", label=t("Search and commands"), on_click=opens("palette"), shortcut="palette")
    fold = icon_button(
        icon="panel_left",
        label=t("Show or fold the sidebar"),
        on_click=toggles_sidebar(),
        shortcut="sidebar",
        class_name="max-md:hidden",
    )
    top = rx.el.div(brand, search, fold, class_name="lm-head flex items-center gap-1 py-2 pl-4 pr-2")
    parts = [top]
    if on_new_chat is not None:
        parts.append(rx.el.div(_new_chat(on_new_chat), class_name="px-2 pb-2"))
    if len(sections) > 1:  # a choice of one is none
        parts.append(_navigation(sections, active))
    middle = [sidebar] if sidebar is not None else []
    parts.append(rx.el.div(*middle, class_name="lm-wide-only min-h-0 flex-1 overflow-y-auto px-2 pb-2 pt-3"))
    if account is not None:
        parts.append(rx.el.div(account, class_name="mt-auto border-t border-border p-2"))
    return _Sidebar.create(*parts)


def _topbar(title: Text, actions: rx.Component | None, show_title: bool) -> rx.Component:
    menu = icon_button(icon="menu", label=t("Open menu"), on_click=toggles_sidebar(), class_name="md:hidden", size=20)
    look = "min-w-0 flex-1 truncate px-2 text-base font-semibold outline-none" if show_title else "sr-only"
    parts = [menu, rx.el.h1(title, class_name=look, tab_index=-1)]
    if actions is not None:
        parts.append(rx.el.div(actions, class_name="ml-auto flex shrink-0 items-center gap-1"))
    return rx.el.header(*parts, class_name="lm-topbar")


def shell(
    *content: rx.Component,
    title: Text,
    sections: Sequence[Section],
    active: str,
    on_new_chat: Any = None,
    sidebar: rx.Component | None = None,
    account: rx.Component | None = None,
    actions: rx.Component | None = None,
    panel: rx.Component | None = None,
    panel_title: Text = "",
    beside: rx.Component | None = None,
    notice: rx.Var[Any] | None = None,
    on_undo: Any = None,
    scroll: bool = True,
    show_title: bool = True,
) -> rx.Component:
    """A whole page. `title` is its only h1; `content` fills the centre.

    `sidebar` and `account` are the sidebar's list and foot, `actions` stand at the end of the top bar, `panel` opens
    with ``opens("panel")``, `beside` is the viewer of sources. With ``scroll=False`` the content fills the height and
    scrolls by itself (chat).
    """
    inner = "min-h-0 flex-1 outline-none " + ("overflow-y-auto" if scroll else "flex flex-col overflow-hidden")
    centre = rx.el.div(
        _topbar(title, actions, show_title),
        rx.el.main(*content, id="main", tab_index=-1, class_name=inner),
        class_name="flex min-w-0 flex-1 flex-col",
    )
    side = []
    if panel is not None:
        side = [_Panel.create(panel, title=panel_title, open=is_open(PANEL), on_open_change=follows(PANEL))]
    return rx.el.div(
        _SkipLink.create(),
        _sidebar(sections=sections, active=active, on_new_chat=on_new_chat, sidebar=sidebar, account=account),
        centre,
        *side,
        *([beside] if beside is not None else []),
        toaster(notice=notice, on_undo=on_undo),
        _PageTitle.create(title=title),
        _RouteFocus.create(),
        class_name="lm-frame",
    )
