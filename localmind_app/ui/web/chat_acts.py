"""Browser-side event handlers that act on the composer. JavaScript: `chat_acts.js`."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import VarData
from reflex.vars.base import LiteralVar
from reflex.vars.function import ArgsFunctionOperation, FunctionVar

LIBRARY = "$/localmind/chat_acts"


def _act(name: str, *arguments: Any) -> FunctionVar[Any]:
    data = VarData(imports={LIBRARY: [rx.ImportVar(tag=name)]})
    call: rx.Var[Any] = (
        rx.Var(name, _var_data=data).to(FunctionVar).call(*[LiteralVar.create(value) for value in arguments])
    )
    return ArgsFunctionOperation.create((), call).to(FunctionVar)


def fills_composer(text: str | rx.Var[str]) -> FunctionVar[Any]:
    """Puts `text` into the composer and the cursor behind it."""
    return _act("fillComposer", text)


def focuses_composer() -> FunctionVar[Any]:
    """Moves the cursor into the composer."""
    return _act("focusComposer")
