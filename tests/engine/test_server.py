"""Every route over the real socket, streamed and whole, and the process itself: socket, token, stop."""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import httpx
import openai
import psutil
import pytest

from localmind_app.engine.client import EngineClient

from .conftest import Engine, until, wait_ready

pytestmark = pytest.mark.anyio
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def http(engine: Engine) -> Iterator[httpx.Client]:
    transport = httpx.HTTPTransport(uds=str(engine.home.engine_socket))
    with httpx.Client(transport=transport, base_url="http://engine", timeout=30) as client:
        yield client


def events(text: str) -> list[Any]:
    """The payloads of a stream of server-sent events."""
    lines = [line.removeprefix("data: ") for line in text.split("\n\n") if line]
    return [line if line == "[DONE]" else json.loads(line) for line in lines]


def test_chat_whole(http: httpx.Client, ask: Ask) -> None:
    body = http.post("/v1/chat/completions", json=ask("script", max_tokens=5, temperature=0)).json()
    assert body["object"] == "chat.completion"
    assert body["model"] == "script"
    assert body["choices"] == [
        {
            "index": 0,
            "logprobs": None,
            "finish_reason": "length",
            "message": {"role": "assistant", "content": "Hello 😀", "refusal": None},
        }
    ]
    usage = body["usage"]
    assert usage["completion_tokens"] == 5
    assert usage["total_tokens"] == usage["prompt_tokens"] + 5
    assert set(body["timings"]) >= {"queue_ms", "load_ms", "prompt_ms", "first_token_ms", "predicted_ms"}
    assert body["context"] == {"used": usage["total_tokens"], "size": 2048}


def test_chat_stream(http: httpx.Client, ask: Ask) -> None:
    request = ask("script", max_tokens=5, temperature=0, stream=True, stream_options={"include_usage": True})
    response = http.post("/v1/chat/completions", json=request)
    assert response.headers["content-type"].startswith("text/event-stream")
    first, *middle, last, usage, done = events(response.text)
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert [chunk["choices"][0]["delta"]["content"] for chunk in middle] == ["Hello ", "😀"]
    assert last["choices"][0] == {"index": 0, "delta": {}, "logprobs": None, "finish_reason": "length"}
    assert usage["choices"] == []
    assert usage["usage"]["completion_tokens"] == 5
    assert done == "[DONE]"
    assert "status" not in response.text


def test_completion_whole_and_stream(http: httpx.Client) -> None:
    request = {"model": "script", "prompt": "x", "max_tokens": 7, "temperature": 0}
    body = http.post("/v1/completions", json=request).json()
    assert body["object"] == "text_completion"
    assert body["choices"][0]["text"] == "Hello 😀world "
    streamed = events(http.post("/v1/completions", json={**request, "stream": True}).text)
    assert "".join(e["choices"][0]["text"] for e in streamed[:-1]) == "Hello 😀world "
    assert streamed[-2]["choices"][0]["finish_reason"] == "length"
    assert streamed[-1] == "[DONE]"


def test_completion_logprobs(http: httpx.Client) -> None:
    request = {"model": "random", "prompt": "x", "max_tokens": 4, "logprobs": 3}
    scores = http.post("/v1/completions", json=request).json()["choices"][0]["logprobs"]
    assert len(scores["tokens"]) == len(scores["token_logprobs"]) == len(scores["top_logprobs"]) == 4
    assert scores["text_offset"] == [0, *(sum(map(len, scores["tokens"][:i])) for i in (1, 2, 3))]
    assert all(len(top) == 3 for top in scores["top_logprobs"])


def test_models(http: httpx.Client) -> None:
    listed = {entry["id"]: entry for entry in http.get("/v1/models").json()["data"]}
    assert {"random", "slow", "script", "all-minilm-l6-v2"} <= set(listed)
    entry = listed["random"]
    assert entry["object"] == "model"
    assert entry["owned_by"] == "localmind"
    assert entry["kind"] == "chat"
    assert entry["label"] == "Test random"
    assert entry["quantization"] == "F32"
    assert entry["license"] == "apache-2.0"
    assert entry["context_train"] == entry["context_length"] == 4096
    assert entry["n_params"] > 50_000
    assert entry["error"] is None
    assert entry["starter"] is False
    assert entry["size_bytes"] > 100_000
    assert http.get("/v1/models/random").json()["id"] == "random"
    loaded = http.post("/v1/models/load", json={"model": "random"}).json()
    assert (loaded["kv"], loaded["gpu_layers"], loaded["draft"], loaded["draft_problem"]) == ("f16", 0, False, None)
    child = next(one for one in http.get("/health").json()["children"] if one["model"] == "random")
    assert (child["kv"], child["gpu_layers"], child["draft"]) == ("f16", 0, False)


def test_tokenize(http: httpx.Client, ask: Ask) -> None:
    counted = http.post("/v1/tokenize", json=ask("random", "hello")).json()
    used = http.post("/v1/chat/completions", json=ask("random", "hello", max_tokens=1)).json()["usage"]
    assert (counted["count"], counted["n_ctx"]) == (used["prompt_tokens"], 4096)
    assert len(counted["tokens"]) == counted["count"]
    assert http.post("/v1/tokenize", json={"model": "random", "prompt": "ab"}).json()["count"] == 3


def test_status_chunks_only_on_request(http: httpx.Client, ask: Ask) -> None:
    text = http.post("/v1/chat/completions", json=ask("random", max_tokens=2, stream=True, stream_status=True)).text
    stages = [event["status"] for event in events(text)[:-1] if "status" in event]
    assert stages
    assert all(status["stage"] in ("loading", "queued", "prompt") for status in stages)


