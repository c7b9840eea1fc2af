"""Walks everything a caller can reach: each route, mount and file of an ASGI application, each page event handler.

Covered: Starlette routes and mounts, static folders file by file, WebSocket routes, mounted foreign applications (asked
at their root and below), wrappers of any depth. The walk asks, it does not read code: only the answer counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import reflex as rx
from reflex.event import Event
from reflex.state import State
from reflex_base.registry import RegistrationContext
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message

from localmind_app.features.notice import NoticeState
from tests.security.intruders import REFUSED, Caller

# Attribute names under which a wrapper keeps the application it wraps.
INSIDE = ("_app", "app", "engineio_server_app", "other_asgi_app")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True, order=True)
class Door:
    """One thing to knock at."""

    path: str
    methods: tuple[str, ...] = METHODS
    websocket: bool = False


def doors(app: ASGIApp, prefix: str = "") -> Iterator[Door]:
    """Every door of an application, whatever wraps it."""
    if isinstance(app, StaticFiles):
        yield from _files(app, prefix)
        return
    routes: Iterable[BaseRoute] = getattr(app, "routes", ())
    for route in routes:
        yield from _of_route(route, prefix)
    if not routes:
        inner = [getattr(app, name) for name in INSIDE if callable(getattr(app, name, None))]
        for one in inner:
            yield from doors(one, prefix)
        if not inner:  # somebody else's application: its root, below it, and a socket
            for path in (prefix or "/", f"{prefix}/", f"{prefix}/x"):
                yield Door(path)
                yield Door(path, (), websocket=True)


def _of_route(route: BaseRoute, prefix: str) -> Iterator[Door]:
    if isinstance(route, Mount):
        yield from doors(route.app, prefix + _filled(route.path))
    elif isinstance(route, WebSocketRoute):
        yield Door(prefix + _filled(route.path), (), websocket=True)
    elif isinstance(route, Route):
        yield Door(prefix + _filled(route.path), tuple(sorted(route.methods or METHODS)))
    else:
        raise AssertionError(f"the walk does not know this kind of route: {route!r}")


def _filled(path: str) -> str:
    """A path template with something in its places: /api/chats/{chat}/events becomes /api/chats/x/events."""
    return "/".join("x" if part.startswith("{") else part for part in path.split("/"))


def _files(static: StaticFiles, prefix: str) -> Iterator[Door]:
    for folder in static.all_directories:
        root = Path(folder)
        for file in sorted(root.rglob("*")):
            place = f"{prefix}/{file.relative_to(root).as_posix()}"
            yield Door(place + "/" if file.is_dir() else place, ("GET", "HEAD"))


async def knock(app: ASGIApp, door: Door, method: str, caller: Caller, host: str) -> bool:
    """Whether the guard refuses this caller at this door."""
    own = {"host": host, **({"origin": f"http://{host}"} if method not in ("GET", "HEAD") else {})}
    headers = {**own, **{name.lower(): value for name, value in caller.headers.items()}}
    if door.websocket:
        return await _socket_refused(app, door.path, headers)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{host}") as client:
        answer = await client.request(method, door.path, headers=headers)
    if method == "HEAD" or answer.status_code not in REFUSED:
        return answer.status_code in REFUSED
    if answer.headers["content-type"] != "application/json":
        return False
    return bool(answer.json()["error"]["code"] == REFUSED[answer.status_code])


async def _socket_refused(app: ASGIApp, path: str, headers: dict[str, str]) -> bool:
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"} if not said else {"type": "websocket.disconnect", "code": 1000}

    async def send(message: Message) -> None:
        said.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {
        "type": "websocket", "path": path, "raw_path": path.encode(),
        "query_string": b"token=x&EIO=4&transport=websocket", "headers": raw, "subprotocols": [],
        "scheme": "ws", "root_path": "", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 1),
    }  # fmt: skip
    await app(scope, receive, send)
    return [message["type"] for message in said] == ["websocket.close"]


async def unguarded(app: ASGIApp, callers: Iterable[Caller], host: str) -> set[str]:
    """Every door that lets one of the callers in, as ``GET /path`` or ``WEBSOCKET /path``."""
    found = set()
    for door in sorted(set(doors(app))):
        for method in ("WEBSOCKET",) if door.websocket else door.methods:
            for caller in callers:
                if not await knock(app, door, method, caller, host):
                    found.add(f"{method} {door.path}")
    return found


# All that a refused event changes: the page learns that nobody is signed in.
SENT_AWAY = {NoticeState.get_full_name(): {"signed_out_rx_state_": True}}


def handlers() -> list[str]:
    """The full names of every page event handler, the framework's own included."""
    return sorted(RegistrationContext.get().event_handlers)


async def unguarded_handlers(app: rx.App, headers: dict[str, str]) -> list[str]:
    """The handlers that the application's middleware would let a caller with these headers reach."""
    found = []
    for name in handlers():
        event = Event(name=name, router_data={"headers": headers})
        state = State()
        state.router_data = {"headers": headers}
        update = await app._preprocess(state, event)
        refused = update is not None and update.delta == SENT_AWAY and not update.events
        if not refused:
            found.append(name)
    return found
