"""The OpenAI-compatible API at /v1: API keys outside, the engine's own protocol inside."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from localmind_app.core.errors import NotFound
from localmind_app.features.services import services


async def forward(request: Request) -> Response:
    """Pass a request to the engine and stream its answer back unchanged."""
    answer = await services().engine.forward(request.method, request.url.path, await request.body())
    return StreamingResponse(
        answer.body,
        status_code=answer.status,
        media_type=answer.headers.get("content-type", "application/json"),
        headers={"Cache-Control": "no-store"},
    )


async def unknown(scope: Scope, receive: Receive, send: Send) -> None:
    """Anything else under /v1, whatever the method, in the one error shape."""
    raise NotFound("There is no {method} {path} here.", method=scope["method"], path=scope["path"])


routes = [
    Route("/v1/models", forward, methods=["GET"]),
    Route("/v1/models/{model}", forward, methods=["GET"]),
    Route("/v1/chat/completions", forward, methods=["POST"]),
    Route("/v1/completions", forward, methods=["POST"]),
    Route("/v1/embeddings", forward, methods=["POST"]),
    Mount("/v1", unknown),
]
