"""How each kind of server wants a request: what it does not know is left out, what it calls otherwise renamed.

Sent everywhere are only fields of OpenAI's API; never who asked (`user`), nor anything else of this machine.
"""

from __future__ import annotations

from typing import Any

from localmind_app.core.errors import EngineError

from .models import LLAMA_SERVER, LM_STUDIO, LOCALMIND, OLLAMA, VLLM

_STANDARD = {
    "messages", "stream", "stream_options", "temperature", "top_p", "max_tokens", "seed", "stop", "presence_penalty",
    "frequency_penalty", "logprobs", "top_logprobs", "n", "tools", "tool_choice", "parallel_tool_calls",
    "response_format", "logit_bias", "reasoning_effort", "prompt", "suffix", "echo", "best_of",
}  # fmt: skip
_SAMPLING = {"top_k", "min_p", "repeat_penalty", "ignore_eos"}
_EXTRAS: dict[str, set[str]] = {
    LOCALMIND: {*_SAMPLING, "stream_status", "continue_final_message", "overflow"},
    LLAMA_SERVER: {*_SAMPLING, "continue_final_message"},
    VLLM: {*_SAMPLING, "continue_final_message"},
    LM_STUDIO: {"top_k", "repeat_penalty"},
    OLLAMA: set(),
}


def adapted(asked: dict[str, Any], kind: str, model: str, host: str) -> dict[str, Any]:
    """The request for `model` as a server of that kind reads it.

    Raises EngineError when an answer is to be continued and this kind of server would begin a new one.
    """
    known = _STANDARD | _EXTRAS.get(kind, set())
    if asked.get("continue_final_message") and "continue_final_message" not in known:
        raise EngineError(
            "A server of the kind {kind} cannot continue an answer where it ended. What is there was kept; "
            "ask for a new answer instead.",
            kind=kind,
        )
    body = {name: value for name, value in asked.items() if name in known} | {"model": model}
    if asked.get("max_completion_tokens") is not None:  # the newer name of the same, which few servers know
        body["max_tokens"] = asked["max_completion_tokens"]
    if kind in (LLAMA_SERVER, VLLM) and body.get("continue_final_message"):
        body["add_generation_prompt"] = False
    if kind == VLLM and "repeat_penalty" in body:
        body["repetition_penalty"] = body.pop("repeat_penalty")
    if host.endswith((".openai.com", ".openai.azure.com")) and "max_tokens" in body:
        body["max_completion_tokens"] = body.pop("max_tokens")  # its newer models refuse the old name
    return body
