"""The engine's HTTP routes: OpenAI's, and a few documented extras (tokenize, load, unload, states, health)."""

from __future__ import annotations

import asyncio
import base64
import json
import math
import struct
from contextlib import aclosing
from typing import Any

import psutil
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localmind_app.core.errors import Invalid, TooLarge

from . import states
from .answer import Answer, merged
from .catalog import Model
from .field import boolean, integer, text
from .generation import Generation
from .host import Host
from .message import read_messages
from .stream import EventStream, unless_gone

_BODY_LIMIT = 64 * 1024 * 1024  # bytes
_INPUT_LIMIT = 2048  # texts in one embeddings request, as OpenAI's


def _host(request: Request) -> Host:
    host: Host = request.app.state.host
    return host


async def _body(request: Request) -> dict[str, Any]:
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > _BODY_LIMIT:
            raise TooLarge("The request is larger than {limit} MB.", limit=_BODY_LIMIT // 2**20)
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        raise Invalid("The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise Invalid("The body must be a JSON object.")
    return body


async def _model(request: Request, body: dict[str, Any], kind: str | None) -> Model:
    name = text(body, "model")
    model = await asyncio.to_thread(_host(request).catalog.find, name)
    if kind is not None and model.kind != kind:
        what = {"chat": "write text", "embedding": "make embeddings", "reranker": "rerank"}[kind]
        raise Invalid("The model {model} cannot {what}.", model=name, what=what)
    return model


async def _generate(request: Request, chat: bool) -> Response:
    body = await _body(request)
    options = body.get("stream_options")
    if options is not None and not isinstance(options, dict):
        raise Invalid("stream_options must be an object.")
    wanted = Generation.chat(body) if chat else Generation.completion(body)
    stream = boolean(body, "stream")
    with_status = boolean(body, "stream_status")
    with_usage = boolean(options or {}, "include_usage")
    model = await _model(request, body, "chat")
    if wanted.lora:
        found = await asyncio.to_thread(_host(request).catalog.adapters)
        wanted = wanted.with_adapters(found)
    answer = Answer(model.id, chat=chat, with_usage=with_usage, with_status=with_status)
    host = _host(request)
    if wanted.choices == 1:
        events = host.run(model, "generate", wanted.to_wire())
    else:
        choices = [wanted.choice(index).to_wire() for index in range(wanted.choices)]
        events = merged([host.run(model, "generate", choice) for choice in choices])
    if stream:
        return EventStream(answer.chunks(events))
    return JSONResponse(await unless_gone(request, answer.whole(events)))


async def chat_completions(request: Request) -> Response:
    """POST /v1/chat/completions."""
    return await _generate(request, chat=True)


async def completions(request: Request) -> Response:
    """POST /v1/completions."""
    return await _generate(request, chat=False)


async def _result(request: Request, model: Model, task: str, wanted: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    async with aclosing(_host(request).run(model, task, wanted)) as events:
        async for event in events:
            result = event.get("result", result)
    return result


async def tokenize(request: Request) -> Response:
    """POST /v1/tokenize (extra): {model, messages or prompt} gives {count, n_ctx, tokens}."""
    body = await _body(request)
    if "messages" in body:
        texts, wanted = [m["content"] for m in read_messages(body)], Generation.chat(body)
    else:
        texts, wanted = [text(body, "prompt")], Generation.completion(body)
    model = await _model(request, body, None)
    ask = wanted.to_wire() if model.kind == "chat" else {"texts": texts}
    return JSONResponse(await unless_gone(request, _result(request, model, "count", ask)))


async def detokenize(request: Request) -> Response:
    """POST /v1/detokenize (extra): {model, tokens} gives {text}; control tokens are written out."""
    body = await _body(request)
    tokens = body.get("tokens")
    if not isinstance(tokens, list) or not all(isinstance(one, int) and not isinstance(one, bool) for one in tokens):
        raise Invalid("tokens must be a list of token numbers.")
    model = await _model(request, body, "chat")
    return JSONResponse(await unless_gone(request, _result(request, model, "detokenize", {"tokens": tokens})))


def _read_inputs(body: dict[str, Any]) -> list[str]:
    value = body.get("input")
    texts = [value] if isinstance(value, str) else value
    if isinstance(texts, list) and texts and not isinstance(texts[0], str):
        raise Invalid("input must be a text or a list of texts; lists of token ids are not supported.")
    if not isinstance(texts, list) or not texts or not all(isinstance(one, str) and one for one in texts):
        raise Invalid("input must be a text or a list of texts, none of them empty.")
    if len(texts) > _INPUT_LIMIT:
        raise Invalid("input has {count} texts; at most {limit} are allowed.", count=len(texts), limit=_INPUT_LIMIT)
    return texts


async def embeddings(request: Request) -> Response:
    """POST /v1/embeddings, as floats or base64 of little-endian float32."""
    body = await _body(request)
    texts = _read_inputs(body)
    form = body.get("encoding_format") or "float"
    if form not in ("float", "base64"):
        raise Invalid("encoding_format must be float or base64.")
    model = await _model(request, body, "embedding")
    if body.get("dimensions") is not None and body["dimensions"] != model.width:
        raise Invalid("dimensions must be {width} for this model.", width=model.width)
    result = await unless_gone(request, _result(request, model, "embed", {"texts": texts}))
    data = [
        {"object": "embedding", "index": index, "embedding": vector if form == "float" else _base64(vector)}
        for index, vector in enumerate(result["vectors"])
    ]
    usage = {"prompt_tokens": result["tokens"], "total_tokens": result["tokens"]}
    return JSONResponse({"object": "list", "data": data, "model": model.id, "usage": usage})


async def rerank(request: Request) -> Response:
    """POST /v1/rerank (Jina's and Cohere's shape): {model, query, documents, top_n} gives the best documents first."""
    body = await _body(request)
    query, documents = text(body, "query"), _read_documents(body)
    most = integer(body, "top_n", 1, _INPUT_LIMIT) or len(documents)
    model = await _model(request, body, "reranker")
    result = await unless_gone(request, _result(request, model, "rerank", {"query": query, "texts": documents}))
    order = sorted(range(len(documents)), key=lambda index: -result["scores"][index])[:most]
    results: list[dict[str, Any]] = [
        {"index": index, "relevance_score": 1 / (1 + math.exp(-min(max(result["scores"][index], -500), 500)))}
        for index in order
    ]
    if boolean(body, "return_documents"):
        results = [{**one, "document": {"text": documents[one["index"]]}} for one in results]
    usage = {"prompt_tokens": result["tokens"], "total_tokens": result["tokens"]}
    return JSONResponse({"object": "list", "model": model.id, "results": results, "usage": usage})


def _read_documents(body: dict[str, Any]) -> list[str]:
    documents = body.get("documents")
    if isinstance(documents, list):
        documents = [one.get("text") if isinstance(one, dict) else one for one in documents]
    if not isinstance(documents, list) or not documents or not all(isinstance(one, str) for one in documents):
        raise Invalid("documents must be a list of texts.")
    if len(documents) > _INPUT_LIMIT:
        raise Invalid(
            "documents has {count} texts; at most {limit} are allowed.", count=len(documents), limit=_INPUT_LIMIT
        )
    return documents


def _base64(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode("ascii")


def _entry(host: Host, model: Model) -> dict[str, Any]:
    state, error, n_ctx = host.state(model)
    facts = host.facts(model.id)
    return {
        "id": model.id,
        "object": "model",
        "created": model.stamp[0] // 1_000_000_000,
        "owned_by": "localmind",
        "kind": model.kind,
        "label": model.label,
        "size_bytes": model.size_bytes,
        "n_params": model.n_params,
        "context_length": n_ctx or (model.context_train and host.context_for(model)),
        "context_train": model.context_train,
        "quantization": model.quantization,
        "license": model.license,
        "description": model.description,
        "loaded": state == "ready",
        "state": state,
        "error": None if error is None else error.body()["error"],
        "starter": model.id == "starter",
        "pinned": host.pinned(model.id),
        "kv": facts.get("kv"),
        "gpu_layers": facts.get("gpu_layers"),
        "draft": facts.get("draft"),
        "draft_problem": facts.get("draft_problem") or (model.draft and model.draft.problem),
    }


async def models(request: Request) -> Response:
    """GET /v1/models, with extra fields about each."""
    host = _host(request)
    found = await asyncio.to_thread(host.catalog.models)
    return JSONResponse({"object": "list", "data": [_entry(host, model) for model in found]})


async def model(request: Request) -> Response:
    """GET /v1/models/{id}."""
    host = _host(request)
    return JSONResponse(_entry(host, await asyncio.to_thread(host.catalog.find, request.path_params["id"])))


async def load(request: Request) -> Response:
    """POST /v1/models/load (extra): {model}; answers when it is ready."""
    found = await _model(request, await _body(request), None)
    await unless_gone(request, _host(request).load(found))
    return JSONResponse(_entry(_host(request), found))


async def unload(request: Request) -> Response:
    """POST /v1/models/unload (extra): {model}; answers when its memory is free."""
    found = await _model(request, await _body(request), None)
    await _host(request).unload(found.id)
    return JSONResponse(_entry(_host(request), found))


async def pin(request: Request) -> Response:
    """POST /v1/models/pin (extra): {model, pinned}; a pinned model is never unloaded to make room."""
    body = await _body(request)
    found = await _model(request, body, None)
    _host(request).pin(found.id, boolean(body, "pinned"))
    return JSONResponse(_entry(_host(request), found))


async def release(request: Request) -> Response:
    """POST /v1/models/release (extra): {model}; a model in quarantine may be started again."""
    found = await _model(request, await _body(request), None)
    _host(request).release(found.id)
    return JSONResponse(_entry(_host(request), found))


async def kept_states(request: Request) -> Response:
    """GET /v1/states (extra): {conversations}, of which KV cells are kept in memory or on disk."""
    return JSONResponse({"conversations": sorted(await states.conversations(_host(request)))})


async def forget_states(request: Request) -> Response:
    """POST /v1/states/forget (extra): {conversations}; what is kept of them goes, of any model."""
    wanted = (await _body(request)).get("conversations")
    if not isinstance(wanted, list) or not all(isinstance(one, str) and one for one in wanted):
        raise Invalid("conversations must be a list of names, none of them empty.")
    await states.forget(_host(request), wanted)
    return JSONResponse({"forgotten": len(set(wanted))})


async def health(request: Request) -> Response:
    """GET /health: that the engine answers, and what its children do."""
    children = _host(request).children()
    stats = await asyncio.gather(*(child.stats() for child in children))
    return JSONResponse({
        "status": "ok",
        "children": [
            {"model": child.name, "pid": child.pid, "in_flight": child.in_flight, "rss_bytes": _rss(child.pid), **known}
            for child, known in zip(children, stats, strict=True)
        ],
    })  # fmt: skip


def _rss(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


ROUTES = [
    Route("/v1/chat/completions", chat_completions, methods=["POST"]),
    Route("/v1/completions", completions, methods=["POST"]),
    Route("/v1/embeddings", embeddings, methods=["POST"]),
    Route("/v1/rerank", rerank, methods=["POST"]),
    Route("/v1/tokenize", tokenize, methods=["POST"]),
    Route("/v1/detokenize", detokenize, methods=["POST"]),
    Route("/v1/models", models, methods=["GET"]),
    Route("/v1/models/load", load, methods=["POST"]),
    Route("/v1/models/unload", unload, methods=["POST"]),
    Route("/v1/models/pin", pin, methods=["POST"]),
    Route("/v1/models/release", release, methods=["POST"]),
    Route("/v1/states", kept_states, methods=["GET"]),
    Route("/v1/states/forget", forget_states, methods=["POST"]),
    Route("/v1/models/{id}", model, methods=["GET"]),
    Route("/health", health, methods=["GET"]),
]
