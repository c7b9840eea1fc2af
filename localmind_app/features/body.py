"""The JSON of a request and of its answer, read and written the same way by every feature's routes.

A field that is wrong raises Invalid with its name. Fields of the OpenAI protocol, whose rules are that protocol's, are
read by `engine.field`.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from localmind_app.core.errors import Invalid

Body = dict[str, Any]

LONGEST_BODY = 64 * 1024  # bytes of a request that holds a few short fields
_QUICK = 64 * 1024  # bytes that are read in well under a millisecond
_LARGEST_NUMBER = 1 << 60  # still fits a database's whole number after some adding up
_MOST_DIGITS = 19


def answer(value: Any, status: int = 200, **headers: str) -> Response:
    """A JSON answer that no cache keeps."""
    return JSONResponse(value, status, headers={"Cache-Control": "no-store", **headers})


async def read_object(request: Request, longest: int = LONGEST_BODY) -> Body:
    """The body as an object; an empty one where nothing was sent. Raises Invalid, also over `longest` bytes."""
    data = await request.body()
    try:
        value = await _parsed(data or b"{}") if len(data) <= longest else None
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Invalid("The body must be a JSON object.")
    return value


async def read_json(request: Request) -> Body:
    """The body of a request to /v1, of any length the guard lets in, as an object. Raises Invalid."""
    try:
        value = await _parsed(await request.body())
    except ValueError:
        raise Invalid("The body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise Invalid("The body must be a JSON object.")
    return value


async def _parsed(data: bytes) -> Any:
    """What a JSON text says, without holding up everybody else meanwhile. Raises ValueError."""
    return _load(data) if len(data) <= _QUICK else await asyncio.to_thread(_load, data)


def _load(data: bytes) -> Any:
    try:
        return json.loads(data, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")  # Python reads NaN and Infinity; no answer could carry them back


def text(body: Body, name: str, usual: str | None = None) -> str:
    """A text, without the space around it. Where it may be missing or empty, `usual` is what a missing one means."""
    value = body.get(name, usual)
    if not isinstance(value, str) or (usual is None and not value.strip()):
        raise Invalid("{field} must be a text.", field=name)
    return _whole(value).strip()


def optional(body: Body, name: str) -> str | None:
    """A text as it was sent; None where it is missing or null."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise Invalid("{field} must be a text.", field=name)
    return value if value is None else _whole(value)


def number(value: Any, name: str, usual: int) -> int:
    """A whole number above 0, from a body or in the digits of an address; `usual` where there is none."""
    if isinstance(value, str) and value.isdecimal() and len(value) <= _MOST_DIGITS:
        value = int(value)
    if value is None:
        return usual
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < _LARGEST_NUMBER:
        raise Invalid("{field} must be a number above 0.", field=name)
    return value


def switch(body: Body, name: str) -> bool:
    """True or false, and nothing else."""
    value = body.get(name)
    if not isinstance(value, bool):
        raise Invalid("{field} must be true or false.", field=name)
    return value


def _whole(value: str) -> str:
    """Without halves of characters, which JSON may hold and no database takes."""
    return value.encode("utf-8", "replace").decode()
