"""What lies above every page, once for the whole app: connection, update, tooltips, the list of shortcuts.

Also what every page has in its head. The owner of the app hands both to ``rx.App``.
"""

from __future__ import annotations

from collections.abc import Callable

import reflex as rx
from reflex_components_core.base.error_boundary import ErrorBoundary  # type: ignore[import-untyped]

from localmind_app.ui.kit.radix.dialog import UsesDialog
from localmind_app.ui.kit.tooltip import TooltipLayer
from localmind_app.ui.pwa import THEME_COLOURS


class _Connection(rx.Component):
    library = "$/localmind/connection"
    tag = "Connection"


class _Alive(rx.Component):
    library = "$/localmind/alive"
    tag = "Alive"


class _UpdatePrompt(rx.Component):
    library = "$/localmind/update"
    tag = "UpdatePrompt"


class _ShortcutSheet(UsesDialog):
    library = "$/localmind/shortcut_sheet"
    tag = "ShortcutSheet"


class _Crashed(rx.Component):
    library = "$/localmind/crash"
    tag = "Crashed"


def connection_banner() -> rx.Component:
    """Says “Reconnecting…” while the page has lost its server."""
    return _Connection.create()


def overlays() -> rx.Component:
    """All layers above the pages."""
    layers = (connection_banner(), _UpdatePrompt.create(), TooltipLayer.create(), _ShortcutSheet.create())
    return rx.fragment(*layers, _Alive.create())


def app_wraps() -> dict[tuple[int, str], Callable[[bool], rx.Component | None]]:
    """For ``rx.App(app_wraps=…)``: replaces Reflex's own error page and its English connection pop-up."""
    return {
        (55, "ErrorBoundary"): lambda stateful: _error_boundary(),
        (5, "Overlay"): lambda stateful: overlays() if stateful else None,
    }


def _error_boundary() -> rx.Component:
    return ErrorBoundary.create(fallback_render=rx.Var.create(_Crashed.create()))


def head() -> list[rx.Component]:
    """For ``rx.App(head_components=…)``: viewport, icons, manifest; theme and early clicks before the first paint."""
    dark = "(prefers-color-scheme: dark)"
    return [
        rx.el.meta(name="viewport", content="width=device-width, initial-scale=1, viewport-fit=cover"),
        rx.el.script(src="/theme.js"),
        rx.el.script(src="/early.js"),
        rx.el.meta(name="color-scheme", content="light dark"),
        rx.el.meta(name="theme-color", content=THEME_COLOURS["light"]),
        rx.el.meta(name="theme-color", content=THEME_COLOURS["dark"], custom_attrs={"media": dark}),
        rx.el.link(rel="icon", href="/icons/icon.svg", type="image/svg+xml"),
        rx.el.link(rel="icon", href="/favicon.ico", sizes="32x32"),
        rx.el.link(rel="apple-touch-icon", href="/icons/apple-touch-180.png"),
        rx.el.link(rel="manifest", href="/manifest.webmanifest"),
        rx.el.meta(name="apple-mobile-web-app-title", content="LocalMind"),
    ]
