"""The only door to the inference layer: an async client of the OpenAI HTTP protocol.

`EngineClient.local(home)` talks to this machine's engine over its Unix socket (or loopback port and token),
`EngineClient.remote(url)` to any OpenAI-compatible server. Nothing is ever sent twice: only connecting is retried.

Closing or leaving a stream ends the generation in the model's process before its next token. Leave streams with
`contextlib.aclosing` (or run them to their end), so that this happens at once and not when the garbage is collected.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from localmind_app.core.errors import EngineError, EngineUnreachable, from_body
from localmind_app.core.home import Home

from . import foreign
from .unix_network import UnixTransport

Json = dict[str, Any]
# The engine sends a comment every 10 s while it works, so a minute of silence means that it hangs.
_TIMEOUT = httpx.Timeout(60.0, connect=5.0, read=60.0)
_REMOTE_SILENCE = 600.0  # seconds: a foreign server may read a long prompt without a word
_REMOTE_CONNECT = 4.0
_WAIT_TIMEOUT = httpx.Timeout(60.0, connect=5.0, read=900.0)  # whole answers and loads come without comments
_CONNECT_RETRIES = 2
_LINE_LIMIT = 16 * 1024 * 1024  # bytes; an event is one token, or one whole error
_ERROR_LIMIT = 64 * 1024  # bytes
_HOP_HEADERS = {"connection", "keep-alive", "transfer-encoding", "content-length", "upgrade", "server", "date"}


@dataclass(frozen=True, slots=True)
class Chunk:
    """One step of an answer. `text` may be empty; the other fields are None where the step has none of them.

    `status` is {stage: queued|loading|prompt, position?, progress?} (only with `stream_status` in the request).
    `finish_reason` (stop, length or tool_calls) comes once; `tool_calls` are OpenAI's, from this machine's engine whole
    ones; `tokens` is how many the text is made of; `usage`, `timings` (ms, tokens per second) and `context`
    ({used, size} in tokens) come with it or after it. `logprobs` are entries of OpenAI's chat API.
    """

    text: str = ""
    status: Json | None = None
    finish_reason: str | None = None
    usage: Json | None = None
    timings: Json | None = None
    context: Json | None = None
    logprobs: list[Json] | None = None
    tool_calls: list[Json] | None = None
    tokens: int = 1


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole answer, see `Chunk` for the fields."""

    text: str
    finish_reason: str | None
    usage: Json | None
    timings: Json | None
    context: Json | None
    logprobs: list[Json] = field(default_factory=list)
    tool_calls: list[Json] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model of the server. A foreign server tells only `id`; see the engine's GET /v1/models for the fields."""

    id: str
    kind: str = "chat"
    label: str = ""
    size_bytes: int | None = None
    n_params: int | None = None
    context_length: int | None = None
    context_train: int | None = None
    quantization: str | None = None
    license: str | None = None
    description: str | None = None
    loaded: bool = False
    state: str = "idle"
    error: Json | None = None
    starter: bool = False
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Tokens:
    """How many tokens a prompt has, and how many the model's context holds."""

    count: int
    n_ctx: int


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A raw answer passed through: read `body` to its end or close it."""

    status: int
    headers: dict[str, str]
    body: AsyncGenerator[bytes, None]


class EngineClient:
    """Talks to one server. Make it with `local` or `remote`; use it from one event loop; `close` it.

    Every call raises EngineUnreachable when the server is not there or goes away in the middle, and the UserError
    the server answered with.
    """

    def __init__(
        self, home: Home | None, base_url: str = "", api_key: str | None = None, silence: float = _REMOTE_SILENCE
    ) -> None:
        self._home, self._base_url, self._api_key, self._silence = home, base_url, api_key, silence
        self._door: object = None
        self._http: httpx.AsyncClient | None = None
        self._moved: list[httpx.AsyncClient] = []

    @classmethod
    def local(cls, home: Home) -> EngineClient:
        """The engine of this machine, started or not: each call looks where it is."""
        return cls(home)

    @classmethod
    def remote(cls, base_url: str, api_key: str | None = None, silence: float = _REMOTE_SILENCE) -> EngineClient:
        """Another OpenAI-compatible server; `base_url` as its documentation gives it, usually ending with /v1.

        After `silence` seconds without a byte it counts as gone. Redirects are refused, and proxies of the environment
        are not used: a request goes where it was meant to or nowhere.
        """
        return cls(None, base_url.rstrip("/").removesuffix("/v1"), api_key, silence)

    async def models(self) -> list[ModelInfo]:
        """The server's models."""
        body = await self._call("GET", "/v1/models", None)
        known = set(ModelInfo.__slots__)
        return [
            ModelInfo(**{"label": entry["id"], **{key: entry[key] for key in known & entry.keys()}})
            for entry in body.get("data", [])
        ]

    async def stream_chat(self, request: Mapping[str, Any]) -> AsyncGenerator[Chunk, None]:
        """Stream the answer to a /v1/chat/completions request; `stream` and usage are set here."""
        options = {"stream_options": {"include_usage": True}, **request, "stream": True}
        async with aclosing(self.events("/v1/chat/completions", options)) as events:
            async for event in events:
                yield chunk_of(event)

    async def chat(self, request: Mapping[str, Any]) -> Completion:
        """The whole answer to a /v1/chat/completions request."""
        text: list[str] = []
        logprobs: list[Json] = []
        calls: list[Json] = []
        seen: Json = {"finish_reason": None, "usage": None, "timings": None, "context": None}
        async with aclosing(self.stream_chat(request)) as chunks:
            async for chunk in chunks:
                text.append(chunk.text)
                logprobs += chunk.logprobs or []
                calls += chunk.tool_calls or []
                seen.update({name: value for name in seen if (value := getattr(chunk, name)) is not None})
        return Completion("".join(text), logprobs=logprobs, tool_calls=calls, **seen)

    async def embed(self, texts: Sequence[str], model: str = "all-minilm-l6-v2") -> list[list[float]]:
        """One unit vector per text, in order."""
        body = await self._call("POST", "/v1/embeddings", {"model": model, "input": list(texts)})
        return [entry["embedding"] for entry in sorted(body["data"], key=lambda entry: int(entry["index"]))]

    async def tokenize(self, model: str, messages: Sequence[Json] | None = None, prompt: str | None = None) -> Tokens:
        """Count the tokens of `messages` as the template writes them, or of a plain `prompt` (LocalMind only)."""
        asked = {"messages": list(messages)} if messages is not None else {"prompt": prompt}
        body = await self._call("POST", "/v1/tokenize", {"model": model, **asked})
        return Tokens(body["count"], body["n_ctx"])

    async def load(self, model: str) -> None:
        """Load a model now and wait for it (LocalMind only)."""
        await self._call("POST", "/v1/models/load", {"model": model})

    async def unload(self, model: str) -> None:
        """Free a model's memory; requests on it end with an error (LocalMind only)."""
        await self._call("POST", "/v1/models/unload", {"model": model})

    async def pin(self, model: str, pinned: bool) -> None:
        """Keep a model in memory whatever else is loaded, or no longer (LocalMind only)."""
        await self._call("POST", "/v1/models/pin", {"model": model, "pinned": pinned})

    async def release(self, model: str) -> None:
        """Let a model that crashed twice be started again (LocalMind only)."""
        await self._call("POST", "/v1/models/release", {"model": model})

    async def conversations(self) -> list[str]:
        """The conversations of which models keep anything, in memory or on disk (LocalMind only)."""
        return [str(name) for name in (await self._call("GET", "/v1/states", None))["conversations"]]

    async def forget(self, conversations: Sequence[str]) -> None:
        """Drop what models keep of these conversations (LocalMind only)."""
        await self._call("POST", "/v1/states/forget", {"conversations": list(conversations)})

    async def health(self) -> Json:
        """What the engine and its children do (LocalMind only)."""
        return await self._call("GET", "/health", None)

    async def forward(self, method: str, path: str, body: bytes | None = None) -> Forwarded:
        """Pass a request through as it is and the answer back unread, for a proxy; `path` begins with /v1."""
        headers = {"content-type": "application/json"} if body else {}
        request = self._connect().build_request(method, path, content=body, headers=headers, timeout=_WAIT_TIMEOUT)
        response = await self._open(request)
        kept = {name: value for name, value in response.headers.items() if name not in _HOP_HEADERS}
        return Forwarded(response.status_code, kept, _raw(response))

    async def close(self) -> None:
        """Close all connections."""
        for http in [*self._moved, *([self._http] if self._http else [])]:
            await http.aclose()
        self._moved, self._http = [], None

    def _connect(self) -> httpx.AsyncClient:
        """The connection pool of the present door; a door that moved (a restarted engine's port) gets a new one."""
        door = self._find_door()
        if self._http is None or door != self._door:
            base, token, socket = door
            headers = {"authorization": f"Bearer {token}"} if token else {}
            timeout = _TIMEOUT if self._home is not None else httpx.Timeout(self._silence, connect=_REMOTE_CONNECT)
            if socket:
                transport: httpx.AsyncBaseTransport = UnixTransport(socket, _CONNECT_RETRIES, _LIMITS)
            else:
                transport = httpx.AsyncHTTPTransport(retries=_CONNECT_RETRIES, limits=_LIMITS)
            if self._http is not None:
                self._moved.append(self._http)  # streams may still run over it
            self._http = httpx.AsyncClient(transport=transport, base_url=base, headers=headers, timeout=timeout)
            self._door = door
        return self._http

    def _find_door(self) -> tuple[str, str | None, str | None]:
        if self._home is None:
            return self._base_url, self._api_key, None
        try:
            address = json.loads(self._home.engine_address.read_text())
        except FileNotFoundError:
            return "http://engine", None, str(self._home.engine_socket)
        return address["url"], address["token"], None

    async def _open(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._connect().send(request, stream=True)
        except httpx.RequestError as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: httpx.RequestError, *, midway: bool = False) -> EngineError:
        detail = str(error) or type(error).__name__
        if self._home is None:
            return foreign.failure(self._base_url, error, midway=midway)
        return EngineUnreachable("The engine does not answer ({detail}). It is restarted if it crashed.", detail=detail)

    @asynccontextmanager
    async def _response(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        response = await self._open(request)
        try:
            if not response.is_success:
                raise self._refused(response, await _limited(response))
            yield response
        except httpx.RequestError as error:
            raise self._unreachable(error, midway=True) from error
        finally:
            await response.aclose()

    def _refused(self, response: httpx.Response, data: bytes) -> Exception:
        if self._home is None:
            return foreign.refusal(self._base_url, response.status_code, response.headers, data, self._api_key)
        return _error(response.status_code, data)

    async def _call(self, method: str, path: str, body: Json | None) -> Json:
        request = self._connect().build_request(method, path, json=body, timeout=_WAIT_TIMEOUT)
        async with self._response(request) as response:
            return _object(await response.aread())

    async def events(self, path: str, body: Mapping[str, Any]) -> AsyncGenerator[Json, None]:
        """The events of the answer to a POST of `body`, which asks for a stream, as the server wrote them."""
        request = self._connect().build_request("POST", path, json=body)
        async with self._response(request) as response:
            finished = False
            async for line in _lines(response):
                if not line.startswith(b"data:"):
                    continue
                data = line[5:].strip()
                if data == b"[DONE]":
                    return
                event = _object(data)
                if event.get("error"):
                    raise from_body(event) if self._home else foreign.told(self._base_url, event, self._api_key)
                finished = finished or bool(_choice(event).get("finish_reason"))
                yield event
            if self._home is None and not response.headers.get("content-type", "").startswith("text/event-stream"):
                raise EngineError("The server {url} did not stream its answer.", url=self._base_url)
            if not finished:  # a foreign server may leave out [DONE], but not the end
                raise EngineUnreachable("The connection ended in the middle of the answer.")


_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=10.0)


