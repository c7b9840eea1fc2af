"""What the address says, known in the browser before the server has heard of a navigation."""

from __future__ import annotations

import reflex as rx
from reflex.vars import VarData


def route_param(name: str) -> rx.Var[str]:
    """A part of the address such as ``chat_id`` of ``/c/[chat_id]``; empty where the route has no such part.

    A state's own copy of it is one round trip late, so a page would show the last address's content for a moment.
    """
    data = VarData(
        imports={"react-router": [rx.ImportVar(tag="useParams")]}, hooks={"const routeParams = useParams()": None}
    )
    return rx.Var(f"(routeParams.{name} ?? '')", _var_type=str, _var_data=data)
