"""Requests are read strictly: every wrong field is named, every right one arrives."""

from __future__ import annotations

from typing import Any

import pytest

from localmind_app.core.errors import Invalid
from localmind_app.engine.generation import Generation, Sampling

USER = [{"role": "user", "content": "Hi"}]


def chat(**fields: Any) -> Generation:
    return Generation.chat({"messages": USER, **fields})


def test_defaults() -> None:
    request = chat()
    assert request.sampling == Sampling(0.7, 0.95, 40, 0.05, 1.0, 0.0, 0.0, None)
    assert (request.max_tokens, request.stop, request.logprobs) == (None, [], None)


def test_all_fields_arrive_over_the_wire() -> None:
    request = chat(
        max_tokens=5, max_completion_tokens=6, temperature=0, top_p=0.5, top_k=3, min_p=0.1, repeat_penalty=1.1,
        presence_penalty=-1, frequency_penalty=1, seed=-3, stop=["a", "b"], logprobs=True, top_logprobs=4,
        ignore_eos=True, unknown_field={"is": "ignored"},
    )  # fmt: skip
    assert request.sampling == Sampling(0.0, 0.5, 3, 0.1, 1.1, -1.0, 1.0, -3)
    assert (request.max_tokens, request.stop, request.logprobs, request.ignore_eos) == (6, ["a", "b"], 4, True)
    assert Generation.from_wire(request.to_wire()) == request


def test_message_forms() -> None:
    parts = [{"type": "text", "text": "one "}, {"type": "text", "text": "two"}]
    messages = [
        {"role": "developer", "content": "Be kind."},
        {"role": "user", "content": parts},
        {"role": "assistant", "content": None},
    ]
    assert chat(messages=messages).messages == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "one two"},
        {"role": "assistant", "content": ""},
    ]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"messages": []}, "messages"),
        ({"messages": "Hi"}, "messages"),
        ({"messages": [1]}, "messages[0]"),
        ({"messages": [{"role": "king", "content": "x"}]}, "messages[0].role"),
        ({"messages": [*USER, {"role": "user", "content": 5}]}, "messages[1].content"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "reads text only"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages[0].content[0]"),
        ({"temperature": "warm"}, "temperature"),
        ({"temperature": True}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"temperature": -0.1}, "temperature"),
        ({"top_p": 1.1}, "top_p"),
        ({"top_k": 1.5}, "top_k"),
        ({"top_k": -1}, "top_k"),
        ({"min_p": 2}, "min_p"),
        ({"repeat_penalty": 0}, "repeat_penalty"),
        ({"presence_penalty": 3}, "presence_penalty"),
        ({"seed": "x"}, "seed"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": True}, "max_tokens"),
        ({"n": 17}, "n must be between 1 and 16"),
        ({"logit_bias": {"x": 1}}, "logit_bias"),
        ({"logit_bias": {"3": 101}}, "logit_bias"),
        ({"logit_bias": {"9" * 5000: 1}}, "logit_bias"),
        ({"logit_bias": {"٣": 1}}, "logit_bias"),
        ({"temperature": 10**400}, "temperature"),
        ({"lora": [{"id": "a", "scale": 10**400}]}, "scale"),
        ({"priority": []}, "priority"),
        ({"conversation": {"id": "x"}}, "conversation"),
        ({"conversation": "x" * 101}, "conversation must be at most 100"),
        ({"overflow": "cut"}, "overflow"),
        ({"priority": "urgent"}, "priority"),
        ({"response_format": {"type": "xml"}}, "response_format"),
        ({"response_format": {"type": "json_schema"}}, "response_format"),
        ({"grammar": 'root ::= "a"', "json_schema": {}}, "together"),
        ({"tools": [{"type": "function"}]}, "tools[0]"),
        ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "tools[0].function.name"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"tool_choice": {"type": "function", "function": {"name": "f"}}}, "tool_choice"),
        ({"stop": [""]}, "stop"),
        ({"stop": 5}, "stop"),
        ({"stop": list("abcdefghi")}, "stop has 9"),
        ({"logprobs": 3}, "logprobs"),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs"),
        ({"ignore_eos": "yes"}, "ignore_eos"),
        ({"continue_final_message": True}, "continue_final_message"),
    ],
)
def test_wrong_fields_are_named(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(Invalid) as caught:
        chat(**fields)
    assert named in caught.value.text


def test_completion() -> None:
    request = Generation.completion({"prompt": "Once", "logprobs": 2})
    assert (request.prompt, request.messages, request.logprobs) == ("Once", None, 2)
    with pytest.raises(Invalid, match="prompt"):
        Generation.completion({"prompt": ["a"]})
