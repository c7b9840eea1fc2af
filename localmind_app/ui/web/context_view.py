"""The context view of a chat: what an answer was given, as it was sent, in a panel over the page.

JavaScript: `context_view.jsx`. It reads ``/api/chats/{chat}/given`` and ``/api/memories/of/{message}``.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import VarData
from reflex.vars.function import ArgsFunctionOperation, FunctionVar

from localmind_app.ui.kit.radix.dialog import UsesDialog


class ContextView(UsesDialog):
    """The panel; a page has one at most."""

    library = "$/localmind/context_view"
    tag = "ContextView"
    alias = "LocalMindContextView"

    chat_id: rx.Var[str]


def context_view(*, chat_id: str | rx.Var[str]) -> rx.Component:
    """The panel of the chat `chat_id`; `shows_context` opens it."""
    return ContextView.create(chat_id=chat_id)


def shows_context() -> FunctionVar[Any]:
    """Shows in the browser what the newest answer was given."""
    data = VarData(imports={"$/localmind/context_address": [rx.ImportVar(tag="openContext")]})
    call: rx.Var[Any] = rx.Var("openContext", _var_data=data).to(FunctionVar).call()
    return ArgsFunctionOperation.create((), call).to(FunctionVar)
