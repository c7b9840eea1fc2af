"""One ASGI guard in front of HTTP, WebSocket and uploads.

It refuses, in this order: a wrong Host, a wrong Origin, a body over the limit, a caller who is not signed in. It adds
the security headers and puts the acting user into the scope. `X-Forwarded-*` is never read.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from localmind_app.core.errors import NotAllowed, SignInRequired, TooLarge, UserError
from localmind_app.features.accounts.service import Actor, KeyHolder
from localmind_app.features.files.headers import ISOLATED

from .access import EITHER, KEY_FOLDER, MB, is_open, largest_body, session_of

ActorOf = Callable[[str | None], Awaitable[Actor | None]]
HolderOf = Callable[[str], Awaitable[KeyHolder | None]]

# The one other policy a response may ask for, since it allows less: that of what people uploaded.
_ISOLATED = (b"content-security-policy", ISOLATED.encode())
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class Guard:
    """Wraps the whole application. `hosts` and `origins` are exact values such as ``127.0.0.1:8765``."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str],
        headers: list[tuple[bytes, bytes]],
        actor_of: ActorOf,
        holder_of: HolderOf,
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._origins = frozenset(f"http://{host}" for host in hosts)
        self._headers = headers
        self._isolated = [_ISOLATED if name == _ISOLATED[0] else (name, value) for name, value in headers]
        self._actor_of = actor_of
        self._holder_of = holder_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one connection, then hand it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        # No response may leave without the headers, whoever makes it.
        send = self._with_headers(send)
        try:
            self._check_place(scope, headers)
            self._check_length(scope, headers)
            await self._identify(scope, headers)
        except UserError as error:
            await _refuse(scope, headers, send, error)
            return
        if scope["type"] == "http":
            await _limited(self._app, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _check_place(self, scope: Scope, headers: Headers) -> None:
        if len(headers.getlist("host")) != 1 or headers["host"] not in self._hosts:
            raise NotAllowed("LocalMind does not answer to this address.")
        origin = headers.get("origin")
        if origin is not None and origin not in self._origins:
            raise NotAllowed("Requests from another site are refused.")
        changing = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        # A browser always names the origin of a changing request; programs use an API key instead.
        if changing and origin is None and not scope["path"].startswith(KEY_FOLDER):
            raise NotAllowed("The request does not say which page it comes from.")

    def _check_length(self, scope: Scope, headers: Headers) -> None:
        length, limit = headers.get("content-length", "0"), largest_body(scope["path"])
        if not length.isdecimal() or int(length) > limit:
            raise _too_large(limit)

    async def _identify(self, scope: Scope, headers: Headers) -> None:
        state = scope.setdefault("state", {})
        state["actor"] = state["session"] = state["key"] = None
        path, authorization = scope["path"], headers.get("authorization", "")
        if path.startswith(KEY_FOLDER) or (path in EITHER and authorization):
            state["key"] = await self._holder_of(authorization.removeprefix("Bearer ").strip())
            if state["key"] is None:
                raise SignInRequired("This address needs an API key. Make one in the settings.")
            state["actor"] = state["key"].actor
            return
        state["session"] = session_of(headers.get("cookie"))
        state["actor"] = await self._actor_of(state["session"])
        if state["actor"] is None and not is_open(scope["path"]):
            raise SignInRequired("Sign in first.")

    def _with_headers(self, send: Send) -> Send:
        async def wrapped(message: Message) -> None:
            if message["type"] == "http.response.start":
                own, told = {name for name, _ in self._headers}, message.get("headers", [])
                kept = [(name, value) for name, value in told if name.lower() not in own]
                message = {**message, "headers": [*kept, *(self._isolated if _ISOLATED in told else self._headers)]}
            await send(message)

        return wrapped


def _too_large(limit: int) -> TooLarge:
    return TooLarge("This is larger than {limit} MB. Nothing of it was kept.", limit=limit // MB)


async def _limited(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Run the app with a body that ends in an error once it is over the limit, whatever length was announced."""
    taken, limit = 0, largest_body(scope["path"])
    started = over = False

    async def counted() -> Message:
        nonlocal taken, over
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            over = True
            raise _too_large(limit)
        return message

    async def noted(message: Message) -> None:
        nonlocal started
        if over and not started:
            return  # the app's own idea of an error; the refusal below says it better
        started = True
        await send(message)

    try:
        await app(scope, counted, noted)
    except TooLarge:
        if not over or started:
            raise
    if over and not started:
        await _refuse(scope, Headers(scope=scope), send, _too_large(limit))


async def _refuse(scope: Scope, headers: Headers, send: Send, error: UserError) -> None:
    if scope["type"] == "websocket":
        # Closing before accepting makes the server answer the upgrade with 403.
        await send({"type": "websocket.close", "code": 4401 if isinstance(error, SignInRequired) else 4403})
        return
    wants_page = scope["method"] == "GET" and "text/html" in headers.get("accept", "")
    if isinstance(error, SignInRequired) and wants_page:
        await _respond(send, 303, b"", [(b"location", b"/sign-in?next=" + quote(scope["path"]).encode())])
        return
    kind: list[tuple[bytes, Any]] = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await _respond(send, error.status, json.dumps(error.body()).encode(), kind)


async def _respond(send: Send, status: int, body: bytes, headers: list[tuple[bytes, Any]]) -> None:
    own = [(b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *own]})
    await send({"type": "http.response.body", "body": body})
