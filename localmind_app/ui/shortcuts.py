"""The one registry of keyboard shortcuts: it feeds the handlers, the palette, the tooltips and the list of shortcuts.

A page handles a shortcut with `shortcut(id=…, on_trigger=…)`, a JavaScript component with ``useShortcut(id, fn)``. The
palette offers what is handled right now. Not covered: keys inside of widgets, which those widgets handle.
"""

# Reflex reads event specs from annotations, which mypy cannot follow.
# mypy: disable-error-code="type-arg, valid-type"

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

import reflex as rx
from reflex.vars import VarData
from reflex.vars.function import ArgsFunctionOperation, FunctionVar

from localmind_app.ui.i18n import mark

LIBRARY: Final = "$/localmind/shortcuts"


@dataclass(frozen=True)
class ShortcutKeys:
    """One shortcut. `keys` such as ``mod+shift+o``, where mod is Command on a Mac and Control elsewhere."""

    id: str
    keys: str
    label: str
    group: str
    anywhere: bool = False  # also while a dialog is open
    listed: bool = True  # offered by the palette


_GENERAL: Final = mark("General")
_CHAT: Final = mark("Chat")

SHORTCUTS: Final = (
    ShortcutKeys("palette", "mod+k", mark("Search and commands"), _GENERAL, anywhere=True),
    ShortcutKeys("sidebar", "mod+shift+s", mark("Show or fold the sidebar"), _GENERAL),
    ShortcutKeys("settings", "mod+.", mark("Open settings"), _GENERAL),
    ShortcutKeys("shortcuts", "mod+/", mark("Show keyboard shortcuts"), _GENERAL, anywhere=True),
    ShortcutKeys("new-chat", "mod+shift+o", mark("New chat"), _CHAT),
    ShortcutKeys("focus-composer", "shift+escape", mark("Go to the message field"), _CHAT),
    ShortcutKeys("stop", "escape", mark("Stop the answer"), _CHAT, listed=False),
    ShortcutKeys("copy-answer", "mod+shift+c", mark("Copy the last answer"), _CHAT),
    ShortcutKeys("model-menu", "mod+shift+m", mark("Choose a model"), _CHAT),
    ShortcutKeys("previous-chat", "mod+[", mark("Previous chat"), _CHAT),
    ShortcutKeys("next-chat", "mod+]", mark("Next chat"), _CHAT),
)


def table_module() -> str:
    """The registry as the JavaScript module `shortcut_table.js`."""
    rows = [asdict(shortcut) for shortcut in SHORTCUTS]
    return f"export const table = {json.dumps(rows, ensure_ascii=False)};\n"


class _Shortcut(rx.Component):
    library = LIBRARY
    tag = "Shortcut"
    alias = "LocalMindShortcut"

    on_trigger: rx.EventHandler[rx.event.no_args_event_spec]


def _known(id: str) -> str:  # the attribute of that name
    if id not in {one.id for one in SHORTCUTS}:
        raise ValueError(f"no shortcut {id!r} in SHORTCUTS")
    return id


def shortcut(*, id: str, on_trigger: Any) -> rx.Component:
    """An invisible part that runs `on_trigger` (a handler, or a browser function) when the keys are pressed."""
    return _Shortcut.create(custom_attrs={"id": _known(id)}, on_trigger=on_trigger)


def triggers(id: str) -> FunctionVar[Any]:
    """A browser-side event handler that does what the shortcut does."""
    data = VarData(imports={LIBRARY: [rx.ImportVar(tag="trigger", alias="triggerShortcut")]})
    call = rx.Var("triggerShortcut", _var_data=data).to(FunctionVar).call(_known(id))
    return ArgsFunctionOperation.create((), call).to(FunctionVar)
