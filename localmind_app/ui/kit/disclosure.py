"""Open or closed, by name, in the browser only: dialogs, sheets, drawer, panel, palette. The server hears nothing."""

# ruff: noqa: A002 -- arguments are named like the attributes they become

from __future__ import annotations

import re
from typing import Any, Final

import reflex as rx
from reflex.vars import VarData
from reflex.vars.function import ArgsFunctionOperation, FunctionVar

LIBRARY: Final = "$/localmind/disclosure"


def _function(name: str, *arguments: Any, parameters: tuple[str, ...] = ()) -> FunctionVar[Any]:
    data = VarData(imports={LIBRARY: [rx.ImportVar(tag=name)]})
    call: Any = rx.Var(name, _var_data=data).to(FunctionVar).call(*arguments)
    return ArgsFunctionOperation.create(parameters, call).to(FunctionVar)


def is_open(name: str) -> rx.Var[bool]:
    """Whether the named thing is open."""
    local = "open_" + re.sub(r"\W", "_", name)
    data = VarData(imports={LIBRARY: [rx.ImportVar(tag="useOpen")]}, hooks={f'const {local} = useOpen("{name}")': None})
    return rx.Var(local, _var_type=bool, _var_data=data)


def opens(name: str) -> FunctionVar[Any]:
    """An event handler that opens the named thing."""
    return _function("setOpen", name, True)


def closes(name: str) -> FunctionVar[Any]:
    """An event handler that closes the named thing."""
    return _function("setOpen", name, False)


def toggles(name: str) -> FunctionVar[Any]:
    """An event handler that opens what is closed and closes what is open."""
    return _function("toggleOpen", name)


def follows(name: str) -> FunctionVar[Any]:
    """An ``on_open_change`` handler: takes over what the widget says."""
    return _function("setOpen", name, rx.Var("next"), parameters=("next",))


def controlled(*, name: str | None, open: bool | rx.Var[bool] | None, on_open_change: Any) -> dict[str, Any]:
    """The props of a widget that opens by `name`, by a state, or (neither given) by its own button."""
    if name is not None:
        return {"open": is_open(name), "on_open_change": follows(name)}
    given = {"open": open, "on_open_change": on_open_change}
    return {key: value for key, value in given.items() if value is not None}


def focus_return() -> dict[str, rx.Var[Any]]:
    """Attributes of a dialog's content that give the focus back to where it was, whatever opened the dialog."""
    names = {"onOpenAutoFocus": "rememberFocus", "onCloseAutoFocus": "returnFocus"}
    library = "$/localmind/focus_return"
    return {
        prop: rx.Var(name, _var_data=VarData(imports={library: [rx.ImportVar(tag=name)]}))
        for prop, name in names.items()
    }
