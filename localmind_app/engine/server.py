"""The engine process: `python -m localmind_app.engine.server`, started and watched by a supervisor.

It serves the OpenAI HTTP protocol on a Unix socket that only its owner may open. Where the system has no Unix sockets
(or with `--tcp`) it serves on a free loopback port and writes address and bearer token, 0600, to
`home.engine_address`. It ends with its parent, and its children end with it.
"""

from __future__ import annotations

import argparse
import hmac
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from localmind_app.core.errors import EngineError, Invalid, NotFound, SignInRequired, UserError
from localmind_app.core.home import Home

from . import door
from .catalog import Catalog
from .host import Host
from .routes import ROUTES
from .stream import Gone, error_response

_STOP_SECONDS = 1  # open connections get this long after SIGTERM


class TokenGuard:
    """ASGI middleware: every request must carry the bearer token, compared in constant time."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app, self._wanted = app, f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 401."""
        given = next((value for name, value in scope.get("headers", ()) if name == b"authorization"), b"")
        if scope["type"] != "http" or hmac.compare_digest(given, self._wanted):
            await self._app(scope, receive, send)
        else:
            await error_response(SignInRequired("The engine wants its token."))(scope, receive, send)


def create_app(host: Host, token: str | None = None) -> Starlette:
    """The ASGI application over `host`; with `token` every request must carry it."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await host.close()

    app = Starlette(
        routes=ROUTES,
        lifespan=lifespan,
        middleware=[Middleware(TokenGuard, token=token)] if token else [],
        exception_handlers={UserError: _on_user_error, HTTPException: _on_http, Gone: _on_gone, Exception: _on_bug},
    )
    app.state.host = host
    return app


async def _on_user_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, UserError)
    return error_response(error)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        wrong = Invalid("{path} does not take {method}.", path=request.url.path, method=request.method)
        return JSONResponse(wrong.body(), 405, headers=error.headers)
    return error_response(NotFound("The engine has no {path}.", path=request.url.path))


async def _on_gone(_: Request, __: Exception) -> Response:
    return Response(status_code=499)  # never read: the connection is closed


async def _on_bug(_: Request, error: Exception) -> Response:
    return error_response(EngineError("The engine failed: {kind}. Its log says more.", kind=type(error).__name__))


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM, SIGINT or the end of the parent."""
    parser = argparse.ArgumentParser(prog="python -m localmind_app.engine.server", description="LocalMind's engine.")
    parser.add_argument("--tcp", action="store_true", help="serve on a loopback port instead of a Unix socket")
    options = parser.parse_args(arguments)
    door.enter()
    home = Home.open()
    sock, token = door.listen(home.engine_socket, home.engine_address, tcp=options.tcp)
    config = uvicorn.Config(
        create_app(Host(Catalog(home)), token),
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=_STOP_SECONDS,
        timeout_keep_alive=60,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[sock])


if __name__ == "__main__":
    main()