@pytest.mark.parametrize(
    ("body", "status", "code", "words"),
    [
        (b"{", 400, "invalid", "JSON"),
        (b"[]", 400, "invalid", "object"),
        (b"{}", 400, "invalid", "messages"),
        (b'{"messages":[{"role":"user","content":"x"}]}', 400, "invalid", "model"),
        (b'{"model":"nope","messages":[{"role":"user","content":"x"}]}', 404, "model_not_found", "nope"),
        (b'{"model":"all-minilm-l6-v2","messages":[{"role":"user","content":"x"}]}', 400, "invalid", "write text"),
    ],
)
def test_errors_have_one_shape(http: httpx.Client, body: bytes, status: int, code: str, words: str) -> None:
    response = http.post("/v1/chat/completions", content=body)
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (status, code)
    assert words in error["message"]


def test_unknown_route_and_method(http: httpx.Client) -> None:
    assert http.get("/v1/nothing").json()["error"]["code"] == "not_found"
    assert http.get("/v1/chat/completions").status_code == 405


def test_missing_model_in_a_stream_is_a_plain_error(http: httpx.Client, ask: Ask) -> None:
    response = http.post("/v1/chat/completions", json=ask("nope", stream=True))
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "model_not_found"


def test_context_overflow_has_numbers(http: httpx.Client, ask: Ask) -> None:
    response = http.post("/v1/chat/completions", json=ask("script", "x" * 3000, stream=True))
    error = response.json()["error"]
    assert response.status_code == 400
    assert error["code"] == "context_length_exceeded"
    assert error["params"]["size"] == 2048
    assert error["params"]["tokens"] > 3000


def test_max_tokens_is_capped_to_what_fits(http: httpx.Client, ask: Ask) -> None:
    body = http.post("/v1/chat/completions", json=ask("script", "x" * 1900, max_tokens=5000)).json()
    assert body["choices"][0]["finish_reason"] == "length"
    assert body["usage"]["total_tokens"] == 2048


def test_socket_is_private(engine: Engine) -> None:
    assert stat.S_IMODE(os.stat(engine.home.engine_socket).st_mode) == 0o600


async def test_tcp_with_token(own_engine: Engine) -> None:
    own_engine.stop()
    own_engine.start("--tcp")
    address = json.loads(own_engine.home.engine_address.read_text())
    assert stat.S_IMODE(own_engine.home.engine_address.stat().st_mode) == 0o600
    client = EngineClient.local(own_engine.home)
    await wait_ready(client)
    assert any(model.id == "random" for model in await client.models())
    await client.close()
    async with httpx.AsyncClient() as http:
        for headers in ({}, {"authorization": "Bearer wrong"}):
            refused = await http.get(address["url"] + "/v1/models", headers=headers)
            assert refused.status_code == 401
            assert refused.json()["error"]["code"] == "sign_in_required"
    await official_client(address)


async def official_client(address: dict[str, str]) -> None:
    """OpenAI's own client, against the engine."""
    async with openai.AsyncOpenAI(base_url=address["url"] + "/v1", api_key=address["token"], max_retries=0) as ai:
        assert "random" in [model.id async for model in ai.models.list()]
        messages: Any = [{"role": "user", "content": "Hi"}]
        whole = await ai.chat.completions.create(model="script", messages=messages, max_tokens=5, temperature=0)
        assert whole.choices[0].message.content == "Hello 😀"
        stream = await ai.chat.completions.create(
            model="script", messages=messages, max_tokens=5, temperature=0, stream=True, logprobs=True, top_logprobs=2
        )
        chunks = [chunk async for chunk in stream]
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Hello 😀"
        plain = await ai.completions.create(model="script", prompt="x", max_tokens=1, temperature=0, logprobs=1)
        assert plain.choices[0].text == "Hello "
        vectors = await ai.embeddings.create(model="all-minilm-l6-v2", input=["a cat", "a dog"])
        assert [len(entry.embedding) for entry in vectors.data] == [384, 384]
        with pytest.raises(openai.NotFoundError, match="nope"):
            await ai.chat.completions.create(model="nope", messages=messages)


async def test_stop_ends_all(own_engine: Engine, own_client: EngineClient, ask: Ask) -> None:
    async def talk() -> None:
        with pytest.raises(Exception, match=r"unloaded|answer|stopping"):
            await own_client.chat(ask("slow", max_tokens=5000, ignore_eos=True))

    async with anyio.create_task_group() as group:
        group.start_soon(talk)
        await own_client.chat(ask("random", max_tokens=5))
        await until(lambda: len(own_engine.children()) == 2)
        await anyio.sleep(0.3)
        children = own_engine.children()
        started = time.monotonic()
        await anyio.to_thread.run_sync(own_engine.stop)
        assert time.monotonic() - started < 15  # it takes a fraction of a second; a busy machine is no failure
        assert not any(map(psutil.Process.is_running, children))


async def test_children_end_with_a_killed_engine(own_engine: Engine, own_client: EngineClient, ask: Ask) -> None:
    await own_client.load("slow")
    await own_client.load("random")
    children = own_engine.children()
    assert len(children) == 2
    assert own_engine.process
    own_engine.process.kill()
    own_engine.process.wait()
    await until(lambda: not any(map(_alive, children)), 1)
    own_engine.start()  # the stale socket is no obstacle
    await wait_ready(own_client)
    assert (await own_client.chat(ask("random", max_tokens=3))).text


def _alive(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
