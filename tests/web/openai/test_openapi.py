"""The OpenAPI document is valid, complete, and true of real answers."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from starlette.routing import Route

from localmind_app.features.accounts.scopes import SCOPES
from localmind_app.web.application import api as every_route
from localmind_app.web.openai.routes import ENDPOINTS


@pytest.fixture(scope="module")
def document(api: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = api.get("/v1/openapi.json").json()
    return found


def test_it_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_served_route_is_in_it_and_no_other(document: dict[str, Any]) -> None:
    served = {
        (route.path, method.lower())
        for route in every_route().routes
        if isinstance(route, Route) and route.path.startswith("/v1")
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert {(path, method) for path, item in document["paths"].items() for method in item} == served
    names = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert len(set(names)) == len(names)


def test_every_scope_is_needed_somewhere() -> None:
    assert {endpoint.scope for endpoint in ENDPOINTS} == {*SCOPES, None}
    assert [endpoint.path for endpoint in ENDPOINTS if endpoint.scope is None] == ["/v1/openapi.json"]


def check(document: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    """Raises when a value is not as the schema says."""
    Draft202012Validator({**schema, "components": document["components"]}).validate(value)


MESSAGES = [{"role": "user", "content": "Who are you?"}]
EMBED = "all-minilm-l6-v2"
# A request for each endpoint that needs nothing made before; `{…}` places are filled below.
ASKED: dict[tuple[str, str], Any] = {
    ("get", "/v1/models"): None,
    ("get", "/v1/models/{model}"): None,
    ("post", "/v1/chat/completions"): {"model": "starter", "messages": MESSAGES, "max_tokens": 5, "logprobs": True},
    ("post", "/v1/completions"): {"model": "fast", "prompt": "alpha", "max_tokens": 3},
    ("post", "/v1/responses"): {"model": "starter", "input": "Hello", "max_output_tokens": 5, "metadata": {"a": "b"}},
    ("get", "/v1/responses/{response}"): None,
    ("get", "/v1/responses/{response}/input_items"): None,
    ("post", "/v1/embeddings"): {"model": EMBED, "input": ["a", "b"], "encoding_format": "base64"},
    ("post", "/v1/rerank"): {"model": EMBED, "query": "a", "documents": ["b", {"text": "c"}], "return_documents": True},
    ("post", "/v1/tokenize"): {"model": "starter", "messages": MESSAGES},
    ("post", "/v1/detokenize"): {"model": "starter", "tokens": [10, 11]},
    ("get", "/v1/files"): None,
    ("get", "/v1/files/{file}"): None,
    ("post", "/v1/batches"): {"endpoint": "/v1/embeddings", "input_file_id": "{file}", "completion_window": "24h"},
    ("get", "/v1/batches"): None,
    ("get", "/v1/batches/{batch}"): None,
    ("get", "/v1/health"): None,
    ("get", "/v1/openapi.json"): None,
    ("delete", "/v1/responses/{response}"): None,
}
# These answer no JSON, or take a form; they are asked in the tours.
ELSEWHERE = {
    ("post", "/v1/files"), ("get", "/v1/files/{file}/content"), ("delete", "/v1/files/{file}"), ("get", "/v1/metrics"),
    ("post", "/v1/batches/{batch}/cancel"),
}  # fmt: skip


def test_real_requests_and_answers_are_as_the_schemas_say(api: httpx.Client, document: dict[str, Any]) -> None:
    wanted = {(method, path) for path, item in document["paths"].items() for method in item}
    assert set(ASKED) == wanted - ELSEWHERE
    line = {"custom_id": "a", "method": "POST", "url": "/v1/embeddings", "body": {"model": EMBED, "input": "x"}}
    file = api.post("/v1/files", data={"purpose": "batch"}, files={"file": ("a", json.dumps(line).encode())})
    check(document, document["components"]["schemas"]["File"], file.json())
    places = {"model": "starter", "file": file.json()["id"], "response": "", "batch": ""}
    for (method, path), body in ASKED.items():
        if body is not None:
            asked = document["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]
            body = {name: places.get(str(value).strip("{}"), value) if "{" in str(value)[:1] else value
                    for name, value in body.items()}  # fmt: skip
            check(document, asked, body)
        answer = api.request(method, path.format(**places), json=body)
        assert answer.status_code == 200, (path, answer.text)
        check(document, document["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"],
              answer.json())  # fmt: skip
        if method == "post" and path in ("/v1/responses", "/v1/batches"):
            places["response" if path == "/v1/responses" else "batch"] = answer.json()["id"]


def test_errors_are_as_the_schema_says(api: httpx.Client, document: dict[str, Any]) -> None:
    for answer in (api.get("/v1/nothing"), api.post("/v1/embeddings", json={}), api.get("/v1/models/none")):
        check(document, document["components"]["schemas"]["Error"], answer.json())
