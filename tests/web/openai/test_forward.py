"""What the public API changes in a request on its way to the engine: who asks, and nothing may pass for a chat."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from localmind_app.engine.client import EngineClient
from tests.product import Product

CHAT = {"model": "fast", "messages": [{"role": "user", "content": "x"}], "max_tokens": 2}


def kept(product: Product) -> list[str]:
    """The conversations that the engine knows of."""

    async def ask() -> list[str]:
        client = EngineClient.local(product.home)
        try:
            return await client.conversations()
        finally:
            await client.close()

    return asyncio.run(ask())


@pytest.mark.parametrize("name", ["chat:01JAAAAAAAAAAAAAAAAAAAAAAA", {"id": "conv_1"}, ["x"], 7])
def test_a_caller_cannot_name_a_conversation(product: Product, api: httpx.Client, name: Any) -> None:
    answer = api.post("/v1/chat/completions", json={**CHAT, "conversation": name})
    assert answer.status_code == 200, answer.text
    assert answer.json()["usage"]["completion_tokens"] == 2
    assert kept(product) == []


@pytest.mark.parametrize("path", ["/v1/states", "/v1/states/forget"])
def test_what_the_engine_keeps_is_not_the_callers_business(api: httpx.Client, path: str) -> None:
    for method in ("GET", "POST"):
        assert api.request(method, path, json={"conversations": ["x"]}).status_code == 404
