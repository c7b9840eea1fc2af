"""Which engine answers: the chosen one, and while nothing was said, those that may stand in for it.

An engine stands in when it has the same model. The last resort is the local engine, with the same model or, where it
lacks it, with its own first one that is not the Starter. Nobody stands in who would take text off this machine that
was meant to stay on it, and nobody at all once the first piece of an answer was heard: nothing is answered twice.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Protocol

from localmind_app.core.errors import EngineUnreachable, ModelMissing
from localmind_app.engine.client import Chunk, EngineClient, ModelInfo, Tokens
from localmind_app.engine.exchange import ask
from localmind_app.features.models.service import is_broken, known_chat_models

from .engine import RemoteEngine
from .name import model_id, parted, same_model
from .origin import Origin
from .service import RemoteService


class Way(Protocol):
    """One engine that could answer. `model` is how chats call the model, `engine_id` None for the local engine."""

    model: str
    engine_id: str | None

    @property
    def origin(self) -> Origin | None:
        """The facts to keep with the answer; None for the local engine."""

    @property
    def context(self) -> int | None:
        """Tokens of context, where the server does not tell with the answer."""

    def stream(self, asked: dict[str, Any]) -> AsyncGenerator[Chunk, None]:
        """The answer, see `EngineClient.stream_chat`."""

    def events(self, path: str, asked: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
        """The answer to a request to `path` of /v1: events of a stream, or where none is asked for the whole as one."""

    async def count(self, asked: dict[str, Any]) -> Tokens | None:
        """How many tokens the prompt has; None where nobody can tell."""


def _in_place_of(chosen: RemoteEngine, origin: Origin) -> Origin:
    return origin.stands_in(chosen.facts.label, chosen.state.error if chosen.state else None)


class LocalWay:
    """The engine of this machine."""

    context: int | None = None
    engine_id: str | None = None

    def __init__(self, engine: EngineClient, model: str, instead_of: RemoteEngine | None = None) -> None:
        self._engine, self.model, self._instead_of = engine, model, instead_of

    @property
    def origin(self) -> Origin | None:
        """Only where it stands in for another."""
        return _in_place_of(self._instead_of, Origin(self.model)) if self._instead_of else None

    def stream(self, asked: dict[str, Any]) -> AsyncGenerator[Chunk, None]:
        """The answer."""
        return self._engine.stream_chat({**asked, "model": self.model})

    async def events(self, path: str, asked: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
        """The answer."""
        body = {**asked, "model": self.model}
        if not body.get("stream"):
            yield await ask(self._engine, path, body)
            return
        async with aclosing(self._engine.events(path, body)) as events:
            async for event in events:
                yield event

    async def count(self, asked: dict[str, Any]) -> Tokens | None:
        """The tokens of the prompt."""
        return await self._engine.tokenize(self.model, asked["messages"])


class RemoteWay:
    """A remote engine, and what it calls the model."""

    def __init__(self, engine: RemoteEngine, name: str, instead_of: RemoteEngine | None = None) -> None:
        self.engine, self._name, self._instead_of = engine, name, instead_of
        self.model = model_id(engine.facts.id, name)
        self.engine_id: str | None = engine.facts.id

    @property
    def origin(self) -> Origin | None:
        """Who it is, and whether text leaves this machine for it."""
        origin = self.engine.origin(self._name)
        return _in_place_of(self._instead_of, origin) if self._instead_of else origin

    @property
    def context(self) -> int | None:
        """As its newest probe says."""
        return next((model.context for model in self.engine.models() if model.id == self._name), None)

    def stream(self, asked: dict[str, Any]) -> AsyncGenerator[Chunk, None]:
        """The answer."""
        return self.engine.stream(self._name, asked)

    def events(self, path: str, asked: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
        """The answer."""
        return self.engine.events(self._name, path, asked, "API")

    async def count(self, asked: dict[str, Any]) -> Tokens | None:
        """The tokens of the prompt, where the server can tell."""
        return await self.engine.count(self._name, asked["messages"])


class Ways:
    """Finds the engines for a model. Without `remotes` there is the local one only."""

    def __init__(self, local: EngineClient, remotes: RemoteService | None = None) -> None:
        self._local, self._remotes = local, remotes

    async def to(self, model: str, *, same: bool = False) -> AsyncGenerator[Way, None]:
        """The engines to ask, one after the other; who fails and has said nothing is followed by the next.

        With `same` nobody answers with another model. Raises ModelMissing when the engine was removed or is switched
        off, or its owner does not let the model be used.
        """
        names = parted(model)
        if names is None or self._remotes is None:
            yield LocalWay(self._local, model)
            return
        engines = await self._remotes.enabled()
        chosen = next((engine for engine in engines if engine.facts.id == names[0]), None)
        if chosen is None:
            raise ModelMissing("The engine of this model was removed or is switched off. Choose another model.")
        name = names[1]
        if not chosen.allows(name):
            raise ModelMissing(
                "The model {model} of {engine} may not be used here. Choose another model.",
                model=name,
                engine=chosen.facts.label,
            )
        leaves = chosen.leaves(name)
        ways: list[Way] = [RemoteWay(chosen, name)]
        for engine in engines:
            found = engine.named(name)
            if engine is not chosen and found is not None and (leaves or not engine.leaves(found.id)):
                ways.append(RemoteWay(engine, found.id, chosen))
        # Who failed a moment ago is asked after the others, so that not every message waits for it first.
        ways.sort(key=lambda way: isinstance(way, RemoteWay) and way.engine.is_away())
        for way in ways:
            yield way
        if local := await self._stand_in(name, same=same):
            yield LocalWay(self._local, local.id, chosen)

    async def _stand_in(self, name: str, *, same: bool) -> ModelInfo | None:
        """The local model that answers for a remote one. None when there is none, or the local engine is away too."""
        try:
            models = [model for model in await known_chat_models(self._local) if not is_broken(model)]
        except EngineUnreachable:
            return None
        twin = next((model for model in models if same_model(model.id, name)), None)
        return twin if same else twin or next((model for model in models if not model.starter), None)
