"""The walk: everything that can be reached refuses everybody who may not, except what is listed here with its reason.

This list is the test's own copy. A new open path, route, socket or handler fails here until somebody has reviewed it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

import pytest
import reflex as rx
from reflex.state import BaseState, StateUpdate
from reflex_base.registry import RegistrationContext
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from localmind_app.core.home import Home
from localmind_app.features.accounts.links import new_link
from localmind_app.features.accounts.secrets import digest
from localmind_app.features.accounts.tables import SessionRow
from localmind_app.features.services import open_services, services
from localmind_app.web import access
from localmind_app.web.application import BUILD, guarded
from localmind_app.web.event_guard import EventGuard
from tests.security import walk
from tests.security.intruders import Caller, anonymous, strangers

HOST = "127.0.0.1:8765"
READ = ("GET", "HEAD")

# Reviewed exceptions: what anybody who can reach the port may ask, and why that is right.
OPEN = {
    "/sign-in": (("GET", "HEAD", "POST"), "the way in; a POST needs the password"),
    "/sign-in.css": (READ, "its looks"),
    "/open/x": (READ, "a one-time link: the token in the path is the proof"),
    "/healthz": (READ, "says only that the process lives"),
    "/readyz": (READ, "says only which process is not ready"),
    "/manifest.webmanifest": (READ, "browsers fetch it without cookies"),
    "/sw.js": (READ, "must load when signed out, to show the offline page"),
    "/offline.html": (READ, "static, names nothing of the owner's"),
    "/offline.css": (READ, "its looks"),
    "/offline.js": (READ, "its script"),
    "/theme.js": (READ, "colours before the first paint"),
    "/favicon.ico": (READ, "the product's own picture"),
}
OPEN_FOLDERS = {
    "/icons/": "the product's own pictures",
}


def _is_reviewed(found: str) -> bool:
    method, path = found.split(" ")
    folder = any(path.startswith(place) for place in OPEN_FOLDERS) and method in READ
    return folder or method in OPEN.get(path, ((), ""))[0]


@cache
def served() -> ASGIApp:
    """The application inside the guard; Reflex puts it together once per process."""
    from localmind_app.localmind_app import app

    return app()


@asynccontextmanager
async def composed(home: Home) -> AsyncIterator[tuple[ASGIApp, rx.App, dict[str, str]]]:
    """The application as `web` serves it, and session tokens: good, signed out, expired."""
    from localmind_app.localmind_app import app

    opened = await open_services(home)
    try:
        accounts = opened.accounts
        tokens = {name: await accounts.open_link(new_link(home), "") for name in ("good", "out", "expired")}
        await accounts.sign_out(tokens["out"])
        await opened.database.write(
            lambda session: setattr(session.get_one(SessionRow, digest(tokens["expired"])), "expires_at", 1)
        )
        yield guarded(served(), 8765), app, tokens
    finally:
        await services().close()


@pytest.mark.anyio
async def test_every_route_and_file_refuses_whoever_is_not_signed_in(home: Home) -> None:
    async with composed(home) as (app, _, tokens):
        found = await walk.unguarded(app, anonymous(tokens["out"], tokens["expired"]), HOST)
        assert {one for one in found if not _is_reviewed(one)} == set()


@pytest.mark.anyio
async def test_every_route_and_file_refuses_other_sites_even_with_the_cookie(home: Home) -> None:
    async with composed(home) as (app, _, tokens):
        assert await walk.unguarded(app, strangers(HOST, tokens["good"]), HOST) == set()


def _built_scripts() -> set[str]:
    return {file.name for file in (BUILD / "client" / "assets").rglob("*.js")}


@pytest.mark.anyio
async def test_the_walk_reaches_what_it_must_and_the_owner_gets_in(home: Home) -> None:
    async with composed(home) as (app, _, tokens):
        paths = {door.path for door in walk.doors(app)}
        assert {"/api/chats/x/messages", "/v1/models", "/ping", "/_health", "/_event", "/index.html", "/sw.js"} <= paths
        assert walk.Door("/_event", (), websocket=True) in set(walk.doors(app))
        built = _built_scripts()
        assert built <= {path.rpartition("/")[2] for path in paths}
        owner = Caller("the owner", {"Cookie": f"localmind_session={tokens['good']}"})
        for path in ("/api/chats/x/messages", "/index.html", "/ping"):
            assert not await walk.knock(app, walk.Door(path), "GET", owner, HOST)


def test_no_upload_route_of_reflex_is_served() -> None:
    # Reflex's own /_upload has no limit; it appears as soon as a handler takes files, and must then be reviewed.
    assert not [door for door in walk.doors(served()) if "_upload" in door.path]


def test_the_products_list_of_open_paths_is_the_reviewed_one() -> None:
    assert {path for path in OPEN if not path.startswith("/open/")} == access.OPEN_PATHS
    assert {*OPEN_FOLDERS, "/open/"} == set(access.OPEN_FOLDERS)


async def _leak(request: Request) -> Response:
    return PlainTextResponse("secret")


async def _leaking_socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


@pytest.mark.anyio
async def test_a_route_beside_the_guard_is_reported(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = [Caller("nobody")]
    async with composed(home) as (app, _, _tokens):
        beside = [Route("/debug", _leak), WebSocketRoute("/live", _leaking_socket), Mount("/", app)]
        found = await walk.unguarded(Starlette(routes=beside), nobody, HOST)
        assert {"GET /debug", "HEAD /debug", "WEBSOCKET /live"} == {one for one in found if not _is_reviewed(one)}
        monkeypatch.setattr(access, "OPEN_PATHS", access.OPEN_PATHS | {"/ping"})
        found = await walk.unguarded(app, nobody, HOST)
        assert {"GET /ping", "HEAD /ping"} == {one for one in found if not _is_reviewed(one)}


@pytest.mark.anyio
async def test_every_event_handler_refuses_whoever_is_not_signed_in(home: Home) -> None:
    async with composed(home) as (_, app, tokens):
        assert len(walk.handlers()) > 40
        for caller in anonymous(tokens["out"], tokens["expired"]):
            assert await walk.unguarded_handlers(app, {"cookie": caller.headers.get("Cookie", "")}) == []
        good = {"cookie": f"localmind_session={tokens['good']}"}
        assert len(await walk.unguarded_handlers(app, good)) == len(walk.handlers())


class _Holey(EventGuard):
    """A guard with an exception nobody reviewed."""

    async def preprocess(self, app: rx.App, state: BaseState, event: rx.event.Event) -> StateUpdate | None:
        return None if event.name.endswith(".leak") else await super().preprocess(app, state, event)


@pytest.mark.anyio
async def test_a_handler_that_the_guard_lets_through_is_reported(home: Home) -> None:
    async with composed(home):
        registered = RegistrationContext.get()
        token = RegistrationContext.set(registered.fork())
        try:

            class Leaky(rx.State):
                @rx.event
                def leak(self) -> None:
                    """Anybody may call this."""

            holey = rx.App()
            holey.add_middleware(_Holey(), index=0)
            [found] = await walk.unguarded_handlers(holey, {})
            assert found.endswith(".leak")
        finally:
            RegistrationContext.reset(token)
