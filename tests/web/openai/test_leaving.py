"""Who closes the connection stops the work, whatever the route; and what was written until then is counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from localmind_app.features.accounts.keys import create_key
from localmind_app.features.accounts.rates import Limit
from tests.product import Product, eventually

LONG = {"ignore_eos": True, "temperature": 0}
MESSAGES = [{"role": "user", "content": "x"}]
ROUTES: list[tuple[str, dict[str, Any]]] = [
    ("/v1/chat/completions", {"model": "slow", "messages": MESSAGES, "max_tokens": 1000, **LONG}),
    ("/v1/responses", {"model": "slow", "input": "x", "max_output_tokens": 1000, **LONG}),
]


def in_flight(api: httpx.Client) -> int:
    return sum(model["in_flight"] for model in api.get("/v1/health").json()["models"])


@pytest.mark.parametrize(("path", "body"), ROUTES)
def test_leaving_a_stream(api: httpx.Client, path: str, body: dict[str, Any]) -> None:
    eventually(lambda: in_flight(api) == 0)
    with api.stream("POST", path, json={**body, "stream": True}) as answer:
        pieces = answer.iter_text()
        for _ in range(5):
            next(pieces)
        assert in_flight(api) == 1
    eventually(lambda: in_flight(api) == 0, 3)


@pytest.mark.parametrize(("path", "body"), ROUTES)
def test_leaving_before_a_whole_answer(api: httpx.Client, path: str, body: dict[str, Any]) -> None:
    eventually(lambda: in_flight(api) == 0)
    with pytest.raises(httpx.ReadTimeout):
        api.post(path, json=body, timeout=1.0)
    eventually(lambda: in_flight(api) == 0, 3)


@pytest.mark.parametrize(("path", "body"), ROUTES)
def test_a_stream_that_was_left_is_counted(
    http: Callable[[str], httpx.Client], product: Product, path: str, body: dict[str, Any]
) -> None:
    holder = http(create_key(product.home, "leaves", limits={"chat": Limit(None, 5)}))
    with holder.stream("POST", path, json={**body, "stream": True}) as answer:
        pieces = answer.iter_text()
        for _ in range(12):
            next(pieces)
    eventually(lambda: holder.post(path, json={**body, "max_tokens": 1, "max_output_tokens": 1}).status_code == 429)
