"""Asks one request of a batch, and asks again when it was the engine's fault and not the request's."""

from __future__ import annotations

import asyncio
from typing import Any

from localmind_app.core.errors import EngineUnreachable, ModelCrashed, UserError
from localmind_app.engine.client import EngineClient
from localmind_app.engine.exchange import ask
from localmind_app.features.accounts.service import Actor
from localmind_app.features.models.remote.name import local_only
from localmind_app.features.responses.service import ResponsesService
from localmind_app.features.responses.wanted import Wanted

Json = dict[str, Any]

MOST_CRASHES = 2  # a request during which the model crashed so often is not tried again
_RESTART_SECONDS = 1.0


class Asker:
    """Requests of batches, through one engine."""

    def __init__(self, engine: EngineClient, responses: ResponsesService) -> None:
        self._engine, self._responses = engine, responses

    async def ask(self, actor: Actor, endpoint: str, body: Json) -> tuple[int, Json]:
        """Status and body of the answer. An engine that is away is waited for, however long."""
        crashes = 0
        while True:
            try:
                return 200, await self._once(actor, endpoint, {**body, "user": actor.user_id, "priority": "job"})
            except EngineUnreachable:
                await asyncio.sleep(_RESTART_SECONDS)
            except ModelCrashed as error:
                crashes += 1
                if crashes >= MOST_CRASHES:
                    return error.status, error.body()
                await asyncio.sleep(_RESTART_SECONDS)
            except UserError as error:
                return error.status, error.body()

    async def _once(self, actor: Actor, endpoint: str, body: Json) -> Json:
        local_only(body.get("model"))
        if endpoint == "/v1/responses":
            return await self._responses.create(actor, Wanted.read(body))
        return await ask(self._engine, endpoint, {**body, "conversation": None})  # the name of a chat is not theirs
