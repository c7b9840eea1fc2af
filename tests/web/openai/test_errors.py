"""Whatever goes wrong under /v1 has the one error shape, the right status and, for "later", the seconds."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from localmind_app.features.accounts.keys import create_key
from localmind_app.features.accounts.rates import Limit
from tests.product import Product
from tests.reliability.evidence import rows
from tests.security.intruders import execute

Http = Callable[[str], httpx.Client]
CHAT = {"model": "fast", "messages": [{"role": "user", "content": "x"}], "max_tokens": 2}


def code(answer: httpx.Response) -> str:
    """The code of an error, whose shape is checked on the way."""
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "code", "param", "template", "params"}
    assert error["template"].format(**error["params"]) == error["message"]
    return str(error["code"])


@pytest.mark.parametrize("path", ["/v1/models", "/v1/chat/completions", "/v1/nothing", "/v1/openapi.json", "/v1/files"])
def test_without_a_key_everything_is_closed(http: Http, path: str) -> None:
    for key in ("", "lm-wrong", "sk-other"):
        answer = http(key).get(path)
        assert (answer.status_code, code(answer)) == (401, "sign_in_required")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/nothing"), ("POST", "/v1/models/load/now"), ("PUT", "/v1/files/x/y")],
)
def test_an_address_that_is_not_there(api: httpx.Client, method: str, path: str) -> None:
    answer = api.request(method, path)
    assert (answer.status_code, code(answer)) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/chat/completions", "POST"), ("DELETE", "/v1/models", "GET, HEAD"),
        ("PATCH", "/v1/files/file-1", "DELETE, GET, HEAD"), ("PUT", "/v1/files", "GET, HEAD, POST"),
    ],
)  # fmt: skip
def test_the_wrong_method_names_the_right_ones(api: httpx.Client, method: str, path: str, allowed: str) -> None:
    answer = api.request(method, path)
    assert (answer.status_code, code(answer)) == (405, "method_not_allowed")
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses", "/v1/rerank", "/v1/batches"])
def test_a_body_that_is_no_object(api: httpx.Client, path: str, content: bytes) -> None:
    answer = api.post(path, content=content)
    assert (answer.status_code, code(answer)) == (400, "invalid")


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("/v1/chat/completions", {**CHAT, "temperature": 99}, "temperature"),
        ("/v1/chat/completions", {**CHAT, "messages": []}, "messages"),
        ("/v1/responses", {"model": "fast"}, "input"),
        ("/v1/responses", {"model": "fast", "input": [{"role": "robot", "content": "x"}]}, "role"),
        ("/v1/responses", {"model": "fast", "input": [{"type": "item_reference", "id": "x"}]}, "input[0]"),
        ("/v1/responses", {"model": "fast", "input": "x", "background": True}, "background"),
        ("/v1/responses", {"model": "fast", "input": "x", "tools": [{"type": "web_search"}]}, "tools"),
        ("/v1/responses", {"model": "fast", "input": "x", "metadata": {"a": 1}}, "metadata"),
        ("/v1/responses", {"model": "fast", "input": "x", "temperature": 99}, "temperature"),
        ("/v1/responses", {"model": "fast", "input": "x", "stream": "yes"}, "stream"),
        ("/v1/rerank", {"model": "all-minilm-l6-v2", "query": "x", "documents": []}, "documents"),
        ("/v1/rerank", {"model": "all-minilm-l6-v2", "query": "x", "documents": ["a", ""]}, "documents"),
        ("/v1/rerank", {"model": "fast", "query": "x", "documents": ["a"]}, "fast"),
        ("/v1/batches", {"endpoint": "/v1/files", "input_file_id": "x", "completion_window": "24h"}, "endpoint"),
        ("/v1/batches", {"endpoint": "/v1/embeddings", "input_file_id": "x", "completion_window": "1h"}, "window"),
        ("/v1/detokenize", {"model": "fast", "tokens": "x"}, "tokens"),
    ],
)  # fmt: skip
def test_a_bad_field_is_named(api: httpx.Client, path: str, body: dict[str, object], named: str) -> None:
    answer = api.post(path, json=body)
    assert (answer.status_code, code(answer)) == (400, "invalid")
    assert named in answer.json()["error"]["message"]


def test_a_body_over_the_limit(api: httpx.Client) -> None:
    answer = api.post("/v1/chat/completions", content=b" " * (8 * 1024**2 + 1))
    assert (answer.status_code, code(answer)) == (413, "too_large")
    assert "8 MB" in answer.json()["error"]["message"]


def test_a_form_that_is_none(api: httpx.Client) -> None:
    for sent in (
        {"content": b"x"}, {"data": {"purpose": "batch"}}, {"files": {"file": ("a", b"{}")}},
        {"content": b"--x\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=y"}},
        {"data": {"purpose": "fine-tune"}, "files": {"file": ("a", b"{}")}},
        {"data": {"purpose": "batch"}, "files": {"file": ("a", b"")}},
    ):  # fmt: skip
        answer = api.post("/v1/files", **sent)  # type: ignore[arg-type]
        assert (answer.status_code, code(answer)) == (400, "invalid")


def test_a_scope_that_is_missing_is_named(http: Http, product: Product) -> None:
    some = http(create_key(product.home, "models only", scopes=["models"]))
    assert some.get("/v1/models").status_code == 200
    assert some.get("/v1/openapi.json").status_code == 200
    for answer in (
        some.post("/v1/chat/completions", json=CHAT), some.get("/v1/batches"), some.get("/metrics"),
        some.post("/v1/embeddings", json={}), some.get("/v1/responses/x"),
    ):  # fmt: skip
        assert (answer.status_code, code(answer)) == (403, "not_allowed")
    batches = http(create_key(product.home, "batches only", scopes=["batches"]))
    asked = {"endpoint": "/v1/embeddings", "input_file_id": "x", "completion_window": "24h"}
    refused = batches.post("/v1/batches", json=asked)
    assert (refused.status_code, refused.json()["error"]["params"]) == (403, {"scope": "embeddings"})


def test_an_expired_key_is_no_key(http: Http, product: Product) -> None:
    holder = http(create_key(product.home, "short", expires_at=2**53))
    assert holder.get("/v1/models").status_code == 200
    execute(product, "UPDATE api_keys SET expires_at = 1 WHERE name = 'short'")
    answer = holder.get("/v1/models")
    assert (answer.status_code, code(answer)) == (401, "sign_in_required")


def test_requests_are_limited_per_class(http: Http, product: Product) -> None:
    holder = http(create_key(product.home, "three", limits={"chat": Limit(3)}))
    answers = [holder.post("/v1/chat/completions", json=CHAT) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[0].headers["x-ratelimit-limit-requests"] == "3"
    assert [answer.headers["x-ratelimit-remaining-requests"] for answer in answers] == ["2", "1", "0", "0", "0"]
    assert code(answers[3]) == "too_many"
    assert 1 <= int(answers[3].headers["retry-after"]) <= 20
    assert holder.get("/v1/models").status_code == 200, "another class is not touched"


@pytest.mark.parametrize("streamed", [False, True])
def test_tokens_are_limited(http: Http, product: Product, streamed: bool) -> None:
    holder = http(create_key(product.home, "few tokens", limits={"chat": Limit(None, 10)}))
    first = holder.post("/v1/chat/completions", json={**CHAT, "max_tokens": 30, "stream": streamed, "ignore_eos": True})
    assert first.status_code == 200
    assert first.headers["x-ratelimit-limit-tokens"] == "10"
    second = holder.post("/v1/chat/completions", json=CHAT)
    assert (second.status_code, code(second)) == (429, "too_many")
    assert int(second.headers["retry-after"]) > 60, "in debt: more was used than a minute allows"
    # What the person may use is counted too, whichever key is used.
    assert int(second.headers["x-ratelimit-remaining-tokens"]) == 0


def test_a_users_own_limits_hold_for_every_key(http: Http, product: Product, others_key: str) -> None:
    preferences = json.dumps({"api_limits": {"embeddings": {"requests": 1}}})
    execute(product, "UPDATE users SET preferences = ? WHERE name = 'other'", preferences)
    asked = {"model": "all-minilm-l6-v2", "input": "x"}
    answers = [http(others_key).post("/v1/embeddings", json=asked) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]


def test_what_belongs_to_somebody_else_is_not_there(
    api: httpx.Client, http: Http, others_key: str, product: Product
) -> None:
    response = api.post("/v1/responses", json={"model": "fast", "input": "secret", "max_output_tokens": 2}).json()["id"]
    file = api.post("/v1/files", data={"purpose": "batch"}, files={"file": ("a", b'{"secret": 1}')}).json()["id"]
    asked = {"endpoint": "/v1/embeddings", "input_file_id": file, "completion_window": "24h"}
    batch = api.post("/v1/batches", json=asked).json()["id"]
    other = http(others_key)
    tables = ("api_files", "batches", "responses")
    before = [rows(product, f"SELECT id FROM {table}") for table in tables]
    calls = [
        ("GET", f"/v1/responses/{response}"), ("GET", f"/v1/responses/{response}/input_items"),
        ("DELETE", f"/v1/responses/{response}"), ("GET", f"/v1/files/{file}"), ("GET", f"/v1/files/{file}/content"),
        ("DELETE", f"/v1/files/{file}"), ("GET", f"/v1/batches/{batch}"), ("POST", f"/v1/batches/{batch}/cancel"),
    ]  # fmt: skip
    for method, path in calls:
        answer = other.request(method, path)
        assert (answer.status_code, code(answer)) == (404, "not_found"), path
    assert other.post("/v1/batches", json=asked).status_code == 404
    follow = {"model": "fast", "input": "go on", "previous_response_id": response}
    assert other.post("/v1/responses", json=follow).status_code == 404
    assert other.get("/v1/files").json()["data"] == other.get("/v1/batches").json()["data"] == []
    assert [rows(product, f"SELECT id FROM {table}") for table in tables] == before
