"""The OpenAPI 3.1 document of the public API, made from the table of its endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from localmind_app import __version__
from localmind_app.features.accounts.scopes import SCOPES

from .endpoint import Endpoint
from .schemas import SCHEMAS, ref

Json = dict[str, Any]
# Every endpoint may answer these: no key, no scope, no such thing, too many requests, no engine.
_ERRORS = {"400": "The request is wrong", "401": "No key", "403": "Not permitted", "404": "Not there",
           "429": "Too many requests or tokens in a minute", "503": "The engine does not answer"}  # fmt: skip


def document(endpoints: Iterable[Endpoint]) -> Json:
    """The document; scopes are those a key needs."""
    paths: dict[str, Json] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    scopes = "\n".join(f"- `{name}`: {meaning}" for name, meaning in SCOPES.items())
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "LocalMind",
            "version": __version__,
            "description": f"The OpenAI-compatible API of this machine.\n\nScopes of keys:\n\n{scopes}",
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "An API key (lm-…)"}},
        },
    }


def _operation(endpoint: Endpoint) -> Json:
    operation: Json = {
        "operationId": re.sub(r"\W+", "_", f"{endpoint.method} {endpoint.path.removeprefix('/v1')}").strip("_").lower(),
        "summary": endpoint.summary,
        "security": [{"key": [endpoint.scope] if endpoint.scope else []}],
        "responses": {"200": _answer(endpoint), **{status: _error(text) for status, text in _ERRORS.items()}},
    }
    names = re.findall(r"\{(\w+)\}", endpoint.path)
    if names:
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
        ]
    if endpoint.takes:
        form = "multipart/form-data" if endpoint.form else "application/json"
        operation["requestBody"] = {"required": True, "content": {form: {"schema": ref(endpoint.takes)}}}
    return operation


def _answer(endpoint: Endpoint) -> Json:
    content: Json = {}
    if endpoint.answers:
        content["application/json"] = {"schema": ref(endpoint.answers)}
    if endpoint.streams:
        content["text/event-stream"] = {"schema": {"type": "string"}}
    if endpoint.text:
        content[endpoint.text] = {"schema": {"type": "string"}}
    return {"description": endpoint.summary, "content": content}


def _error(text: str) -> Json:
    return {"description": text, "content": {"application/json": {"schema": ref("Error")}}}
