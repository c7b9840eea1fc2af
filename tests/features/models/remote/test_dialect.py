"""The same request as each kind of server reads it; nothing of this machine goes along."""

from __future__ import annotations

from typing import Any

import pytest

from localmind_app.core.errors import EngineError
from localmind_app.features.models.remote.dialect import adapted
from localmind_app.features.models.remote.models import LLAMA_SERVER, LM_STUDIO, LOCALMIND, OLLAMA, VLLM

KINDS = (LOCALMIND, LLAMA_SERVER, VLLM, LM_STUDIO, OLLAMA, "")
ASKED: dict[str, Any] = {
    "model": "remote:x/y", "messages": [{"role": "user", "content": "Hi"}], "stream": True, "temperature": 0.5,
    "max_tokens": 9, "top_k": 5, "min_p": 0.1, "repeat_penalty": 1.1, "ignore_eos": True, "stream_status": True,
    "overflow": "shift", "user": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "conversation": "secret", "priority": "chat",
    "x_internal": 1,
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_this_machine_goes_along(kind: str) -> None:
    before = dict(ASKED)
    body = adapted(ASKED, kind, "y", "engine.lan")
    assert before == ASKED, "what was asked stays as it is"
    assert not {"user", "conversation", "priority", "x_internal"} & body.keys()
    assert (body["model"], body["messages"], body["temperature"]) == ("y", ASKED["messages"], 0.5)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (LOCALMIND, {"top_k", "min_p", "repeat_penalty", "ignore_eos", "stream_status", "overflow"}),
        (LLAMA_SERVER, {"top_k", "min_p", "repeat_penalty", "ignore_eos"}),
        (VLLM, {"top_k", "min_p", "repetition_penalty", "ignore_eos"}),
        (LM_STUDIO, {"top_k", "repeat_penalty"}),
        (OLLAMA, set()),
        ("", set()),
    ],
)
def test_each_kind_gets_what_it_knows_under_its_own_name(kind: str, names: set[str]) -> None:
    body = adapted(ASKED, kind, "y", "engine.lan")
    assert body.keys() - {"model", "messages", "stream", "temperature", "max_tokens"} == names


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_is_continued_or_it_is_said_that_it_cannot_be(kind: str) -> None:
    asked = {**ASKED, "continue_final_message": True}
    if kind in (LOCALMIND, LLAMA_SERVER, VLLM):
        body = adapted(asked, kind, "y", "engine.lan")
        assert body["continue_final_message"] is True
        assert body.get("add_generation_prompt") == (None if kind == LOCALMIND else False)
    else:
        with pytest.raises(EngineError, match="What is there was kept"):
            adapted(asked, kind, "y", "engine.lan")
    assert "add_generation_prompt" not in adapted({**asked, "continue_final_message": False}, kind, "y", "engine.lan")


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("engine.lan", "max_tokens"),
        ("api.openai.com", "max_completion_tokens"),
        ("mine.openai.azure.com", "max_completion_tokens"),
        ("api.openai.com.evil.example", "max_tokens"),
        ("notopenai.com", "max_tokens"),
    ],
)
def test_the_longest_answer_has_the_name_its_server_takes(host: str, name: str) -> None:
    for given in ("max_tokens", "max_completion_tokens"):
        body = adapted({"messages": [], given: 7}, "", "y", host)
        assert {key: body[key] for key in body if key.startswith("max_")} == {name: 7}
    assert not any(key.startswith("max_") for key in adapted({"messages": []}, "", "y", host))
