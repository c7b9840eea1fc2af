"""Passes a request on to the engine and streams its answer back unchanged, counting its tokens on the way.

Only two things are changed in a request. `user` becomes the person the key belongs to: the engine shares itself out
fairly between people, and nobody may be several. `conversation` goes: the names of chats are not the caller's to give.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from localmind_app.engine.client import Forwarded
from localmind_app.engine.stream import unless_gone
from localmind_app.features.accounts.rates import Passage
from localmind_app.features.models.remote.name import is_remote
from localmind_app.features.services import services

from . import remote

_QUICK = 64 * 1024  # bytes that are written in well under a millisecond
# Both stand at the end of an answer. In a text of the model the quotes would be escaped, so nothing there looks alike.
_TOKENS = re.compile(rb'"(?:total_tokens|used)": ?(\d+)')
_TAIL = 4096  # bytes


async def forward(request: Request) -> Response:
    """Pass a request without a body on."""
    return _answer(request, await services().engine.forward(request.method, request.url.path))


async def complete(request: Request) -> Response:
    """Let the engine of the model answer, which may be a remote one."""
    if is_remote(request.state.body.get("model")):
        return await remote.answer(request)
    return await forward_json(request)


async def forward_json(request: Request) -> Response:
    """Pass a request with a JSON body on."""
    body: dict[str, Any] = {**request.state.body, "user": request.state.actor.user_id, "conversation": None}
    large = int(request.headers.get("content-length", _QUICK)) > _QUICK
    data = await asyncio.to_thread(_packed, body) if large else _packed(body)
    asked = services().engine.forward(request.method, request.url.path, data)
    return _answer(request, await unless_gone(request, asked))


def _packed(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _answer(request: Request, answer: Forwarded) -> Response:
    return StreamingResponse(
        _metered(answer, request.state.passage),
        status_code=answer.status,
        media_type=answer.headers.get("content-type", "application/json"),
    )


async def _metered(answer: Forwarded, passage: Passage) -> AsyncIterator[bytes]:
    tail, events = b"", 0
    try:
        async for part in answer.body:
            events += part.count(b"data: {")
            tail = (tail + part)[-_TAIL:]
            yield part
    finally:
        found = _TOKENS.findall(tail)
        # A stream that was left early has no end; each of its events was about one token.
        tokens = max(map(int, found)) if found else events
        if tokens and answer.status < 400:
            passage.spend(tokens)