async def _raw(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    try:
        async for part in response.aiter_raw():
            yield part
    except httpx.TransportError as error:
        raise EngineUnreachable("The connection ended in the middle of the answer.") from error
    finally:
        await response.aclose()


async def _lines(response: httpx.Response) -> AsyncIterator[bytes]:
    """The lines of a stream. Only line feeds end one: JSON may hold U+2028 and its kin, at which `splitlines` cuts."""
    rest = bytearray()
    async for part in response.aiter_bytes():
        *whole, last = part.split(b"\n")
        for line in whole:
            rest += line
            yield bytes(rest)
            rest.clear()
        rest += last
        if len(rest) > _LINE_LIMIT:
            raise EngineError("The server sent a line without end. Its answer was closed.")
    yield bytes(rest)


async def _limited(response: httpx.Response) -> bytes:
    """The beginning of an error's body: as much as anybody reads."""
    data = b""
    async for part in response.aiter_bytes():
        data += part
        if len(data) > _ERROR_LIMIT:
            break
    return data[:_ERROR_LIMIT]


def _object(data: bytes) -> Json:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        text = data[:200].decode("utf-8", "replace")
        raise EngineError("The server sent something that is not JSON: {text}", text=text)
    return value


def _error(status: int, data: bytes) -> Exception:
    try:
        return from_body(json.loads(data))
    except (ValueError, AttributeError):
        text = data[:200].decode("utf-8", "replace")
        return EngineError("The server answered with status {status}: {text}", status=status, text=text)


def _choice(event: Json) -> Json:
    """The first choice of an event, or nothing. Raises EngineError when it is not in the form of OpenAI's API."""
    choices = event.get("choices") or [{}]
    choice = choices[0] if isinstance(choices, list) else None
    if not isinstance(choice, dict):
        raise _formless()
    return choice


def _formless() -> EngineError:
    return EngineError("The server sent an answer that is not in the form of OpenAI's API.")


def _part(event: Json, name: str) -> Json | None:
    value = event.get(name)
    if value is not None and not isinstance(value, dict):
        raise _formless()
    return value


def _count(event: Json) -> int:
    """How many tokens a piece is of: one, unless the engine says that it gathered a few."""
    value = event.get("tokens")
    return value if isinstance(value, int) and value > 0 else 1


def chunk_of(event: Json) -> Chunk:
    """One event of a chat's answer. Raises EngineError when it is not in the form of OpenAI's API."""
    choice = _choice(event)
    delta = _part(choice, "delta") or {}
    text, calls, reason = delta.get("content") or "", delta.get("tool_calls"), choice.get("finish_reason")
    if not (isinstance(text, str) and isinstance(reason, str | None) and isinstance(calls, list | None)):
        raise _formless()
    return Chunk(
        text=text,
        status=_part(event, "status"),
        finish_reason=reason,
        usage=_part(event, "usage"),
        timings=_part(event, "timings"),
        context=_part(event, "context"),
        logprobs=(_part(choice, "logprobs") or {}).get("content"),
        tokens=_count(event),
        tool_calls=calls,
    )
