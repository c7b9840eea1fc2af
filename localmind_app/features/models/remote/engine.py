"""One remote engine in use: its client, what is known of its health, and every request to it."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from typing import Any

from localmind_app.core.egress import EgressLedger
from localmind_app.core.errors import EngineError, EngineUnreachable, UserError
from localmind_app.core.ids import now_ms
from localmind_app.engine.client import Chunk, EngineClient, Tokens, chunk_of
from localmind_app.engine.foreign import refusal

from .address import Address, resolved
from .ask import Asker
from .dialect import adapted
from .models import LOCALMIND, OPENAI, RemoteModel, entries_of
from .name import same_model
from .origin import Origin
from .probe import Probe, probe

HEALTH_SECONDS = 2.5
# A server that was away a moment ago is not asked first while another one has the model.
REMEMBERED_SECONDS = 15.0
LONGEST_ANSWER = 4_000_000  # characters; a server that never ends must not fill the disk
CHAT = "/v1/chat/completions"
Json = dict[str, Any]


@dataclass(frozen=True)
class State:
    """The newest health: `error` is why it is not `up`, in the shape of `UserError.body`. `at` in milliseconds."""

    up: bool
    at: int
    latency_ms: int | None = None
    error: dict[str, Any] | None = None

    def body(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


@dataclass(frozen=True)
class Facts:
    """What the database says of an engine, its key opened; `problem` is why that was not possible.

    `allowed` are the names of the models that may be used, None for all.
    """

    id: str
    label: str
    address: Address
    key: str | None
    price_in: float | None
    price_out: float | None
    currency: str
    probe: Probe | None
    allowed: tuple[str, ...] | None = None
    problem: UserError | None = field(default=None, compare=False)


class RemoteEngine:
    """Talks to one server for as long as its `facts` hold. Every request is noted in the ledger before it is sent."""

    def __init__(self, facts: Facts, ledger: EgressLedger, state: State | None, silence: float) -> None:
        self.facts, self.state = facts, state
        self._ledger, self._silence = ledger, silence
        self._client = EngineClient.remote(facts.address.base_url, facts.key, silence)
        self._failed = float("-inf")

    async def close(self) -> None:
        """Close its connections."""
        await self._client.close()

    def models(self) -> tuple[RemoteModel, ...]:
        """The models of the newest probe."""
        return self.facts.probe.models if self.facts.probe else ()

    def offered(self) -> tuple[RemoteModel, ...]:
        """Those that chat and that the owner allows."""
        return tuple(model for model in self.models() if model.kind == "chat" and self.allows(model.id))

    def allows(self, name: str) -> bool:
        """Whether the owner lets a model be used."""
        return self.facts.allowed is None or name in self.facts.allowed

    def named(self, name: str) -> RemoteModel | None:
        """The model other servers call `name`, where it may be used."""
        return next((model for model in self.models() if same_model(model.id, name) and self.allows(model.id)), None)

    def leaves(self, name: str) -> bool:
        """Whether text for this model goes to another machine: also over loopback, when a cloud model is behind it."""
        model = next((model for model in self.models() if model.id == name), None)
        return not self.facts.address.loopback or (model is not None and model.passed_on)

    def is_away(self) -> bool:
        """Whether it failed a moment ago."""
        return time.monotonic() - self._failed < REMEMBERED_SECONDS

    def origin(self, name: str) -> Origin:
        """The facts that stay with an answer of this engine."""
        facts = self.facts
        return Origin(
            name,
            facts.label,
            facts.address.host,
            self.leaves(name),
            price_in=facts.price_in,
            price_out=facts.price_out,
            currency=facts.currency,
        )

    async def probe(self, seconds: float) -> Probe:
        """Find out what it can do. Raises EngineError when it is away, refuses the key or is no engine."""
        asker = await self._asker("probe")
        try:
            found = await probe(asker, seconds=seconds)
        except EngineError as error:
            self._note(error)
            raise
        self._note(None)
        return found

    async def check(self) -> State:
        """Ask it for its models, within a short time; remembers the answer."""
        started = time.monotonic()
        try:
            entries_of((await (await self._asker("health")).get("/v1/models", seconds=HEALTH_SECONDS)).data)
        except UserError as error:
            return self._note(error)
        return self._note(None, round((time.monotonic() - started) * 1000))

    async def stream(self, name: str, asked: Json) -> AsyncGenerator[Chunk, None]:
        """The answer to a chat request as the local engine takes it, see `EngineClient.stream_chat`."""
        options = {"stream_options": {"include_usage": True}, **asked, "stream": True}
        async with aclosing(self.events(name, CHAT, options, "chat")) as events:
            async for event in events:
                yield chunk_of(event)

    async def events(self, name: str, path: str, asked: Json, purpose: str) -> AsyncGenerator[Json, None]:
        """The answer to a request to `path`, as the server writes it: its events, or the whole without a stream."""
        kind = self.facts.probe.kind if self.facts.probe else OPENAI
        body = adapted(asked, kind, name, self.facts.address.host)
        await self._ready()
        if self.leaves(name):
            await self._write(purpose, len(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")))
        heard = 0
        try:
            answer = self._client.events(path, body) if body.get("stream") else self._whole(path, body)
            async with aclosing(answer) as events:
                async for event in events:
                    heard += len(written(event))
                    if heard > LONGEST_ANSWER:
                        raise EngineError("The answer of {engine} does not end. It was cut.", engine=self.facts.label)
                    yield event
        except EngineUnreachable as error:
            self._note(error)
            raise
        self._note(None)

    async def _whole(self, path: str, body: Json) -> AsyncGenerator[Json, None]:
        url, key = self.facts.address.base_url, self.facts.key
        reply = await Asker(self._client, url, key).ask(path, body, seconds=self._silence)
        if reply.status != 200:
            raise refusal(url, reply.status, reply.headers, reply.raw, key)
        if not reply.fields.get("choices"):
            raise EngineError("The server sent an answer that is not in the form of OpenAI's API.")
        yield reply.fields

    async def count(self, name: str, messages: list[dict[str, Any]]) -> Tokens | None:
        """How many tokens a prompt has; None where the server cannot tell."""
        if self.facts.probe is None or self.facts.probe.kind != LOCALMIND:
            return None
        if self.leaves(name):
            await self._write("count", len(json.dumps(messages).encode()))
        return await self._client.tokenize(name, messages)

    async def _asker(self, purpose: str) -> Asker:
        await self._ready()
        if not self.facts.address.loopback:
            await self._write(purpose, 0)
        return Asker(self._client, self.facts.address.base_url, self.facts.key)

    async def _ready(self) -> None:
        """Raise what stands against sending anything: an unreadable key, a name that leads where it must not."""
        if self.facts.problem is not None:
            raise self.facts.problem
        await resolved(self.facts.address)

    async def _write(self, purpose: str, size: int) -> None:
        await self._ledger.note(self.facts.address.host, f"remote engine: {purpose}", size)

    def _note(self, error: UserError | None, latency_ms: int | None = None) -> State:
        self._failed = time.monotonic() if isinstance(error, EngineUnreachable) else float("-inf")
        self.state = State(error is None, now_ms(), latency_ms, error.body()["error"] if error else None)
        return self.state


def written(event: Json) -> str:
    """The text that an event, or a whole answer, brings; of all its choices. Raises EngineError when it has no form."""
    choices = event.get("choices") or []
    try:
        parts = [choice.get("delta") or choice.get("message") or choice for choice in choices]
        return "".join(part.get("content") or part.get("text") or "" for part in parts)
    except (AttributeError, TypeError):
        raise EngineError("The server sent an answer that is not in the form of OpenAI's API.") from None
