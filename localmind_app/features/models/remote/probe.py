"""What a remote engine can do, found out by asking it to: a few real requests of one or a few tokens each.

What is covered: streaming, logprobs, tools, embeddings. What is not: how good any of it is, and image input.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from localmind_app.core.errors import EngineUnreachable
from localmind_app.core.ids import now_ms

from .ask import Asker, Reply
from .models import LOCALMIND, Listing, RemoteModel, listing

# A server may have to load the model first.
PATIENCE_SECONDS = 90.0
_UNABLE = (400, 404, 405, 422, 501)
_TOOL = {
    "type": "function",
    "function": {
        "name": "get_time",
        "description": "The time in a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


@dataclass(frozen=True)
class Probe:
    """What was found, `at` (milliseconds). A capability is None where it could not be told.

    The capabilities are those of the model `tested`; it is empty where the server had none to test.
    """

    kind: str
    version: str
    models: tuple[RemoteModel, ...]
    tested: str
    streaming: bool | None
    logprobs: bool | None
    tools: bool | None
    embeddings: bool | None
    at: int

    def body(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Probe:
        """The inverse of `body`."""
        return cls(**{**body, "models": tuple(RemoteModel(**model) for model in body["models"])})


async def probe(asker: Asker, *, seconds: float = PATIENCE_SECONDS) -> Probe:
    """Find out what a server is and can do. Raises EngineError when it has no list of models or refuses the key."""
    found = await listing(asker)
    model = _to_test(found)
    tests = _Tests(asker, found.kind, seconds)
    streaming, logprobs = await tests.stream(model.id) if model else (None, None)
    tools = model.tools if model and model.tools is not None else await tests.tools(model.id) if model else None
    return Probe(
        kind=found.kind,
        version=found.version,
        models=found.models,
        tested=model.id if model else "",
        streaming=streaming,
        logprobs=logprobs,
        tools=tools,
        embeddings=await tests.embeddings(found.models),
        at=now_ms(),
    )


def _to_test(found: Listing) -> RemoteModel | None:
    """A model that is in memory, so that asking is cheap; otherwise the first one that stays on the server."""
    chat = [model for model in found.models if model.kind == "chat"]
    return min(chat, key=lambda model: (not model.loaded, model.passed_on), default=None)


class _Tests:
    """The requests themselves."""

    def __init__(self, asker: Asker, kind: str, seconds: float) -> None:
        self._asker, self._kind, self._seconds = asker, kind, seconds

    async def _chat(self, model: str, **fields: Any) -> Reply | None:
        """The reply; None when it did not come in time."""
        body = {"model": model, "messages": [{"role": "user", "content": "What time is it in Oslo?"}], **fields}
        try:
            return await self._asker.ask("/v1/chat/completions", body, seconds=self._seconds)
        except EngineUnreachable:
            return None

    async def stream(self, model: str) -> tuple[bool | None, bool | None]:
        """Whether it streams, and whether the stream carries logprobs."""
        reply = await self._chat(model, stream=True, max_tokens=2, logprobs=True, top_logprobs=2)
        if reply is not None and reply.status in _UNABLE:  # some refuse a field they do not know
            plain = await self._chat(model, stream=True, max_tokens=2)
            return (_streams(plain) if plain else None), False
        if reply is None or reply.status != 200:
            return None, None
        return _streams(reply), any(_scores(event) for event in _events(reply))

    async def tools(self, model: str) -> bool | None:
        """Whether it calls a tool it is told to call. A plain answer proves nothing: the model may be too small."""
        reply = await self._chat(model, tools=[_TOOL], tool_choice="required", max_tokens=64)
        if reply is None or (reply.status != 200 and reply.status not in _UNABLE):
            return None
        if reply.status != 200:
            return False
        message = _first_choice(reply.fields).get("message")
        return True if isinstance(message, dict) and message.get("tool_calls") else None

    async def embeddings(self, models: tuple[RemoteModel, ...]) -> bool | None:
        """Whether its embedding model, or where it has none its first model, makes a vector."""
        named = next((model for model in models if model.kind == "embedding"), None)
        model = named or (models[0] if models and self._kind != LOCALMIND else None)
        if model is None:
            return False if models else None
        try:
            reply = await self._asker.ask("/v1/embeddings", {"model": model.id, "input": "hi"}, seconds=self._seconds)
        except EngineUnreachable:
            return None
        if reply.status != 200:
            return False if reply.status in _UNABLE or named is None else None
        data = reply.fields.get("data")
        first = data[0] if isinstance(data, list) and data else None
        return isinstance(first, dict) and bool(first.get("embedding"))


def _events(reply: Reply) -> list[dict[str, Any]]:
    """The objects of a stream of server-sent events; what is no JSON object is left out."""
    found = []
    for line in reply.raw.split(b"\n"):
        if line.startswith(b"data:") and line[5:].strip() != b"[DONE]":
            try:
                event = json.loads(line[5:])
            except ValueError:
                continue
            found += [event] if isinstance(event, dict) else []
    return found


def _streams(reply: Reply) -> bool:
    kind = reply.headers.get("content-type", "")
    return reply.status == 200 and kind.startswith("text/event-stream") and bool(_events(reply))


def _first_choice(body: Mapping[str, Any]) -> dict[str, Any]:
    choices = body.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def _scores(event: Mapping[str, Any]) -> bool:
    scores = _first_choice(event).get("logprobs")
    return isinstance(scores, dict) and bool(scores.get("content"))
