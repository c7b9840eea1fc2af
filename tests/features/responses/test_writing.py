"""The events of a response, from chunks as the engine sends them."""

from __future__ import annotations

from typing import Any

from localmind_app.core.errors import ModelCrashed
from localmind_app.engine.client import Chunk
from localmind_app.features.responses.wanted import Wanted
from localmind_app.features.responses.writing import Writing

USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5, "prompt_tokens_details": {"cached_tokens": 1}}
CALL = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}


def written(*chunks: Chunk) -> list[dict[str, Any]]:
    writing = Writing(Wanted.read({"model": "m", "input": "x", "metadata": {"k": "v"}}))
    events = writing.begin()
    for chunk in chunks:
        events += writing.chunk(chunk)
    return [*events, *writing.end()]


def test_a_text() -> None:
    events = written(Chunk("Hel"), Chunk("lo"), Chunk(finish_reason="stop"), Chunk(usage=USAGE))
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    last = events[-1]["response"]
    assert (events[-1]["type"], last["status"], last["metadata"]) == ("response.completed", "completed", {"k": "v"})
    assert last["output"][0]["content"][0]["text"] == "Hello"
    assert last["usage"]["input_tokens_details"] == {"cached_tokens": 1}
    assert last["usage"]["output_tokens"] == 2


def test_a_text_that_was_cut_is_incomplete() -> None:
    last = written(Chunk("Hel", finish_reason="length"))[-1]
    assert last["type"] == "response.incomplete"
    assert last["response"]["incomplete_details"] == {"reason": "max_output_tokens"}


def test_an_empty_answer_is_an_empty_message() -> None:
    [item] = written(Chunk(finish_reason="stop"))[-1]["response"]["output"]
    assert item["content"][0]["text"] == ""


def test_a_call_alone_and_a_call_after_a_text() -> None:
    alone = written(Chunk(tool_calls=[CALL]), Chunk(finish_reason="tool_calls"))
    [call] = alone[-1]["response"]["output"]
    assert (call["type"], call["call_id"], call["arguments"]) == ("function_call", "call_1", '{"a": 1}')
    assert [event["output_index"] for event in alone if "output_index" in event] == [0] * 4
    both = written(Chunk("Let me see. "), Chunk(tool_calls=[CALL]), Chunk(finish_reason="tool_calls"))
    assert [item["type"] for item in both[-1]["response"]["output"]] == ["message", "function_call"]
    assert {event["output_index"] for event in both if event["type"].startswith("response.function_call")} == {1}


def test_a_failure_keeps_what_was_written() -> None:
    writing = Writing(Wanted.read({"model": "m", "input": "x"}))
    writing.begin()
    writing.chunk(Chunk("Hel"))
    [last] = writing.fail(ModelCrashed("The model crashed."))
    assert last["type"] == "response.failed"
    assert last["response"]["error"] == {"code": "model_crashed", "message": "The model crashed."}
    assert last["response"]["output"][0]["content"][0]["text"] == "Hel"
