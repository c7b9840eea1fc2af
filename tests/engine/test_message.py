"""Reading the messages of a chat request: what clients send, and what they should not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from localmind_app.core.errors import Invalid
from localmind_app.engine.message import read_messages


def read(*messages: Any) -> list[dict[str, Any]]:
    return read_messages({"messages": list(messages)})


def test_parts_are_joined_and_developers_are_the_system() -> None:
    parts = [{"type": "text", "text": "Hello "}, {"type": "text", "text": "there"}]
    assert read({"role": "developer", "content": "Be kind."}, {"role": "user", "content": parts}) == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "Hello there"},
    ]


def test_only_an_assistant_may_have_said_nothing() -> None:
    assert read({"role": "assistant", "content": None}) == [{"role": "assistant", "content": ""}]
    assert read({"role": "user", "content": ""})[0]["content"] == ""
    for role in ("user", "system", "tool"):
        with pytest.raises(Invalid, match=r"messages\[0\]\.content must be a text"):
            read({"role": role, "content": None})


def test_names_and_results_of_functions_are_kept_other_fields_are_not() -> None:
    said = {"role": "tool", "content": "21 °C", "tool_call_id": "call_1", "name": "weather", "cache_control": {}}
    assert read(said) == [{"role": "tool", "content": "21 °C", "tool_call_id": "call_1", "name": "weather"}]
    assert read({**said, "tool_call_id": 7, "name": None}) == [{"role": "tool", "content": "21 °C"}]


def called(arguments: Any) -> Any:
    """The arguments of a call as the template gets them."""
    call = {"id": "call_1", "function": {"name": "weather", "arguments": arguments}}
    [message] = read({"role": "assistant", "tool_calls": [call]})
    [made] = message["tool_calls"]
    assert (made["type"], made["id"], made["function"]["name"]) == ("function", "call_1", "weather")
    return made["function"]["arguments"]


def test_arguments_of_calls_are_objects_for_the_template() -> None:
    assert called('{"city": "Oslo"}') == {"city": "Oslo"}
    assert called("") == called(None) == {}
    assert called({"city": "Oslo"}) == {"city": "Oslo"}


@pytest.mark.parametrize("written", ["{not json", "[" * 100_000, 7])
def test_what_a_model_wrote_in_their_place_is_kept_as_it_is(written: Any) -> None:
    assert called(written) == written


def test_calls_of_others_than_the_assistant_are_not_read() -> None:
    assert "tool_calls" not in read({"role": "user", "content": "x", "tool_calls": "nonsense"})[0]


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("text", r"messages\[1\] must be an object"),
        ({"content": "x"}, r"messages\[1\]\.role must be one of assistant, developer, system, tool, user"),
        ({"role": "narrator", "content": "x"}, r"messages\[1\]\.role"),
        ({"role": [], "content": "x"}, r"messages\[1\]\.role"),
        ({"role": {}, "content": "x"}, r"messages\[1\]\.role"),
        ({"role": "user"}, r"messages\[1\]\.content"),
        ({"role": "user", "content": 7}, r"messages\[1\]\.content"),
        ({"role": "user", "content": ["x"]}, r"messages\[1\]\.content\[0\] must be a text part"),
        ({"role": "user", "content": [{"type": "text"}]}, r"messages\[1\]\.content\[0\] must be a text part"),
        ({"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "image_url"}]},
         r"messages\[1\]\.content\[1\] is of type image_url: this model reads text only"),
        ({"role": "user", "content": [{"type": ["text"], "text": "a"}]}, r"messages\[1\]\.content\[0\]"),
        ({"role": "assistant", "tool_calls": {"function": {}}}, r"messages\[1\]\.tool_calls must be a list"),
        ({"role": "assistant", "tool_calls": ["x"]}, r"messages\[1\]\.tool_calls must hold objects"),
        ({"role": "assistant", "tool_calls": [{"function": {"name": 1}}]}, r"messages\[1\]\.tool_calls must hold"),
    ],
)  # fmt: skip
def test_the_field_that_is_wrong_is_named(message: Any, named: str) -> None:
    with pytest.raises(Invalid, match=named):
        read({"role": "user", "content": "fine"}, message)


@pytest.mark.parametrize("messages", [None, [], {}, "hello"])
def test_there_must_be_a_message(messages: Any) -> None:
    with pytest.raises(Invalid, match="messages must be a list with at least one message"):
        read_messages({"messages": messages})


def test_what_was_read_can_be_sent_on() -> None:
    made = read({"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": '{"a": [1]}'}}]})
    assert json.loads(json.dumps(made)) == made
