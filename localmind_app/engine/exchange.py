"""One request to the engine with its whole answer, for callers that want the JSON as the API shows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from localmind_app.core.errors import EngineError, from_body

from .client import EngineClient


async def exchange(engine: EngineClient, path: str, body: Mapping[str, Any] | None) -> tuple[int, dict[str, Any]]:
    """POST `body` to `path` (it begins with /v1), or GET it where there is none.

    Returns the status and the body of the answer, an error's too.
    Raises EngineUnreachable when the server is not there or goes away, EngineError when it does not answer with JSON.
    """
    raw = None if body is None else json.dumps(body).encode()
    answer = await engine.forward("GET" if raw is None else "POST", path, raw)
    data = b"".join([part async for part in answer.body])
    try:
        value = json.loads(data)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        text = data[:200].decode("utf-8", "replace")
        raise EngineError("The server sent something that is not JSON: {text}", text=text)
    return answer.status, value


async def ask(engine: EngineClient, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
    """The body of a good answer. Raises what `exchange` raises, and the error the server answered with."""
    status, value = await exchange(engine, path, body)
    if status >= 400:
        raise from_body(value)
    return value
