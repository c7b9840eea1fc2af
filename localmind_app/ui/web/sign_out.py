"""Signing out. JavaScript: `sign_out.js`. A form cannot do it: Reflex keeps every form from being sent."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import VarData
from reflex.vars.function import ArgsFunctionOperation, FunctionVar


def signs_out() -> FunctionVar[Any]:
    """A browser-side event handler that ends this browser's session and forgets its drafts."""
    data = VarData(imports={"$/localmind/sign_out": [rx.ImportVar(tag="signOut")]})
    call: FunctionVar[Any] = rx.Var("signOut", _var_data=data).to(FunctionVar)
    return ArgsFunctionOperation.create((), call.call()).to(FunctionVar)
