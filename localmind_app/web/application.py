"""Puts the edge together: routes, error shape, the guard, and Reflex inside."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from localmind_app.core.errors import NotFound, UserError
from localmind_app.core.home import Home
from localmind_app.features.chat import api as chat_api
from localmind_app.features.files import api as files_api
from localmind_app.features.knowledge import api as knowledge_api
from localmind_app.features.knowledge.answering import api as answering_api
from localmind_app.features.memory import api as memory_api
from localmind_app.features.models import api as models_api
from localmind_app.features.services import open_services, services
from localmind_app.features.web_pages import api as web_pages_api

from . import health, policy, sign_in
from .guard import Guard
from .openai.routes import routes as openai_routes

log = logging.getLogger(__name__)
BUILD = Path(__file__).parents[2] / ".web" / "build"


async def _user_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, UserError)
    return JSONResponse(error.body(), error.status, headers={"Cache-Control": "no-store"})


async def _bug(request: Request, error: Exception) -> Response:
    # Starlette logs the traceback; the caller learns only that it was ours.
    body = UserError("Something unexpected went wrong. The log has the details.").body()
    return JSONResponse(body, 500)


async def _no_gallery(request: Request) -> Response:
    raise NotFound("The gallery is shown with LOCALMIND_DEV=1 only.")


def api() -> Starlette:
    """Every HTTP route that is not Reflex's."""
    gallery = (
        [] if os.environ.get("LOCALMIND_DEV") else [Route("/gallery", _no_gallery), Route("/gallery/", _no_gallery)]
    )
    return Starlette(
        routes=[
            *health.routes,
            *sign_in.routes,
            *chat_api.routes,
            *files_api.routes,
            *answering_api.routes,
            *knowledge_api.routes,
            *memory_api.routes,
            *models_api.routes,
            *web_pages_api.routes,
            *openai_routes,
            *gallery,
        ],
        exception_handlers={UserError: _user_error, Exception: _bug},
    )


def lifespan(home: Home) -> Callable[[], AbstractAsyncContextManager[None]]:
    """Opens the services with the process and closes them with it."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[None]:
        await open_services(home)
        yield
        await services().close()

    return opened


def build(home: Home, port: int) -> ASGIApp:
    """The whole application behind its guard."""
    from localmind_app.localmind_app import app

    app.register_lifespan_task(lifespan(home))
    return guarded(app(), port)


def guarded(inner: ASGIApp, port: int) -> Guard:
    """`inner` behind the guard, for a loopback port."""
    hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
    if port == 80:
        hosts |= {"127.0.0.1", "localhost", "[::1]"}
    return Guard(
        inner,
        hosts=hosts,
        headers=policy.headers(BUILD / "csp.json"),
        actor_of=lambda token: services().accounts.actor(token),
        holder_of=lambda key: services().accounts.key_holder(key),
    )
