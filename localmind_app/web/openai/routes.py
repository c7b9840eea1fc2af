"""The table of the public API. What is not in it is answered with 404 or 405 in the one error shape."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import Receive, Scope, Send

from localmind_app.core.errors import NotFound, WrongMethod
from localmind_app.features.batches import api as batches
from localmind_app.features.responses import api as responses

from . import metrics
from .endpoint import Endpoint
from .forward import complete, forward_json
from .gate import gated, refusal
from .models import get_model, list_models
from .openapi import document
from .rerank import rerank


async def openapi(request: Request) -> Response:
    """GET /v1/openapi.json."""
    return JSONResponse(document(ENDPOINTS))


ENDPOINTS = (
    Endpoint("GET", "/v1/models", list_models, "List the models", "models", answers="Models"),
    Endpoint("GET", "/v1/models/{model}", get_model, "One model", "models", answers="Model"),
    Endpoint("POST", "/v1/chat/completions", complete, "Answer a chat", "chat", "chat",
             takes="ChatRequest", answers="ChatCompletion", streams=True, remote=True),
    Endpoint("POST", "/v1/completions", complete, "Go on with a text", "chat", "chat",
             takes="CompletionRequest", answers="Completion", streams=True, remote=True),
    Endpoint("POST", "/v1/responses", responses.create, "Answer, and keep the answer", "chat", "chat",
             takes="ResponseRequest", answers="Response", streams=True),
    Endpoint("GET", "/v1/responses/{response}", responses.get, "A kept response", "chat", answers="Response"),
    Endpoint("DELETE", "/v1/responses/{response}", responses.delete, "Forget a response", "chat", answers="Deleted"),
    Endpoint("GET", "/v1/responses/{response}/input_items", responses.input_items, "What a response was asked",
             "chat", answers="Page"),
    Endpoint("POST", "/v1/embeddings", forward_json, "Vectors of texts", "embeddings", "embeddings",
             takes="EmbeddingRequest", answers="Embeddings"),
    Endpoint("POST", "/v1/rerank", rerank, "Sort documents by a query", "embeddings", "embeddings",
             takes="RerankRequest", answers="Rerank"),
    Endpoint("POST", "/v1/tokenize", forward_json, "Count tokens", "chat", takes="TokenizeRequest", answers="Tokens"),
    Endpoint("POST", "/v1/detokenize", forward_json, "The text of tokens", "chat",
             takes="DetokenizeRequest", answers="Detokenized"),
    Endpoint("POST", "/v1/files", batches.add_file, "Upload the requests of a batch", "batches",
             takes="FileUpload", answers="File", form=True),
    Endpoint("GET", "/v1/files", batches.list_files, "List the files", "batches", answers="Page"),
    Endpoint("GET", "/v1/files/{file}", batches.get_file, "One file", "batches", answers="File"),
    Endpoint("GET", "/v1/files/{file}/content", batches.file_content, "What a file holds", "batches",
             text="application/jsonl"),
    Endpoint("DELETE", "/v1/files/{file}", batches.delete_file, "Remove a file", "batches", answers="Deleted"),
    Endpoint("POST", "/v1/batches", batches.create_batch, "Answer the requests of a file when the machine is idle",
             "batches", takes="BatchRequest", answers="Batch"),
    Endpoint("GET", "/v1/batches", batches.list_batches, "List the batches", "batches", answers="Page"),
    Endpoint("GET", "/v1/batches/{batch}", batches.get_batch, "One batch", "batches", answers="Batch"),
    Endpoint("POST", "/v1/batches/{batch}/cancel", batches.cancel_batch, "Stop a batch", "batches", answers="Batch"),
    Endpoint("GET", "/v1/health", metrics.health, "Whether the engine answers", "metrics", answers="Health"),
    Endpoint("GET", "/v1/metrics", metrics.show, "Counters for Prometheus", "metrics", text="text/plain"),
    Endpoint("GET", "/v1/openapi.json", openapi, "This description", answers="Document"),
)  # fmt: skip

# The same two where tools look for them; a session opens them too.
OUTSIDE = (
    Endpoint("GET", "/health", metrics.health, "Whether the engine answers", "metrics", answers="Health"),
    Endpoint("GET", "/metrics", metrics.show, "Counters for Prometheus", "metrics", text="text/plain"),
)


def _routes() -> list[BaseRoute]:
    return [_route(endpoint) for endpoint in (*ENDPOINTS, *OUTSIDE)]


def _route(endpoint: Endpoint) -> Route:
    route = Route(endpoint.path.replace("{model}", "{model:model}"), gated(endpoint), methods=[endpoint.method])
    route.path = endpoint.path  # as documents and walks over the routes name it
    return route


async def unknown(scope: Scope, receive: Receive, send: Send) -> None:
    """Anything else under /v1, whatever the method."""
    # The mount has cut its own path off; the routes are asked for the whole one.
    whole = {"type": "http", "method": scope["method"], "path": scope["path"], "root_path": "", "headers": []}
    allowed = sorted({
        method
        for route in _ROUTES
        if isinstance(route, Route) and route.matches(whole)[0] is not Match.NONE
        for method in route.methods or ()
    })  # fmt: skip
    if allowed:
        response = refusal(WrongMethod("{path} does not take {method}.", path=scope["path"], method=scope["method"]))
        response.headers["Allow"] = ", ".join(allowed)
    else:
        response = refusal(NotFound("There is no {method} {path} here.", method=scope["method"], path=scope["path"]))
    response.headers["Cache-Control"] = "no-store"
    await response(scope, receive, send)


_ROUTES = _routes()
routes: list[BaseRoute] = [*_ROUTES, Mount("/v1", unknown)]
