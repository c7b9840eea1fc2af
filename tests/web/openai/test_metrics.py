"""Counters in Prometheus' form, for a key or a session and for nobody else."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.product import Product


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and label values."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_tokens_and_the_models_of_the_engine_are_counted(api: httpx.Client) -> None:
    asked = {"model": "fast", "messages": [{"role": "user", "content": "x"}], "max_tokens": 3}
    before = samples(api.get("/metrics").text)
    used = api.post("/v1/chat/completions", json=asked).json()["usage"]["total_tokens"]
    api.get("/v1/models/no-such-model")
    after = samples(api.get("/v1/metrics").text)

    def grown(*key: str) -> float:
        return after[key] - before.get(key, 0.0)

    assert grown("localmind_requests_total", "POST", "/v1/chat/completions", "200") == 1
    assert grown("localmind_requests_total", "GET", "/v1/models/{model}", "404") == 1
    assert grown("localmind_request_seconds_count", "/v1/chat/completions") == 1
    assert grown("localmind_tokens_total", "/v1/chat/completions") == used
    assert after["localmind_engine_up",] == 1
    assert after["localmind_model_rss_bytes", "fast"] > 10e6
    assert ("localmind_model_in_flight", "fast") in after
    assert not [key for key in after if "no-such-model" in key], "what a caller writes becomes no label"


def test_a_key_or_a_session_opens_them(
    api: httpx.Client, http: Callable[[str], httpx.Client], product: Product
) -> None:
    product.sign_in()
    for path in ("/metrics", "/health"):
        assert http("").get(path).status_code == 401
        assert http("lm-wrong").get(path).status_code == 401
        assert api.get(path).status_code == 200
        assert product.client.get(path).status_code == 200
    assert product.client.get("/health").json()["status"] == "ok"
    assert product.client.get("/v1/metrics").status_code == 401, "the cookie does not open /v1"
