"""What one may ask for through the engine's HTTP door: several choices, JSON, calls of functions, tokens and back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localmind_app.engine.client import EngineClient
from tests.models_factory import write_adapter, write_reranker

ASKED = [{"role": "user", "content": "Say something."}]
CLOCK = {
    "type": "function",
    "function": {
        "name": "clock",
        "parameters": {"type": "object", "properties": {"zone": {"enum": ["UTC", "CET"]}}, "required": ["zone"]},
    },
}


async def post(client: EngineClient, path: str, **body: Any) -> tuple[int, Any]:
    answer = await client.forward("POST", path, json.dumps({"model": "random", **body}).encode())
    data = b"".join([part async for part in answer.body])
    if not answer.headers["content-type"].startswith("text/event-stream"):
        return answer.status, json.loads(data)
    lines = [line[6:] for line in data.decode().split("\n") if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    return answer.status, [json.loads(line) for line in lines[:-1]]


async def test_several_answers_to_one_question(client: EngineClient) -> None:
    body: dict[str, Any] = {"messages": ASKED, "max_tokens": 8, "seed": 5, "temperature": 1.5}
    _, three = await post(client, "/v1/chat/completions", **body, n=3)
    texts = [choice["message"]["content"] for choice in three["choices"]]
    assert [choice["index"] for choice in three["choices"]] == [0, 1, 2]
    assert len(set(texts)) == 3
    _, one = await post(client, "/v1/chat/completions", **body)
    assert one["choices"][0]["message"]["content"] == texts[0]
    assert three["usage"]["completion_tokens"] == 24
    assert three["usage"]["prompt_tokens"] == one["usage"]["prompt_tokens"]

    options = {"stream": True, "stream_options": {"include_usage": True}}
    _, chunks = await post(client, "/v1/chat/completions", **body, n=3, **options)
    streamed = ["", "", ""]
    for chunk in chunks:
        for choice in chunk["choices"]:
            streamed[choice["index"]] += choice["delta"].get("content") or ""
    assert streamed == texts
    assert [chunk["usage"] for chunk in chunks if "usage" in chunk] == [three["usage"]]
    ends = [choice["index"] for chunk in chunks for choice in chunk["choices"] if choice["finish_reason"]]
    assert sorted(ends) == [0, 1, 2]


async def test_one_of_several_that_fails_ends_all(client: EngineClient) -> None:
    status, body = await post(client, "/v1/chat/completions", messages=ASKED, n=3, grammar="broken")
    assert status == 400
    assert "GBNF" in body["error"]["message"]


@pytest.mark.parametrize("stream", [False, True])
async def test_a_json_schema(client: EngineClient, stream: bool) -> None:
    schema = {"type": "object", "properties": {"sure": {"type": "boolean"}}, "required": ["sure"]}
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}}
    body = {"messages": ASKED, "response_format": form, "max_tokens": 60, "stream": stream}
    _, answer = await post(client, "/v1/chat/completions", **body)
    if stream:
        text = "".join(choice["delta"].get("content") or "" for chunk in answer for choice in chunk["choices"])
    else:
        text = answer["choices"][0]["message"]["content"]
    assert isinstance(json.loads(text)["sure"], bool)


async def test_any_json_object(client: EngineClient) -> None:
    body = {"messages": ASKED, "response_format": {"type": "json_object"}, "max_tokens": 500, "logit_bias": {"130": 8}}
    _, answer = await post(client, "/v1/chat/completions", **body)  # token 130 is the closing brace
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert isinstance(json.loads(answer["choices"][0]["message"]["content"]), dict)


async def test_a_function_is_called(client: EngineClient) -> None:
    body = {"messages": ASKED, "tools": [CLOCK], "tool_choice": "required", "parallel_tool_calls": False}
    _, answer = await post(client, "/v1/chat/completions", **body, max_tokens=200)
    choice = answer["choices"][0]
    (call,) = choice["message"]["tool_calls"]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["content"] is None
    assert call["function"]["name"] == "clock"
    assert json.loads(call["function"]["arguments"])["zone"] in ("UTC", "CET")

    turn = [*ASKED, choice["message"], {"role": "tool", "tool_call_id": call["id"], "content": "12:00"}]
    status, _ = await post(client, "/v1/chat/completions", messages=turn, tools=[CLOCK], max_tokens=4)
    assert status == 200

    _, chunks = await post(client, "/v1/chat/completions", **body, max_tokens=200, stream=True)
    calls = [call for chunk in chunks for choice in chunk["choices"] for call in choice["delta"].get("tool_calls", [])]
    assert [(call["index"], call["function"]["name"]) for call in calls] == [(0, "clock")]
    whole = await client.chat({"model": "random", **body, "max_tokens": 200})
    assert whole.tool_calls[0]["function"]["name"] == "clock"
    assert whole.finish_reason == "tool_calls"


async def test_tokens_and_back(client: EngineClient) -> None:
    text = "Grüße, <|im_end|> 😀"
    _, counted = await post(client, "/v1/tokenize", prompt=text)
    assert counted["count"] == len(counted["tokens"])
    _, back = await post(client, "/v1/detokenize", tokens=counted["tokens"][1:])
    assert back == {"text": text}
    status, body = await post(client, "/v1/detokenize", tokens=[99999])
    assert (status, body["error"]["code"]) == (400, "invalid")


async def test_an_overflow_may_shift_and_says_so(client: EngineClient) -> None:
    turns = [{"role": role, "content": "x" * 900} for _ in range(4) for role in ("user", "assistant")]
    body = {"messages": [*turns, *ASKED], "max_tokens": 5}
    status, refused = await post(client, "/v1/chat/completions", **body)
    assert (status, refused["error"]["code"]) == (400, "context_length_exceeded")
    _, answer = await post(client, "/v1/chat/completions", **body, overflow="shift")
    assert answer["context"]["dropped_messages"] >= 4
    assert answer["context"]["dropped_tokens"] >= 3600


async def test_an_adapter_of_the_models_folder(client: EngineClient, engine: Any) -> None:
    write_adapter(engine.home.models / "style.gguf")
    try:
        body = {"messages": ASKED, "max_tokens": 20, "temperature": 0}
        _, plain = await post(client, "/v1/chat/completions", **body)
        _, changed = await post(client, "/v1/chat/completions", **body, lora=[{"id": "style", "scale": 3.0}])
        assert plain["choices"][0]["message"] != changed["choices"][0]["message"]
        status, missing = await post(client, "/v1/chat/completions", **body, lora=[{"id": "nobody"}])
        assert (status, missing["error"]["code"]) == (404, "not_found")
        assert "style" not in [model.id for model in await client.models()]
    finally:
        (engine.home.models / "style.gguf").unlink()


async def test_reranking(client: EngineClient, engine: Any) -> None:
    write_reranker(engine.home.models / "ranker.gguf")
    documents = ["abc def", "a bad cab", "fed", "e " * 300]
    try:
        asked = {"model": "ranker", "query": "face", "documents": documents}
        _, ranked = await post(client, "/v1/rerank", **asked)
        scores = [one["relevance_score"] for one in ranked["results"]]
        assert sorted(one["index"] for one in ranked["results"]) == [0, 1, 2, 3]
        assert scores == sorted(scores, reverse=True)
        assert len(set(scores)) == 4
        assert all(0 < score < 1 for score in scores)
        # One at a time gives the same scores as together.
        for one in ranked["results"]:
            _, alone = await post(client, "/v1/rerank", **{**asked, "documents": [documents[one["index"]]]})
            assert alone["results"][0]["relevance_score"] == pytest.approx(one["relevance_score"], abs=1e-3)
        _, best = await post(client, "/v1/rerank", **asked, top_n=1, return_documents=True)
        assert best["results"][0]["document"] == {"text": documents[best["results"][0]["index"]]}
        status, wrong = await post(client, "/v1/rerank", **{**asked, "documents": []})
        assert (status, wrong["error"]["code"]) == (400, "invalid")
        status, _ = await post(client, "/v1/embeddings", model="ranker", input="a")
        assert status == 400
    finally:
        (engine.home.models / "ranker.gguf").unlink()


async def test_a_model_is_pinned_and_freed(client: EngineClient) -> None:
    async def pinned() -> bool:
        return next(model.pinned for model in await client.models() if model.id == "script")

    await client.pin("script", True)
    assert await pinned()
    await client.pin("script", False)
    assert not await pinned()
    await client.release("script")
