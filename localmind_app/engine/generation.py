"""What is asked of a language model: the validated form of a chat or completion request.

The engine reads it from the body of an HTTP request, the child gets it as plain JSON. Fields, ranges and names are
those of the OpenAI API; `top_k`, `min_p`, `repeat_penalty`, `ignore_eos`, `continue_final_message`, `stream_status` and
`priority` (voice, chat, job) are LocalMind's (and llama.cpp's) extras. Unknown fields are ignored, except those that
promise something LocalMind cannot keep yet (tools, a response format).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from localmind_app.core.errors import Invalid

from .field import boolean, integer, number, text

_ROLES = {"system", "developer", "user", "assistant", "tool"}
PRIORITIES = {"voice": 2, "chat": 1, "job": 0}
_MAX_STOPS, _MAX_TOP_LOGPROBS = 8, 20


@dataclass(frozen=True)
class Sampling:
    """How the next token is chosen; `temperature` 0 takes the likeliest, `seed` None is a random one."""

    temperature: float = 0.7
    top_p: float = 0.95
    top_k: int = 40
    min_p: float = 0.05
    repeat_penalty: float = 1.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    seed: int | None = None

    @classmethod
    def read(cls, body: dict[str, Any]) -> Sampling:
        """Read the sampling fields of a request. Raises Invalid naming the field."""
        top_k = integer(body, "top_k", 0, 1_000_000)
        return cls(
            temperature=number(body, "temperature", cls.temperature, 0.0, 5.0),
            top_p=number(body, "top_p", cls.top_p, 0.0, 1.0),
            top_k=cls.top_k if top_k is None else top_k,
            min_p=number(body, "min_p", cls.min_p, 0.0, 1.0),
            repeat_penalty=number(body, "repeat_penalty", cls.repeat_penalty, 0.1, 10.0),
            presence_penalty=number(body, "presence_penalty", 0.0, -2.0, 2.0),
            frequency_penalty=number(body, "frequency_penalty", 0.0, -2.0, 2.0),
            seed=integer(body, "seed", -(2**63), 2**64 - 1),
        )

    @property
    def repeatable(self) -> bool:
        """Whether the same prompt must give the same tokens again."""
        return self.seed is not None or self.temperature == 0


@dataclass(frozen=True)
class Generation:
    """One request for text: either `messages` or `prompt` is set.

    `logprobs` None is off, n gives the n likeliest tokens beside the chosen one. `max_tokens` None is what fits.
    Who waits is served by `priority`, the higher first, and within one by turns of their `user`.
    """

    messages: list[dict[str, str]] | None = None
    prompt: str | None = None
    sampling: Sampling = field(default_factory=Sampling)
    max_tokens: int | None = None
    stop: list[str] = field(default_factory=list)
    logprobs: int | None = None
    ignore_eos: bool = False
    continue_final: bool = False
    user: str = ""
    priority: int = PRIORITIES["chat"]

    @classmethod
    def chat(cls, body: dict[str, Any]) -> Generation:
        """Read a /v1/chat/completions body. Raises Invalid naming the field."""
        messages = read_messages(body)
        continue_final = boolean(body, "continue_final_message")
        if continue_final and messages[-1]["role"] != "assistant":
            raise Invalid("continue_final_message needs the last message to be the assistant's.")
        logprobs = None
        if boolean(body, "logprobs"):
            logprobs = integer(body, "top_logprobs", 0, _MAX_TOP_LOGPROBS) or 0
        return cls(messages=messages, logprobs=logprobs, continue_final=continue_final, **_common(body))

    @classmethod
    def completion(cls, body: dict[str, Any]) -> Generation:
        """Read a /v1/completions body. Raises Invalid naming the field."""
        return cls(
            prompt=text(body, "prompt"), logprobs=integer(body, "logprobs", 0, _MAX_TOP_LOGPROBS), **_common(body)
        )

    @classmethod
    def from_wire(cls, message: dict[str, Any]) -> Generation:
        """The inverse of `to_wire`."""
        return cls(**{**message, "sampling": Sampling(**message["sampling"])})

    def to_wire(self) -> dict[str, Any]:
        """Plain JSON for the child."""
        return asdict(self)


def _common(body: dict[str, Any]) -> dict[str, Any]:
    if integer(body, "n", 1, 128) not in (None, 1):
        raise Invalid("n must be 1: LocalMind gives one answer per request.")
    _refuse_unknown_promises(body)
    limit = integer(body, "max_completion_tokens", 1, 10_000_000)
    return {
        "sampling": Sampling.read(body),
        "max_tokens": limit if limit is not None else integer(body, "max_tokens", 1, 10_000_000),
        "stop": _read_stop(body.get("stop")),
        "ignore_eos": boolean(body, "ignore_eos"),
        "user": _optional_text(body, "user"),
        "priority": _read_priority(body),
    }


def _optional_text(body: dict[str, Any], name: str) -> str:
    return "" if body.get(name) is None else text(body, name)


def _read_priority(body: dict[str, Any]) -> int:
    name = body.get("priority", "chat")
    if name not in PRIORITIES:
        raise Invalid("priority must be one of {names}.", names=", ".join(PRIORITIES))
    return PRIORITIES[name]


def _refuse_unknown_promises(body: dict[str, Any]) -> None:
    """Fields whose silent loss would change what the caller gets are refused, not ignored."""
    wanted = body.get("response_format")
    if wanted is not None and wanted != {"type": "text"}:
        raise Invalid("response_format is not supported yet: answers are plain text.")
    for name in ("tools", "functions"):
        if body.get(name):
            raise Invalid("{field} is not supported yet: the model cannot call functions.", field=name)


def _read_stop(value: Any) -> list[str]:
    stops = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(stops, list) or not all(isinstance(stop, str) and stop for stop in stops):
        raise Invalid("stop must be a text or a list of texts, none of them empty.")
    if len(stops) > _MAX_STOPS:
        raise Invalid("stop has {count} entries; at most {limit} are allowed.", count=len(stops), limit=_MAX_STOPS)
    return stops


def read_messages(body: dict[str, Any]) -> list[dict[str, str]]:
    """The `messages` of a body as role and content, text parts joined. Raises Invalid naming the field."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Invalid("messages must be a list with at least one message.")
    return [_read_message(message, f"messages[{index}]") for index, message in enumerate(messages)]


def _read_message(message: Any, name: str) -> dict[str, str]:
    if not isinstance(message, dict):
        raise Invalid("{field} must be an object with role and content.", field=name)
    role = message.get("role")
    if role not in _ROLES:
        raise Invalid("{field}.role must be one of {roles}.", field=name, roles=", ".join(sorted(_ROLES)))
    content = message.get("content")
    if content is None and role == "assistant":
        content = ""  # an assistant message that only called tools has none
    if isinstance(content, list):
        content = "".join(_read_part(part, f"{name}.content[{index}]") for index, part in enumerate(content))
    if not isinstance(content, str):
        raise Invalid("{field}.content must be a text or a list of text parts.", field=name)
    return {"role": "system" if role == "developer" else role, "content": content}


def _read_part(part: Any, name: str) -> str:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind in ("image_url", "input_image", "input_audio", "file"):
        raise Invalid("{field} is of type {kind}: this model reads text only.", field=name, kind=kind)
    if kind != "text" or not isinstance(part.get("text"), str):
        raise Invalid("{field} must be a text part: an object with type 'text' and text.", field=name)
    return str(part["text"])
