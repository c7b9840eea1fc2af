"""A tour of the API with the official `openai` package for Python."""

from __future__ import annotations

import json
import time

import openai
import pytest

from localmind_app.features.accounts.keys import create_key
from localmind_app.features.accounts.rates import Limit
from tests.product import Product

WHO = [{"role": "user", "content": "Who are you?"}]
SEED = {"seed": 3}
NAMED = {
    "type": "object", "properties": {"name": {"type": "string", "maxLength": 8}}, "required": ["name"],
    "additionalProperties": False,
}  # fmt: skip


def test_models(client: openai.OpenAI) -> None:
    assert {"starter", "fast", "all-minilm-l6-v2"} <= {model.id for model in client.models.list()}
    assert client.models.retrieve("starter").owned_by == "localmind"


def test_chat_whole_streamed_and_with_a_seed(client: openai.OpenAI) -> None:
    def ask(seed: int) -> str:
        made = client.chat.completions.create(model="starter", messages=WHO, max_tokens=30, seed=seed, temperature=1.5)
        return made.choices[0].message.content or ""

    assert ask(7) == ask(7)
    whole = client.chat.completions.create(model="starter", messages=WHO, max_tokens=30, temperature=0)
    assert whole.usage is not None and whole.usage.total_tokens > whole.usage.completion_tokens > 0
    stream = client.chat.completions.create(
        model="starter", messages=WHO, max_tokens=30, temperature=0, stream=True,
        stream_options={"include_usage": True}, logprobs=True, top_logprobs=2,
    )  # fmt: skip
    chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert chunks[-1].usage == whole.usage
    scored = next(chunk.choices[0].logprobs for chunk in chunks if chunk.choices and chunk.choices[0].logprobs)
    assert scored.content and len(scored.content[0].top_logprobs) == 2


def test_completions(client: openai.OpenAI) -> None:
    made = client.completions.create(model="fast", prompt="alpha beta", max_tokens=8, seed=1, logprobs=1)
    assert made.choices[0].finish_reason == "length"
    assert made.choices[0].logprobs is not None and made.choices[0].logprobs.tokens


def test_embeddings_as_floats_and_as_base64(client: openai.OpenAI) -> None:
    texts = ["a cat sleeps", "a kitten naps", "interest rates rise"]
    coded = client.embeddings.create(model="all-minilm-l6-v2", input=texts)  # base64 is the client's own choice
    floats = client.embeddings.create(model="all-minilm-l6-v2", input=texts, encoding_format="float", dimensions=384)
    for one, other in zip(coded.data, floats.data, strict=True):
        assert one.embedding == pytest.approx(other.embedding, abs=1e-6)
    near, far = (
        sum(a * b for a, b in zip(coded.data[0].embedding, coded.data[other].embedding, strict=True))
        for other in (1, 2)
    )
    assert near > far + 0.3


def test_responses_follow_each_other(client: openai.OpenAI) -> None:
    first = client.responses.create(
        model="starter", input="My name is Ada.", instructions="Be brief.", max_output_tokens=20, metadata={"n": "1"}
    )
    assert first.output_text and first.status in ("completed", "incomplete")
    assert first.usage is not None and first.usage.total_tokens == first.usage.input_tokens + first.usage.output_tokens
    second = client.responses.create(
        model="starter", input="Who are you?", previous_response_id=first.id, temperature=0, max_output_tokens=20
    )
    assert second.usage is not None
    alone = client.responses.create(model="starter", input="Who are you?", temperature=0, max_output_tokens=20)
    assert alone.usage is not None and second.usage.input_tokens > alone.usage.input_tokens, "it read the first one"
    kept = client.responses.retrieve(second.id)
    assert kept.output_text == second.output_text and kept.previous_response_id == first.id
    assert client.responses.retrieve(first.id).metadata == {"n": "1"}
    [item] = client.responses.input_items.list(second.id)
    assert item.type == "message"
    client.responses.delete(first.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.create(model="starter", input="And?", previous_response_id=first.id)
    passing = client.responses.create(model="starter", input="Hi", store=False, max_output_tokens=4)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(passing.id)


def test_a_response_as_a_stream(client: openai.OpenAI) -> None:
    with client.responses.stream(
        model="starter", input="Who are you?", temperature=0, max_output_tokens=300,
        include=["message.output_text.logprobs"], top_logprobs=2,
    ) as stream:  # fmt: skip
        events = list(stream)
        final = stream.get_final_response()
    kinds = [event.type for event in events]
    assert kinds[:4] == [
        "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added"
    ]  # fmt: skip
    assert kinds[-4:-1] == ["response.output_text.done", "response.content_part.done", "response.output_item.done"]
    assert kinds[-1] == "response.completed"
    assert [event.sequence_number for event in events] == list(range(len(events)))
    deltas = [event for event in events if event.type == "response.output_text.delta"]
    assert "".join(event.delta for event in deltas) == final.output_text
    assert len(deltas) > 3 and deltas[0].logprobs
    assert client.responses.retrieve(final.id).output_text == final.output_text


def test_a_response_that_calls_a_function_and_reads_its_result(client: openai.OpenAI) -> None:
    tool = {"type": "function", "name": "look_up", "parameters": NAMED, "strict": True}
    asked = client.responses.create(
        model="fast", input="Who is it?", tools=[tool], tool_choice="required", max_output_tokens=200, extra_body=SEED
    )
    [call] = [item for item in asked.output if item.type == "function_call"][:1]
    assert call.name == "look_up"
    assert isinstance(json.loads(call.arguments)["name"], str)
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "Ada Lovelace"}
    after = client.responses.create(
        model="fast", input=[result], previous_response_id=asked.id, tools=[tool], tool_choice="none",
        max_output_tokens=8, extra_body=SEED,
    )  # fmt: skip
    assert after.output_text
    with client.responses.stream(
        model="fast", input="Who is it?", tools=[tool], tool_choice="required", max_output_tokens=200, extra_body=SEED
    ) as stream:
        kinds = {event.type for event in stream}
    assert "response.function_call_arguments.done" in kinds


