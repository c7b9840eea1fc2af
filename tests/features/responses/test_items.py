from __future__ import annotations

from typing import Any

import pytest

from localmind_app.core.errors import Invalid
from localmind_app.features.responses.items import messages_of, read_items


def test_a_text_is_a_message_of_the_user() -> None:
    [item] = read_items("Hello")
    assert item["id"].startswith("msg_")
    assert messages_of([item]) == [{"role": "user", "content": "Hello"}]


def test_parts_are_joined_and_what_was_thought_is_left_out() -> None:
    items = read_items([
        {"role": "developer", "content": [{"type": "input_text", "text": "Be "}, {"type": "text", "text": "brief"}]},
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": "Yes"}]},
    ])  # fmt: skip
    assert messages_of(items) == [{"role": "developer", "content": "Be brief"}, {"role": "assistant", "content": "Yes"}]
    assert items[1]["id"] == "msg_1"


def test_calls_belong_to_one_message_of_the_assistant() -> None:
    def call(name: str) -> dict[str, Any]:
        return {"type": "function_call", "call_id": name, "name": "f", "arguments": "{}"}

    items = read_items([
        {"role": "user", "content": "Go"}, call("a"), call("b"),
        {"type": "function_call_output", "call_id": "a", "output": "1"}, call("c"),
    ])  # fmt: skip
    user, first, result, second = messages_of(items)
    assert [made["id"] for made in first["tool_calls"]] == ["a", "b"]
    assert result == {"role": "tool", "tool_call_id": "a", "content": "1"}
    assert [made["id"] for made in second["tool_calls"]] == ["c"]
    assert user["content"] == "Go"


@pytest.mark.parametrize(
    "wrong",
    [None, [], 5, [5], [{"role": "user"}], [{"role": "user", "content": [{"type": "input_image"}]}],
     [{"role": "user", "content": [5]}], [{"type": "function_call", "name": "f"}], [{"type": "computer_call"}],
     [{"role": [], "content": "x"}], [{"role": "user", "content": [{"type": [], "text": "x"}]}]],
)  # fmt: skip
def test_what_is_not_understood_is_refused(wrong: Any) -> None:
    with pytest.raises(Invalid):
        read_items(wrong)
