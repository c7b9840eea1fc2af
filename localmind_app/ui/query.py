"""A part of the address's query as the state of a page, such as ``?tab=running``. JavaScript: `web/query.js`."""

from __future__ import annotations

import re
from typing import Any, Final

import reflex as rx
from reflex.vars import VarData
from reflex.vars.function import FunctionVar

LIBRARY: Final = "$/localmind/query"


def _hooked(name: str, usual: str) -> tuple[str, VarData]:
    local = re.sub(r"\W", "_", name)
    hook = f'const [query_{local}, set_query_{local}] = useQueryPart("{name}", "{usual}")'
    return local, VarData(imports={LIBRARY: [rx.ImportVar(tag="useQueryPart")]}, hooks={hook: None})


def query_part(name: str, usual: str) -> rx.Var[str]:
    """The value of the part `name`; `usual` where the address has none."""
    local, data = _hooked(name, usual)
    return rx.Var(f"query_{local}", _var_type=str, _var_data=data)


def sets_query_part(name: str, usual: str) -> FunctionVar[Any]:
    """A browser-side event handler that puts the value of its event into the address."""
    local, data = _hooked(name, usual)
    return rx.Var(f"set_query_{local}", _var_data=data).to(FunctionVar)
