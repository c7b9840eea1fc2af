"""The shapes of the OpenAI API, from a child's events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from localmind_app.engine.answer import Answer, merged

pytestmark = pytest.mark.anyio
RESULT = {
    "finish_reason": "stop",
    "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    "timings": {"tokens_per_second": 10.0},
    "context": {"used": 5, "size": 64},
}


def _score(token: str) -> dict[str, Any]:
    return {"token": token, "logprob": -0.5, "bytes": [1], "top_logprobs": [{"token": token, "logprob": -0.5}]}


async def _events(scores: bool = False) -> AsyncGenerator[dict[str, Any], None]:
    yield {"event": "status", "status": {"stage": "loading", "progress": 0.5}}
    for text in ("Hel", "lo"):
        yield {"event": "delta", "text": text, **({"logprobs": [_score(text)]} if scores else {})}
    yield {"event": "done", "result": RESULT}


async def test_a_streamed_chat_has_a_role_the_pieces_an_end_and_the_usage_when_asked() -> None:
    chunks = [chunk async for chunk in Answer("m", chat=True, with_usage=True).chunks(_events())]
    assert [choice["delta"] for chunk in chunks for choice in chunk["choices"]] == [
        {"role": "assistant", "content": ""}, {"content": "Hel"}, {"content": "lo"}, {},
    ]  # fmt: skip
    assert [choice["finish_reason"] for chunk in chunks for choice in chunk["choices"]] == [None, None, None, "stop"]
    assert (chunks[-1]["choices"], chunks[-1]["usage"]) == ([], RESULT["usage"])
    assert chunks[-2]["context"] == RESULT["context"]
    assert {(chunk["object"], chunk["model"]) for chunk in chunks} == {("chat.completion.chunk", "m")}
    assert len({chunk["id"] for chunk in chunks}) == 1


async def test_waiting_is_told_only_to_those_who_ask() -> None:
    told = [chunk async for chunk in Answer("m", chat=True, with_status=True).chunks(_events())]
    assert told[0]["status"] == {"stage": "loading", "progress": 0.5}
    assert told[0]["choices"] == []
    untold = [chunk async for chunk in Answer("m", chat=True).chunks(_events())]
    assert all("status" not in chunk and chunk["choices"] for chunk in untold)


async def test_a_whole_chat_is_one_message() -> None:
    whole = await Answer("m", chat=True).whole(_events(scores=True))
    choice = whole["choices"][0]
    assert choice["message"] == {"role": "assistant", "content": "Hello", "refusal": None}
    assert (choice["finish_reason"], whole["usage"]) == ("stop", RESULT["usage"])
    assert [score["token"] for score in choice["logprobs"]["content"]] == ["Hel", "lo"]
    assert whole["timings"]["first_token_ms"] >= whole["timings"]["load_ms"] >= 0


async def test_plain_completions_count_their_offsets_in_characters() -> None:
    whole = await Answer("m", chat=False).whole(_events(scores=True))
    choice = whole["choices"][0]
    assert (whole["object"], choice["text"]) == ("text_completion", "Hello")
    assert choice["logprobs"]["text_offset"] == [0, 3]
    assert choice["logprobs"]["top_logprobs"] == [{"Hel": -0.5}, {"lo": -0.5}]


async def test_whatever_ends_one_of_several_answers_ends_them_all() -> None:
    async def breaks() -> AsyncGenerator[dict[str, Any], None]:
        yield {"event": "delta", "text": "a"}
        raise ZeroDivisionError

    async def waits() -> AsyncGenerator[dict[str, Any], None]:
        await asyncio.sleep(60)
        yield {}

    events = merged([waits(), breaks()])
    assert (await anext(events))["choice"] == 1
    with pytest.raises(ZeroDivisionError):
        await anext(events)
