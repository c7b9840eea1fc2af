"""Requests whose fields hold what they never should: each is answered or refused with a reason, none is a bug's error.

Every field of good requests, at any depth, is replaced by each of some thirty values: other types, huge numbers, texts
of 100,000 characters, halves of characters, deep nesting. First the readers of requests, then a real engine.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from localmind_app.core.errors import UserError
from localmind_app.core.home import Home
from localmind_app.engine.generation import Generation
from localmind_app.features.responses.wanted import Wanted
from tests.engine.conftest import Engine
from tests.models_factory import write_random_llama

Place = tuple[str | int, ...]
VALUES: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**400, -(10**400), float("nan"), float("inf"), "", "x", "\0", "\ud800",
    "x" * 100_000, "9" * 5000, "[" * 100_000, [], [[]], [None], {}, {"": ""}, {"type": []}, {"type": {}}, [{}],
    [{"type": []}], ["x"], [1], [10**400], {"name": []}, {"x": {"y": []}},
]  # fmt: skip
CALL = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
MESSAGES = [
    {"role": "user", "content": [{"type": "text", "text": "a"}], "name": "n"},
    {"role": "assistant", "content": "b", "tool_calls": [CALL]},
    {"role": "tool", "content": "c", "tool_call_id": "1"},
]
SAMPLING = {
    "temperature": 1, "top_p": 1, "top_k": 1, "min_p": 0, "repeat_penalty": 1, "presence_penalty": 0, "seed": 1,
    "frequency_penalty": 0, "logit_bias": {"1": 1}, "stop": ["x"], "ignore_eos": False, "user": "u",
    "conversation": "c", "priority": "chat", "overflow": "shift",
}  # fmt: skip
FORM = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object", "required": ["a"]}}}
TOOL = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}}}
CHAT = {"model": "m", "messages": MESSAGES, "max_tokens": 1, "logprobs": True, "top_logprobs": 1, **SAMPLING}
FORMED = {"model": "m", "messages": MESSAGES[:1], "max_tokens": 2, "response_format": FORM}
TOOLS = {"model": "m", "messages": MESSAGES[:1], "max_tokens": 1, "tools": [TOOL], "tool_choice": TOOL}
COMPLETION = {"model": "m", "prompt": "x", "max_tokens": 1, "logprobs": 1, "grammar": 'root ::= "a"', **SAMPLING}
RESPONSE = {
    "model": "m", "instructions": "i", "stream": True, "store": True, "previous_response_id": "r",
    "max_output_tokens": 1,
    "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "x"}]},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": "x"},
    ],
    "tools": [{"type": "function", "name": "f", "parameters": {}}], "tool_choice": {"type": "function", "name": "f"},
    "text": {"format": {"type": "json_schema", "name": "n", "schema": {}}}, "metadata": {"a": "b"},
    "include": ["message.output_text.logprobs"], "truncation": "auto",
}  # fmt: skip


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    """Every field and every entry of a list, at any depth."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield (*here, name)
        yield from places(one, (*here, name))


def spoiled(body: dict[str, Any]) -> Iterator[tuple[Place, Any, dict[str, Any]]]:
    """The body with one place replaced, in every way."""
    for place in places(body):
        for value in VALUES:
            made = copy.deepcopy(body)
            target: Any = made
            for name in place[:-1]:
                target = target[name]
            target[place[-1]] = value
            yield place, value, made


def refusal(read: Callable[[dict[str, Any]], Any], body: dict[str, Any]) -> UserError | None:
    """Why it is not taken; anything but a UserError is a bug."""
    try:
        read(body)
    except UserError as error:
        return error
    return None


READERS: list[tuple[str, dict[str, Any], Callable[[dict[str, Any]], Any]]] = [
    ("chat", CHAT, lambda body: Generation.chat(body).to_wire()),
    ("form", FORMED, lambda body: Generation.chat(body).to_wire()),
    ("tools", TOOLS, lambda body: Generation.chat(body).to_wire()),
    ("completion", COMPLETION, lambda body: Generation.completion(body).to_wire()),
    ("response", RESPONSE, lambda body: Wanted.read(body).chat([], "u")),
]


@pytest.mark.parametrize(("body", "read"), [reader[1:] for reader in READERS], ids=[reader[0] for reader in READERS])
def test_a_reader_takes_it_or_says_why_not(body: dict[str, Any], read: Callable[[dict[str, Any]], Any]) -> None:
    assert refusal(read, body) is None
    refused = [(place, error) for place, _, made in spoiled(body) if (error := refusal(read, made)) is not None]
    assert len(refused) > 50
    for place, error in refused:
        assert len(error.text) < 1000, (place, "the error repeats what it was given")
        json.dumps(error.body(), ensure_ascii=False).encode()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    home = Home.open(tmp_path_factory.mktemp("hostile") / "home")
    write_random_llama(home.models / "m.gguf", context=512)
    running = Engine(home)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def http(engine: Engine) -> Iterator[httpx.Client]:
    transport = httpx.HTTPTransport(uds=str(engine.home.engine_socket))
    with httpx.Client(transport=transport, base_url="http://engine", timeout=60) as client:
        yield client


BODIES: list[tuple[str, dict[str, Any]]] = [
    ("/v1/chat/completions", {key: value for key, value in CHAT.items() if key not in SAMPLING}),
    ("/v1/chat/completions", FORMED),
    ("/v1/chat/completions", TOOLS),
    ("/v1/completions", {key: value for key, value in COMPLETION.items() if key not in SAMPLING}),
    ("/v1/embeddings", {"model": "all-minilm-l6-v2", "input": ["a"], "encoding_format": "float", "dimensions": 384}),
    ("/v1/tokenize", {"model": "m", "messages": MESSAGES}),
    ("/v1/detokenize", {"model": "m", "tokens": [1, 2]}),
    ("/v1/rerank", {"model": "m", "query": "x", "documents": ["a", {"text": "b"}], "top_n": 1}),
    ("/v1/models/pin", {"model": "m", "pinned": False}),
    ("/v1/states/forget", {"conversations": ["x"]}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("path", "body"), BODIES, ids=[f"{n}{body[0]}" for n, body in enumerate(BODIES)])
def test_an_engine_answers_or_says_why_not(engine: Engine, http: httpx.Client, path: str, body: dict[str, Any]) -> None:
    before = {child.pid for child in engine.children()}
    for place, value, made in spoiled(body):
        if place[0] == "max_tokens":
            continue  # none, or many, are a long answer and nothing else
        answer = http.post(path, content=json.dumps(made))
        assert answer.status_code < 500, f"{place} = {value!r:.60}: {answer.text[:300]}"
        if answer.status_code != 200:
            assert set(answer.json()["error"]) >= {"message", "code", "template", "params"}
    assert before <= {child.pid for child in engine.children()}, "no model's process died of it"


def test_the_cases_are_as_many_as_they_should_be() -> None:
    assert sum(1 for _ in spoiled(CHAT)) > 1000
    assert len({repr(place) for place, _, _ in spoiled(RESPONSE)}) > 30
