"""In front of every endpoint of the public API: scope, rate limit, the one error shape, counters.

The guard has checked the key before; here `request.state.key` says what it allows. A person who is signed in with a
browser may do everything and is not limited.
"""

from __future__ import annotations

import time
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from localmind_app.core.errors import Invalid, NotAllowed, TooMany, UserError
from localmind_app.engine.stream import Gone
from localmind_app.features.accounts.rates import Passage
from localmind_app.features.accounts.service import KeyHolder
from localmind_app.features.body import read_json
from localmind_app.features.models.remote.name import local_only
from localmind_app.features.services import services

from . import metrics
from .endpoint import Endpoint, Handle

_GONE = 499  # never read: the connection is closed


def gated(endpoint: Endpoint) -> Handle:
    """The endpoint as a route's function."""

    async def handle(request: Request) -> Response:
        started = time.perf_counter()
        holder: KeyHolder | None = request.state.key
        subjects = holder.subjects if holder else {}
        heard = partial(metrics.count_tokens, endpoint)
        passage = services().accounts.rates.passage(endpoint.rate, subjects, heard)
        request.state.passage = passage
        try:
            response = await _pass(endpoint, holder, passage, request)
        except Gone:
            response = Response(status_code=_GONE)
        except HTTPException as error:  # Starlette's own, of a body it cannot take
            response = refusal(Invalid("The request cannot be read: {detail}", detail=error.detail))
        except UserError as error:
            response = refusal(error)
        response.headers.update({"Cache-Control": "no-store", **passage.headers()})
        metrics.observe(endpoint, response.status_code, time.perf_counter() - started)
        return response

    return handle


async def _pass(endpoint: Endpoint, holder: KeyHolder | None, passage: Passage, request: Request) -> Response:
    require(holder, endpoint.scope)
    passage.enter()
    if endpoint.takes and not endpoint.form:
        request.state.body = await read_json(request)
        if not endpoint.remote:
            local_only(request.state.body.get("model"))
    return await endpoint.handle(request)


def require(holder: KeyHolder | None, scope: str | None) -> None:
    """Raises NotAllowed when the key lacks a scope."""
    if holder is not None and scope is not None and holder.scopes is not None and scope not in holder.scopes:
        raise NotAllowed("This key may not be used here; it lacks the scope {scope}.", scope=scope)


def refusal(error: UserError) -> JSONResponse:
    """An error as the API shows it; one that says "later" names the seconds."""
    response = JSONResponse(error.body(), error.status)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response
