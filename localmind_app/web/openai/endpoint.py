"""One address of the public API: what it does, what a key needs for it, what it takes and what it answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from localmind_app.features.accounts.rates import RateClass

Handle = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Endpoint:
    """`scope` None needs a key and nothing more. `takes` and `answers` name schemas of `schemas`.

    `remote` says that models of remote engines answer there too; `streams` says that the answer may be server-sent
    events; `text` is its media type where it is not JSON.
    """

    method: str
    path: str
    handle: Handle
    summary: str
    scope: str | None = None
    rate: RateClass = "other"
    takes: str | None = None
    answers: str | None = None
    streams: bool = False
    form: bool = False
    remote: bool = False
    text: str | None = None
