"""Short notices with Undo. A state causes one by changing its `notice`; the browser causes one with ``toast()``."""

# Reflex reads event specs from annotations, which mypy cannot follow.
# mypy: disable-error-code="type-arg, valid-type"

from __future__ import annotations

from typing import Any, TypedDict

import reflex as rx
from reflex.event import passthrough_event_spec
from reflex.vars import VarData
from reflex.vars.base import LiteralVar
from reflex.vars.function import ArgsFunctionOperation, FunctionVar

LIBRARY = "$/localmind/toast"


class Notice(TypedDict, total=False):
    """What a state puts into its `notice` var; a new `id` shows it.

    `message` is an English template, `params` fill it; `kind` is info, success or error. A non-empty `undo` adds the
    Undo button and comes back as the argument of the Toaster's `on_undo`.
    """

    id: str
    kind: str
    message: str
    params: dict[str, str | int | float]
    undo: str


class _Toaster(rx.Component):
    library = LIBRARY
    tag = "Toaster"
    alias = "LocalMindToaster"

    notice: rx.Var[Any]
    on_undo: rx.EventHandler[passthrough_event_spec(str)]


def toaster(*, notice: rx.Var[Any] | None = None, on_undo: Any = None) -> rx.Component:
    """Where notices appear; once per page (`shell` does it)."""
    given = {key: value for key, value in (("notice", notice), ("on_undo", on_undo)) if value is not None}
    return _Toaster.create(**given)


def shows_toast(message: str, *, kind: str = "info", **params: Any) -> FunctionVar[Any]:
    """A browser-side event handler that shows a notice without asking the server. `message` is an English template."""
    data = VarData(imports={LIBRARY: [rx.ImportVar(tag="toast", alias="showToast")]})
    notice = LiteralVar.create({"message": message, "kind": kind, "params": params})
    call = rx.Var("showToast", _var_data=data).to(FunctionVar).call(notice)
    return ArgsFunctionOperation.create((), call).to(FunctionVar)
