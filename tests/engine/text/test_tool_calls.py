"""Reading calls out of an answer piece by piece, and grammars that make every answer a call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localmind_app.engine.generation import Sampling
from localmind_app.engine.text import tool_calls
from localmind_app.engine.text.tool_calls import HERMES, LLAMA, MISTRAL, CallReader, Form
from tests.engine.text.test_scheduler import WORDS, Desk, load

WEATHER: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"days": {"type": "integer"}, "unit": {"enum": ["C", "F"]}},
            "required": ["days", "unit"],
        },
    },
}
CLOCK: dict[str, Any] = {"type": "function", "function": {"name": "clock"}}
CALL = '{"name": "clock", "arguments": {"zone": "UTC"}}'


def read(form: Form, text: str, size: int) -> tuple[str, list[tuple[str, Any]]]:
    reader = CallReader(form)
    out, calls = "", []
    for at in range(0, len(text), size):
        more, found = reader.push(text[at : at + size])
        out, calls = out + more, calls + found
    more, found = reader.finish()
    calls += found
    return out + more, [(one["function"]["name"], json.loads(one["function"]["arguments"])) for one in calls]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
@pytest.mark.parametrize(
    ("form", "text", "said", "names"),
    [
        (HERMES, f"<tool_call>\n{CALL}\n</tool_call>", "", ["clock"]),
        (HERMES, f"Look.<tool_call>{CALL}</tool_call>\n<tool_call>{CALL}</tool_call>", "Look.", ["clock"] * 2),
        (HERMES, "a < b and <tool_box>", "a < b and <tool_box>", []),
        (HERMES, "<tool_call>broken</tool_call> on", "<tool_call>broken</tool_call> on", []),
        (HERMES, f"<tool_call>{CALL}", "", ["clock"]),  # cut off in front of the closing tag
        (HERMES, '<tool_call>{"name": ', '<tool_call>{"name": ', []),
        (MISTRAL, f"[TOOL_CALLS][{CALL}, {CALL}]", "", ["clock"] * 2),
        (MISTRAL, '[TOOL_CALLS]clock[ARGS]{"zone": "UTC"}', "", ["clock"]),
        (MISTRAL, "[TOOL] boxes", "[TOOL] boxes", []),
        (LLAMA, '{"name": "clock", "parameters": {"zone": "UTC"}}', "", ["clock"]),
        (LLAMA, '<|python_tag|>{"name": "clock", "parameters": {"zone": "UTC"}}', "", ["clock"]),
        (LLAMA, '{"a": 1}', '{"a": 1}', []),
        (LLAMA, 'An object: {"name": "clock"}', 'An object: {"name": "clock"}', []),
    ],
)
def test_calls_are_read_however_the_text_is_cut(form: Form, text: str, said: str, names: list[str], size: int) -> None:
    out, calls = read(form, text, size)
    assert out == said
    assert calls == [(name, {"zone": "UTC"}) for name in names]


def test_the_template_tells_the_form() -> None:
    assert tool_calls.form_of("… <tool_call> …") is HERMES
    assert tool_calls.form_of("{{ '[TOOL_CALLS]' }}") is MISTRAL
    assert tool_calls.form_of('{"name": …, "parameters": …}') is LLAMA
    assert tool_calls.form_of(None) is HERMES
    assert tool_calls.knows_tools("{% if tools %}")
    assert not tool_calls.knows_tools("{{ messages }}")


def test_a_template_without_tools_gets_them_as_text() -> None:
    messages = [
        {"role": "user", "content": "What time is it?"},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"type": "function", "function": {"name": "clock", "arguments": {}}}],
        },
        {"role": "tool", "content": "12:00", "tool_call_id": "x"},
    ]
    system, _, call, result = tool_calls.spelled_out(messages, [CLOCK])
    assert system["role"] == "system"
    assert '"name": "clock"' in system["content"]
    assert call == {
        "role": "assistant",
        "content": '<tool_call>\n{"name": "clock", "arguments": {}}\n</tool_call>',
    }
    assert result == {"role": "user", "content": "<tool_response>\n12:00\n</tool_response>"}


@pytest.fixture(scope="module")
def desk(model_files: Path) -> Iterator[Desk]:
    model = load(model_files / "random.gguf", 2)
    yield Desk(model)
    model.close()


def called(desk: Desk, number: int) -> list[dict[str, Any]]:
    return [call for event, more in desk.said[number] if event == "delta" for call in more.get("tool_calls", [])]


@pytest.mark.parametrize("seed", range(4))
def test_a_required_call_is_always_one_that_fits(desk: Desk, seed: int) -> None:
    number = desk.add(
        WORDS[seed : seed + 30],
        tools=[WEATHER, CLOCK],
        tool_choice="weather",
        sampling=Sampling(seed=seed),
        max_tokens=300,
    )
    desk.run()
    (call,) = called(desk, number)
    assert call["function"]["name"] == "weather"
    arguments = json.loads(call["function"]["arguments"])
    assert isinstance(arguments["days"], int)
    assert arguments["unit"] in ("C", "F")
    assert desk.text(number) == ""
    assert desk.result(number)["finish_reason"] == "tool_calls"


def test_an_answer_that_may_call_is_free_until_it_does(desk: Desk) -> None:
    number = desk.add(WORDS[:30], tools=[WEATHER], sampling=Sampling(seed=1), max_tokens=40)
    desk.run()
    assert len(desk.text(number)) > 40
    assert desk.result(number)["finish_reason"] == "length"


@pytest.mark.parametrize("form", [HERMES, MISTRAL, LLAMA])
@pytest.mark.parametrize("several", [True, False])
def test_every_form_has_a_grammar_llama_cpp_reads(desk: Desk, form: Form, several: bool) -> None:
    grammar = tool_calls.calls_grammar(form, [WEATHER, CLOCK], several=several)
    text, result = desk.ask(WORDS[:20], grammar=grammar, sampling=Sampling(seed=2), max_tokens=600)
    said, calls = read(form, text, 5)
    if result["finish_reason"] == "stop":
        assert said.strip() == ""
        assert calls
        assert several or len(calls) == 1
