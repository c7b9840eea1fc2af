"""What another server's refusals and silences become; its words stay its own, and keys stay secret."""

from __future__ import annotations

import json
import ssl
from typing import Any

import httpx
import pytest

from localmind_app.core.errors import (
    ContextOverflow,
    EngineError,
    EngineRefused,
    EngineUnreachable,
    ModelMissing,
    TooMany,
    UserError,
)
from localmind_app.engine import foreign

URL, KEY = "http://other.example", "sk-very-secret-1234567890"


def refused(status: int, body: Any = None, key: str | None = None, **headers: str) -> UserError:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return foreign.refusal(URL, status, {name.replace("_", "-"): value for name, value in headers.items()}, data, key)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, EngineRefused), (401, EngineError), (403, EngineError), (404, ModelMissing), (413, EngineRefused),
     (422, EngineRefused), (429, TooMany), (500, EngineError), (502, EngineUnreachable), (503, EngineUnreachable),
     (504, EngineUnreachable), (418, EngineError)],
)  # fmt: skip
def test_each_status_is_the_error_that_callers_tell_apart(status: int, kind: type[UserError]) -> None:
    error = refused(status, {"error": {"message": "because"}})
    assert type(error) is kind
    assert "because" in error.text and URL in error.text


@pytest.mark.parametrize(
    "body",
    [{"error": {"message": "no luck", "code": 1}}, {"error": "no luck"}, {"message": "no luck"}, {"detail": "no luck"},
     {"error": {"detail": "no luck"}}, b"no luck", {"error": {"message": "no\n\x00 luck"}}],
)  # fmt: skip
def test_the_words_are_found_in_every_shape(body: Any) -> None:
    assert refused(500, body).params["detail"] == "no luck"


def test_words_are_one_short_line_and_never_a_template() -> None:
    error = refused(500, {"error": {"message": "{url} {x.__class__}\n" + "a" * 5000, "template": "{boo}"}})
    assert len(str(error.params["detail"])) == foreign.LONGEST_DETAIL
    assert "{url} {x.__class__} aaa" in error.text and "boo" not in error.text
    assert refused(500, b"").text.endswith(": -")
    assert refused(500, b"\xff\xfe<html>").params["detail"] == "\ufffd\ufffd<html>"
    assert refused(500, b"[" * 50_000).params["detail"] == "[" * foreign.LONGEST_DETAIL


@pytest.mark.parametrize("before", [0, foreign.LONGEST_DETAIL - 10, foreign.LONGEST_DETAIL - 1])
@pytest.mark.parametrize("status", [400, 401, 429, 500, 503])
def test_a_key_that_is_repeated_is_hidden_also_where_the_words_are_cut(status: int, before: int) -> None:
    error = refused(status, {"error": {"message": "x" * before + KEY}}, KEY)
    assert "sk-" not in error.text
    told = foreign.told(URL, {"error": {"message": "x" * before + KEY}}, KEY)
    assert "sk-" not in told.text
    assert "sk-" not in refused(status, b" " * 1190 + KEY.encode(), KEY).text


def test_a_context_that_is_too_small_is_told_apart() -> None:
    ours = {"error": {"code": ContextOverflow.code, "message": "too long"}}
    openai = {"error": {"message": "This model's maximum context length is 8192 tokens."}}
    assert all(isinstance(refused(400, body), ContextOverflow) for body in (ours, openai))
    assert isinstance(foreign.told(URL, openai), ContextOverflow)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("0", 0), ("", 30), ("Wed, 21 Oct 2026 07:28:00 GMT", 30), ("-5", 30), ("²", 30), ("99999", 3600),
     ("9" * 5000, 3600)],
)  # fmt: skip
def test_how_long_to_wait_is_only_believed_within_reason(header: str, seconds: int) -> None:
    error = refused(429, {"error": "slow down"}, retry_after=header)
    assert isinstance(error, TooMany) and error.retry_after == seconds


def test_a_redirect_is_told_and_not_followed() -> None:
    error = refused(307, location="https://elsewhere.example/v1")
    assert "https://elsewhere.example/v1" in error.text and "nothing went there" in error.text


def broken(cause: BaseException) -> httpx.ConnectError:
    error = httpx.ConnectError("connection failed")
    error.__cause__ = cause
    return error


def from_a_plain_server() -> ssl.SSLError:
    """What the handshake says of a server that answers in plain HTTP."""
    received = ssl.MemoryBIO()
    received.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    client = ssl.create_default_context().wrap_bio(received, ssl.MemoryBIO(), server_hostname="other.example")
    with pytest.raises(ssl.SSLError) as caught:
        client.do_handshake()
    return caught.value


def test_why_a_connection_did_not_come_about() -> None:
    certificate = ssl.SSLCertVerificationError(1, "verify failed")
    certificate.verify_message = "self-signed certificate"
    assert "not trusted (self-signed certificate)" in foreign.failure(URL, broken(certificate)).text
    said = foreign.failure(URL, broken(from_a_plain_server())).text
    assert "begin its address with http://" in said and "WRONG_VERSION_NUMBER" in said
    assert isinstance(foreign.failure(URL, httpx.ConnectError("refused")), EngineUnreachable)


def test_a_connection_that_breaks_midway_is_another_matter() -> None:
    midway = foreign.failure(URL, httpx.ReadError("reset"), midway=True)
    assert isinstance(midway, EngineUnreachable) and "What was shown is kept" in midway.text
    slow = foreign.failure(URL, httpx.ReadTimeout("timed out"), midway=True)
    assert "does not answer (timed out)" in slow.text
    unreadable = foreign.failure(URL, httpx.DecodingError("bad gzip"), midway=True)
    assert type(unreadable) is EngineError and "cannot be read (bad gzip)" in unreadable.text


@pytest.mark.parametrize(
    ("cause", "sure"),
    [(httpx.ConnectError("x"), True), (httpx.ConnectTimeout("x"), True), (httpx.ReadTimeout("x"), False),
     (httpx.WriteError("x"), False), (None, False)],
)  # fmt: skip
def test_only_what_had_no_connection_was_certainly_not_sent(cause: BaseException | None, sure: bool) -> None:
    error = EngineUnreachable("x")
    error.__cause__ = cause
    assert foreign.never_sent(error) is sure
