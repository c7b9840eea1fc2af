"""Batches over the running product: they outlive the worker, can be stopped, and refuse files that make no sense."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.product import Product, eventually


def line(number: int, model: str = "slow", tokens: int = 30) -> dict[str, Any]:
    body = {"model": model, "prompt": f"alpha {number}", "max_tokens": tokens, "ignore_eos": True}
    return {"custom_id": f"n{number}", "method": "POST", "url": "/v1/completions", "body": body}


def start(api: httpx.Client, lines: list[Any], endpoint: str = "/v1/completions") -> str:
    content = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines).encode()
    file = api.post("/v1/files", data={"purpose": "batch"}, files={"file": ("in.jsonl", content)}).json()["id"]
    asked = {"input_file_id": file, "endpoint": endpoint, "completion_window": "24h"}
    return str(api.post("/v1/batches", json=asked).json()["id"])


def look(api: httpx.Client, batch: str) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"/v1/batches/{batch}").json()
    return found


def ended(api: httpx.Client, batch: str) -> dict[str, Any]:
    over = ("completed", "failed", "cancelled", "expired")
    eventually(lambda: look(api, batch)["status"] in over, 60, 0.1)
    return look(api, batch)


def results(api: httpx.Client, file: str | None) -> list[dict[str, Any]]:
    text = api.get(f"/v1/files/{file}/content").text if file else ""
    return [json.loads(one) for one in text.splitlines()]


def test_a_batch_outlives_a_killed_worker_and_a_killed_web_process(api: httpx.Client, product: Product) -> None:
    batch = start(api, [line(number, tokens=20) for number in range(12)])
    eventually(lambda: look(api, batch)["request_counts"]["completed"] >= 4, 30)
    product.kill("worker")
    product.kill("web")
    found = ended(api, batch)
    assert found["status"] == "completed"
    assert found["request_counts"] == {"total": 12, "completed": 12, "failed": 0}
    answers = results(api, found["output_file_id"])
    assert [answer["custom_id"] for answer in answers] == [f"n{number}" for number in range(12)]
    assert {answer["response"]["body"]["usage"]["completion_tokens"] for answer in answers} == {20}
    assert found["error_file_id"] is None


def test_a_batch_waits_for_the_engine_to_come_back(api: httpx.Client, product: Product) -> None:
    batch = start(api, [line(number) for number in range(8)])
    eventually(lambda: look(api, batch)["status"] == "in_progress", 30)
    product.kill("engine")
    found = ended(api, batch)
    assert found["request_counts"] == {"total": 8, "completed": 8, "failed": 0}


def test_people_come_first(api: httpx.Client) -> None:
    """While somebody has an answer written, no request of a batch begins."""
    asked = {"model": "slow", "prompt": "a person's", "max_tokens": 150, "ignore_eos": True, "stream": True}
    with api.stream("POST", "/v1/completions", json=asked) as answer:
        pieces = answer.iter_text()
        next(pieces)
        batch = start(api, [line(number, tokens=2) for number in range(2)])
        for _ in pieces:
            done = look(api, batch)["request_counts"]["completed"]
            assert done == 0
    assert ended(api, batch)["request_counts"]["completed"] == 2


def test_a_cancelled_batch_keeps_what_is_answered(api: httpx.Client) -> None:
    batch = start(api, [line(number, tokens=60) for number in range(40)])
    eventually(lambda: look(api, batch)["request_counts"]["completed"] >= 1, 30)
    assert api.post(f"/v1/batches/{batch}/cancel").json()["status"] == "cancelling"
    file = look(api, batch)["input_file_id"]
    found = ended(api, batch)
    assert found["status"] == "cancelled" and found["cancelled_at"] >= found["cancelling_at"]
    answered = results(api, found["output_file_id"])
    assert 1 <= len(answered) == found["request_counts"]["completed"] < 40
    again = api.post(f"/v1/batches/{batch}/cancel")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")
    assert api.delete(f"/v1/files/{file}").json()["deleted"] is True


def test_a_file_in_use_is_not_removed(api: httpx.Client) -> None:
    batch = start(api, [line(number, tokens=60) for number in range(20)])
    kept = api.delete(f"/v1/files/{look(api, batch)['input_file_id']}")
    assert (kept.status_code, kept.json()["error"]["code"]) == (409, "conflict")
    api.post(f"/v1/batches/{batch}/cancel")
    ended(api, batch)


def test_a_file_that_makes_no_sense_is_refused_line_by_line(api: httpx.Client) -> None:
    good = line(0)
    bad = ["not json", "[]", {**good, "method": "GET"}, {**good, "url": "/v1/embeddings"}, {**good, "body": 1},
           {**good, "custom_id": ""}, {**good, "body": {"stream": True}}, good]  # fmt: skip
    found = ended(api, start(api, [good, *bad]))
    assert found["status"] == "failed" and found["output_file_id"] is None
    errors = found["errors"]["data"]
    assert [error["line"] for error in errors] == list(range(2, 10))
    assert [error["code"] for error in errors] == [
        "invalid_json_line", "invalid_json_line", "invalid_method", "mismatched_endpoint", "invalid_request",
        "invalid_request", "invalid_request", "duplicate_custom_id",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [
        ("/v1/responses", {"model": "fast", "input": "Hello", "max_output_tokens": 3}),
        ("/v1/embeddings", {"model": "all-minilm-l6-v2", "input": "Hello"}),
    ],
)
def test_other_endpoints(api: httpx.Client, endpoint: str, body: dict[str, Any]) -> None:
    lines = [{"custom_id": "a", "method": "POST", "url": endpoint, "body": body}]
    found = ended(api, start(api, lines, endpoint))
    [answer] = results(api, found["output_file_id"])
    assert answer["response"]["status_code"] == 200
    assert answer["response"]["body"]["object"] in ("response", "list")


def test_the_list_is_paged(api: httpx.Client) -> None:
    made = [start(api, [line(number, "fast", 1)]) for number in range(3)]
    first = api.get("/v1/batches", params={"limit": 2}).json()
    assert [batch["id"] for batch in first["data"]] == made[:0:-1] and first["has_more"]
    after = api.get("/v1/batches", params={"limit": 1, "after": first["last_id"]}).json()
    assert [batch["id"] for batch in after["data"]] == made[:1]
    assert api.get("/v1/batches", params={"limit": 0}).status_code == 400
    for batch in made:
        ended(api, batch)
