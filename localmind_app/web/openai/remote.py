"""Answers of remote engines, and their models in the list, for the keys of the public API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from localmind_app.core.errors import Invalid
from localmind_app.engine.field import boolean
from localmind_app.engine.stream import EventStream, unless_gone
from localmind_app.features.accounts.rates import Passage
from localmind_app.features.models.remote.answer import RemoteAnswer
from localmind_app.features.models.remote.engine import RemoteEngine
from localmind_app.features.models.remote.models import RemoteModel
from localmind_app.features.models.remote.name import model_id
from localmind_app.features.services import services

Json = dict[str, Any]
_PATIENCE_SECONDS = 10.0  # so long an error may still become a status; then the stream begins with a sign of life


async def answer(request: Request) -> Response:
    """POST /v1/chat/completions and /v1/completions for a model of a remote engine."""
    body = _checked(request.state.body)
    asked = RemoteAnswer(services().engine, services().remotes, request.url.path, body)
    events = _counted(asked, request.state.passage)
    if not boolean(body, "stream"):
        return JSONResponse(await unless_gone(request, _only(events)))
    first = asyncio.ensure_future(anext(events))
    try:
        await unless_gone(request, asyncio.wait({first}, timeout=_PATIENCE_SECONDS))
        if first.done():
            first.result()
    except BaseException:  # whatever it is: nobody is left to read the stream
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await events.aclose()
        raise
    return EventStream(_joined(first, events))


def _checked(body: Json) -> Json:
    """Only what is read here; everything else the server judges itself. Raises Invalid naming the field."""
    boolean(body, "stream")
    if not isinstance(body.get("stream_options"), dict | None):
        raise Invalid("{field} must be an object.", field="stream_options")
    messages = body.get("messages")
    if messages is not None and not (isinstance(messages, list) and all(isinstance(one, dict) for one in messages)):
        raise Invalid("messages must be a list of messages.")
    for message in messages or []:
        content = message.get("content")
        if isinstance(content, list) and not all(isinstance(part, dict) for part in content):
            raise Invalid("The content of a message must be a text or a list of parts.")
    return body


async def _only(events: AsyncGenerator[Json, None]) -> Json:
    async with aclosing(events):
        return await anext(events)


async def _counted(asked: RemoteAnswer, passage: Passage) -> AsyncGenerator[Json, None]:
    try:
        async with aclosing(asked.events()) as events:
            async for event in events:
                yield event
    finally:
        if asked.tokens:
            passage.spend(asked.tokens)


async def _joined(first: asyncio.Future[Json], events: AsyncGenerator[Json, None]) -> AsyncGenerator[Json, None]:
    try:
        async with aclosing(events):
            yield await first
            async for event in events:
                yield event
    finally:
        first.cancel()


async def models() -> list[Json]:
    """The entries of /v1/models for every model that remote engines offer, in the order of the engines."""
    return [_entry(engine, model) for engine in await services().remotes.enabled() for model in engine.offered()]


def _entry(engine: RemoteEngine, model: RemoteModel) -> Json:
    away = engine.state is not None and not engine.state.up
    return {
        "id": model_id(engine.facts.id, model.id),
        "object": "model",
        "created": engine.facts.probe.at // 1000 if engine.facts.probe else 0,
        "owned_by": engine.facts.label,
        "kind": model.kind,
        "label": model.id,
        "state": "away" if away else "remote",
        "context_length": model.context,
        "engine": engine.facts.label,
        "leaves_machine": engine.leaves(model.id),
    }