def test_files_and_a_batch(client: openai.OpenAI) -> None:
    lines = [
        {
            "custom_id": f"line-{number}", "method": "POST", "url": "/v1/chat/completions",
            "body": {"model": "no-such" if number == 2 else "fast", "messages": WHO, "max_tokens": 4},
        }
        for number in range(5)
    ]  # fmt: skip
    content = "\n".join(map(json.dumps, lines)).encode()
    file = client.files.create(file=("in.jsonl", content), purpose="batch")
    assert client.files.content(file.id).read() == content
    batch = client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h", metadata={"of": "tests"}
    )
    deadline = time.monotonic() + 60
    while batch.status not in ("completed", "failed"):
        assert time.monotonic() < deadline, batch
        time.sleep(0.1)
        batch = client.batches.retrieve(batch.id)
    assert batch.status == "completed" and batch.metadata == {"of": "tests"}
    assert batch.request_counts is not None
    assert (batch.request_counts.total, batch.request_counts.completed, batch.request_counts.failed) == (5, 4, 1)
    assert batch.output_file_id and batch.error_file_id
    good = [json.loads(line) for line in client.files.content(batch.output_file_id).text.splitlines()]
    assert [line["custom_id"] for line in good] == ["line-0", "line-1", "line-3", "line-4"]
    assert all(line["response"]["body"]["choices"][0]["message"]["content"] for line in good)
    [bad] = [json.loads(line) for line in client.files.content(batch.error_file_id).text.splitlines()]
    assert (bad["custom_id"], bad["response"]["status_code"]) == ("line-2", 404)
    assert bad["error"]["code"] == "model_not_found"
    assert batch.id in {one.id for one in client.batches.list(limit=1)}
    assert client.files.delete(file.id).deleted
    assert file.id not in {one.id for one in client.files.list()}


def test_errors_are_the_clients_own(client: openai.OpenAI, product: Product) -> None:
    def ask(by: openai.OpenAI, **fields: object) -> None:
        by.chat.completions.create(**{"model": "fast", "messages": WHO, "max_tokens": 2, **fields})  # type: ignore[call-overload]

    with pytest.raises(openai.NotFoundError, match="no-such-model") as missing:
        ask(client, model="no-such-model")
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError, match="temperature"):
        ask(client, temperature=99)
    with pytest.raises(openai.AuthenticationError):
        ask(client.with_options(api_key="lm-wrong"))
    few = create_key(product.home, "few", limits={"chat": Limit(1)})
    ask(client.with_options(api_key=few))
    with pytest.raises(openai.RateLimitError, match="Try again in") as limited:
        ask(client.with_options(api_key=few))
    assert 1 <= int(limited.value.response.headers["retry-after"]) <= 60
    scoped = create_key(product.home, "scoped", scopes=["embeddings"])
    with pytest.raises(openai.PermissionDeniedError, match="scope chat"):
        ask(client.with_options(api_key=scoped))
