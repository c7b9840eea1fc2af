"""One small question to a remote engine, with a time-out and a limit: what probing and health checks are made of."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from localmind_app.core.errors import EngineError, EngineUnreachable, UserError
from localmind_app.engine.client import EngineClient
from localmind_app.engine.foreign import refusal

_LIMIT = 8 * 1024 * 1024  # bytes; the longest list of models is far shorter


@dataclass(frozen=True)
class Reply:
    """What a server said. `data` is its JSON, None where it sent none."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def data(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.raw)
        except (ValueError, RecursionError):
            return None

    @property
    def fields(self) -> dict[str, Any]:
        """The body as an object; empty where it is none."""
        data = self.data
        return data if isinstance(data, dict) else {}


class Asker:
    """Asks one server. `url` names it in errors, `key` is kept out of them."""

    def __init__(self, client: EngineClient, url: str, key: str | None = None) -> None:
        self._client, self._url, self._key = client, url, key

    async def ask(self, path: str, body: Mapping[str, Any] | None = None, *, seconds: float = 5.0) -> Reply:
        """GET `path`, or POST `body` there. Raises EngineUnreachable also when it takes longer than `seconds`."""
        raw = json.dumps(body).encode() if body is not None else None
        try:
            async with asyncio.timeout(seconds):
                answer = await self._client.forward("POST" if raw else "GET", path, raw)
                data = bytearray()
                async with aclosing(answer.body) as parts:
                    async for part in parts:
                        data += part
                        if len(data) > _LIMIT:
                            raise EngineError("The server {url} sends more than was asked for.", url=self._url)
        except TimeoutError as error:
            late = f"{seconds:g} s"
            raise EngineUnreachable(
                "The server {url} does not answer ({detail}).", url=self._url, detail=late
            ) from error
        return Reply(answer.status, answer.headers, bytes(data))

    async def get(self, path: str, *, seconds: float = 5.0) -> Reply:
        """As `ask`. Raises the error that any status but 200 is."""
        reply = await self.ask(path, seconds=seconds)
        if reply.status != 200:
            raise refusal(self._url, reply.status, reply.headers, reply.raw, self._key)
        return reply

    async def fields(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The object a path that only some servers have answers with; empty where it is missing or fails."""
        try:
            reply = await self.ask(path, body)
        except UserError:
            return {}
        return reply.fields if reply.status == 200 else {}
