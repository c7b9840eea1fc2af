"""Liveness and readiness. Both are open, so they say nothing about the owner's data."""

from __future__ import annotations

import asyncio

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localmind_app.core.errors import EngineError
from localmind_app.features.services import services

PATIENCE_SECONDS = 3.0  # an engine that hangs counts as away


async def healthz(request: Request) -> Response:
    """GET /healthz: this process lives."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """GET /readyz: 200 when pages can be used; says whether the engine answers. 503 when the database does not."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await services().engine.health()
        engine = "ok"
    except (EngineError, TimeoutError):
        engine = "away"
    try:
        await services().accounts.has_password()
    except SQLAlchemyError:
        return JSONResponse({"status": "failed", "database": "away", "engine": engine}, 503)
    return JSONResponse({"status": "ok", "database": "ok", "engine": engine})


routes = [Route("/healthz", healthz), Route("/readyz", readyz)]
