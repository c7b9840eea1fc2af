"""What is asked for in a request to /v1/responses, and the chat completion that answers it.

Fields and ranges of sampling are checked by the engine, which names the field; here only what the engine never sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from localmind_app.core.errors import Invalid

from .items import messages_of, read_items

Json = dict[str, Any]

_FUNCTION = ("name", "description", "parameters", "strict")
# Chat completions know these under the same name; the last ones are LocalMind's own.
_SAME = ("temperature", "top_p", "seed", "stop", "presence_penalty", "frequency_penalty", "logit_bias", "priority",
         "top_k", "min_p", "repeat_penalty", "ignore_eos")  # fmt: skip
_LOGPROBS = "message.output_text.logprobs"
MOST_METADATA = 16


@dataclass(frozen=True)
class Wanted:
    """A checked request. `items` is its input as the Responses API lists it."""

    model: str
    items: list[Json]
    instructions: str | None = None
    previous_id: str | None = None
    store: bool = True
    stream: bool = False
    metadata: dict[str, str] = field(default_factory=dict)
    logprobs: bool = False
    body: Json = field(default_factory=dict)

    @classmethod
    def read(cls, body: Json) -> Wanted:
        """Check a request's body. Raises Invalid naming the field."""
        _refuse_unknown_promises(body)
        return cls(
            model=_text(body, "model") or "",
            items=read_items(body.get("input")),
            instructions=_text(body, "instructions"),
            previous_id=_text(body, "previous_response_id"),
            store=_flag(body, "store", True),
            stream=_flag(body, "stream", False),
            metadata=read_metadata(body.get("metadata")),
            logprobs=_LOGPROBS in _list(body, "include"),
            body=body,
        )

    def chat(self, history: Sequence[Json], user: str) -> Json:
        """The chat completion that answers it; `history` are the messages of earlier responses."""
        system = [{"role": "system", "content": self.instructions}] if self.instructions else []
        request: Json = {
            "model": self.model,
            "messages": [*system, *history, *messages_of(self.items)],
            "user": user,
            "stream_status": True,
            **{name: self.body[name] for name in _SAME if self.body.get(name) is not None},
            **_tools(self.body),
        }
        if self.body.get("max_output_tokens") is not None:
            request["max_completion_tokens"] = self.body["max_output_tokens"]
        if self.logprobs:
            request["logprobs"] = True
            request["top_logprobs"] = self.body.get("top_logprobs") or 0
        if self.body.get("truncation") == "auto":
            request["overflow"] = "shift"
        form = _response_format(self.body.get("text"))
        return {**request, "response_format": form} if form else request


def _refuse_unknown_promises(body: Json) -> None:
    if body.get("background"):
        raise Invalid("background is not supported; ask for a stream, or put the request into a batch.")
    for name in ("conversation", "prompt"):
        if body.get(name):
            raise Invalid("{field} is not supported in responses.", field=name)
    if body.get("truncation") not in (None, "auto", "disabled"):
        raise Invalid("truncation must be auto or disabled.")


def read_metadata(value: Any) -> dict[str, str]:
    """Up to sixteen pairs of short texts. Raises Invalid."""
    if value is None:
        return {}
    fits = isinstance(value, dict) and len(value) <= MOST_METADATA
    if not fits or not all(
        isinstance(key, str) and isinstance(text, str) and len(key) <= 64 and len(text) <= 512
        for key, text in value.items()
    ):
        raise Invalid("metadata must have at most 16 texts, keys up to 64 and values up to 512 characters.")
    return dict(value)


def _tools(body: Json) -> Json:
    """The fields of a chat completion that let it call functions. Raises Invalid for tools of another kind."""
    tools = _list(body, "tools")
    for tool in tools:
        if not isinstance(tool, dict) or tool.get("type") != "function":
            raise Invalid("tools of responses must be functions; other kinds are not supported.")
    if not tools:
        return {}
    choice = body.get("tool_choice")
    if isinstance(choice, dict) and choice.get("type") == "function":
        choice = {"type": "function", "function": {"name": choice.get("name")}}
    functions = [{name: tool[name] for name in _FUNCTION if tool.get(name) is not None} for tool in tools]
    made: Json = {"tools": [{"type": "function", "function": function} for function in functions]}
    if choice is not None:
        made["tool_choice"] = choice
    if body.get("parallel_tool_calls") is not None:
        made["parallel_tool_calls"] = body["parallel_tool_calls"]
    return made


def _response_format(value: Any) -> Json | None:
    form = value.get("format") if isinstance(value, dict) else None
    if not isinstance(form, dict) or form.get("type") in (None, "text"):
        return None
    if form["type"] != "json_schema":
        return form
    return {
        "type": "json_schema",
        "json_schema": {name: form[name] for name in ("name", "schema", "strict") if name in form},
    }


def _text(body: Json, name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise Invalid("{field} must be a text.", field=name)
    return value


def _flag(body: Json, name: str, default: bool) -> bool:
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise Invalid("{field} must be true or false.", field=name)
    return value


def _list(body: Json, name: str) -> list[Any]:
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Invalid("{field} must be a list.", field=name)
    return value
