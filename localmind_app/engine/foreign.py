"""What another server's refusals and silences mean to a person.

Its words are shown as its own, cut to one line: they never become a template, a field of ours or an instruction.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from localmind_app.core.errors import (
    ContextOverflow,
    EngineError,
    EngineRefused,
    EngineUnreachable,
    ModelMissing,
    TooMany,
    UserError,
)

LONGEST_DETAIL = 300
_USUAL_WAIT, _LONGEST_WAIT = 30, 3600  # seconds, where a server says nothing or nonsense
_REFUSED = (400, 405, 413, 415, 422)
# Nothing was sent: the connection was not there yet.
_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def detail(body: Any, key: str | None = None) -> str:
    """What a server's error says, from the shapes they use: OpenAI's, Ollama's, FastAPI's, or plain text.

    A `key` the server repeats is not shown.
    """
    found = body
    for name in ("error", "message", "detail"):
        if isinstance(found, dict) and found.get(name):
            found = found[name]
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, default=str)
    text = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())
    return (text.replace(key, "…") if key else text)[:LONGEST_DETAIL]  # hidden first: a cut key would not be found


def refusal(url: str, status: int, headers: Mapping[str, str], data: bytes, key: str | None = None) -> UserError:
    """The error an answer with a status other than 2xx is. A `key` the server repeats is not shown."""
    if 300 <= status < 400:
        return EngineError(
            "The server {url} sends us elsewhere ({target}). That was not followed, so nothing went there. "
            "If it is right, enter that address.",
            url=url,
            target=headers.get("location", "")[:LONGEST_DETAIL],
        )
    body = _body(data)
    said = detail(body, key) or "-"
    if status in (401, 403):
        return EngineError("The server {url} refuses the key ({detail}). Enter the right one.", url=url, detail=said)
    if status == 429:
        return TooMany(
            "The server {url} wants fewer requests ({detail}). Try again in {seconds} s.",
            retry_after=_wait(headers.get("retry-after", "")),
            url=url,
            detail=said,
        )
    if status in (502, 503, 504):
        return EngineUnreachable(
            "The server {url} cannot answer now (status {status}: {detail}).", url=url, status=status, detail=said
        )
    return _told(url, status, body, said)


def told(url: str, event: Mapping[str, Any], key: str | None = None) -> UserError:
    """The error a server reports in the middle of a stream."""
    return _told(url, 200, event, detail(event, key))


def _told(url: str, status: int, body: Any, said: str) -> UserError:
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    if code == ContextOverflow.code or "maximum context length" in said:
        return ContextOverflow("The chat does not fit into the context of the model: {detail}", detail=said)
    if status == 404:
        return ModelMissing("The server {url} does not have it: {detail}", url=url, detail=said)
    if status in _REFUSED:
        return EngineRefused("The server {url} refuses this request: {detail}", url=url, detail=said)
    return EngineError("The server {url} could not answer: {detail}", url=url, detail=said)


def failure(url: str, error: httpx.RequestError, *, midway: bool = False) -> EngineError:
    """The error a broken connection is; `midway` is after the answer had begun."""
    said = str(error)[:LONGEST_DETAIL] or type(error).__name__
    cause = next((one for one in _causes(error) if isinstance(one, ssl.SSLError)), None)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return EngineError(
            "The server {url} shows a certificate that is not trusted ({detail}). Nothing was sent to it.",
            url=url,
            detail=cause.verify_message,
        )
    if cause is not None and not midway:
        return EngineError(
            "No encrypted connection to {url} could be made ({detail}). Nothing was sent. "
            "If it speaks plain HTTP, begin its address with http://.",
            url=url,
            detail=cause.reason or said,
        )
    if isinstance(error, httpx.DecodingError):
        return EngineError("The server {url} sent an answer that cannot be read ({detail}).", url=url, detail=said)
    if midway and not isinstance(error, httpx.TimeoutException):
        return EngineUnreachable(
            "The connection to {url} ended in the middle of the answer. What was shown is kept.", url=url
        )
    return EngineUnreachable("The server {url} does not answer ({detail}).", url=url, detail=said)


def never_sent(error: BaseException) -> bool:
    """Whether the request behind an error certainly did not reach the server."""
    return isinstance(error.__cause__, _BEFORE_SENDING)


def _causes(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__


def _body(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return data.decode("utf-8", "replace")


def _wait(header: str) -> int:
    return min(int(header[:10]), _LONGEST_WAIT) if header.isascii() and header.isdigit() else _USUAL_WAIT
