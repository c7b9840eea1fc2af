"""One request of a program to a model of a remote engine: asked, labelled, counted.

An engine stands in for another as in chats, but only with the same model. The answer is passed on as the server wrote
it. Only `model` becomes the name it was asked by, and `origin` says who answers, whether text left this machine for it,
and at the end what it cost.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from localmind_app.core.errors import EngineUnreachable, UserError
from localmind_app.engine.client import EngineClient
from localmind_app.engine.foreign import never_sent

from .engine import written
from .origin import CHARACTERS_PER_TOKEN, Origin
from .service import RemoteService
from .way import Way, Ways

Json = dict[str, Any]


@dataclass
class _Attempt:
    """What one engine has answered so far. `pieces` is about how many tokens that is, where the server does not say."""

    way: Way
    origin: Origin
    newest: Json
    usage: Json | None = None
    pieces: int = 0
    heard: bool = False

    def take(self, event: Json, *, streams: bool) -> None:
        """Note an event, or the whole answer."""
        if isinstance(event.get("usage"), dict):
            self.usage = event["usage"]
        if event.get("choices"):
            self.heard = True
            self.pieces += 1 if streams else len(written(event)) // CHARACTERS_PER_TOKEN
        self.newest = event

    def shown(self, **changed: Any) -> Json:
        """The newest event as it is passed on."""
        return {**self.newest, "model": self.way.model, **changed}


class RemoteAnswer:
    """The answer to `asked`, a request to `path` of /v1. `tokens` is what it took, once it has ended."""

    def __init__(self, local: EngineClient, remotes: RemoteService, path: str, asked: Json) -> None:
        self._remotes, self._ways, self._path = remotes, Ways(local, remotes), path
        self._model, self._streams = str(asked["model"]), bool(asked.get("stream"))
        options = asked.get("stream_options") or {}
        self._shows_usage = bool(options.get("include_usage"))
        # A stream is always counted, and its figures shown to who asked for them.
        self._asked = {**asked, "stream_options": {**options, "include_usage": True}} if self._streams else asked
        self.tokens = 0

    async def events(self) -> AsyncGenerator[Json, None]:
        """The events of the answer, or the whole answer as one where no stream is asked for.

        Raises ModelMissing, and the error of the chosen engine when nobody answers.
        """
        missed: EngineUnreachable | None = None
        sent = False
        async with aclosing(self._ways.to(self._model, same=True)) as ways:
            async for way in ways:
                origin = way.origin or Origin(way.model)
                attempt = _Attempt(way, origin.after_sending() if sent else origin, {})
                try:
                    async with aclosing(self._from(attempt)) as events:
                        async for event in events:
                            yield event
                    return
                except EngineUnreachable as error:
                    if attempt.heard:
                        raise
                    sent = attempt.origin.leaves_machine and (sent or not never_sent(error))
                    if missed is None or way.model == self._model:
                        missed = error
        if missed is not None:
            raise missed

    async def _from(self, attempt: _Attempt) -> AsyncGenerator[Json, None]:
        """What one engine answers. What it took is booked however it ends, also when the caller leaves."""
        left, first = True, True
        try:
            async with aclosing(attempt.way.events(self._path, self._asked)) as events:
                async for event in events:
                    attempt.take(event, streams=self._streams)
                    if self._streams and (event.get("choices") or "usage" not in event):
                        yield attempt.shown(**({"origin": attempt.origin.body()} if first else {}))
                        first = False
            left = False
        except UserError:
            left = False
            raise
        finally:
            if left or attempt.heard:
                await self._book(attempt)
        if not self._streams:
            yield attempt.shown(origin=attempt.origin.body())
        elif self._shows_usage:
            yield attempt.shown(choices=[], usage=attempt.usage, origin=attempt.origin.body())

    async def _book(self, attempt: _Attempt) -> None:
        cost = attempt.origin.cost(attempt.usage, _text(self._asked), attempt.pieces)
        attempt.origin = attempt.origin.charged(cost)
        self.tokens = cost.read + cost.written
        if attempt.way.engine_id is not None:
            await self._remotes.book(attempt.way.engine_id, cost)


def _text(asked: Json) -> str:
    """The text of a request, as far as its length is worth an estimate: not its pictures."""
    contents = [asked.get("prompt")]
    for message in asked.get("messages") or []:
        content = message.get("content")
        contents += [part.get("text") for part in content] if isinstance(content, list) else [content]
    return "".join(text for text in contents if isinstance(text, str))
