"""What is asked of a language model: the validated form of a chat or completion request.

The engine reads it from the body of an HTTP request, the child gets it as plain JSON. Fields, ranges and names are
those of the OpenAI API; `top_k`, `min_p`, `repeat_penalty`, `grammar` (GBNF), `ignore_eos`, `continue_final_message`,
`stream_status`, `priority` (voice, chat, job), `overflow` (refuse, shift) and `conversation` are LocalMind's (and
llama.cpp's) extras.
Unknown fields are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from localmind_app.core.errors import Invalid, NotFound

from .field import boolean, integer, number, text
from .form import read_form, read_tool_choice, read_tools
from .message import read_messages

PRIORITIES = {"voice": 2, "chat": 1, "job": 0}
MAX_CONVERSATION = 100  # characters of its name
_TOKEN = re.compile(r"[0-9]{1,10}")
_MAX_STOPS, _MAX_TOP_LOGPROBS, _MAX_BIASES, _MAX_CHOICES, _MAX_ADAPTERS = 8, 20, 1024, 16, 8


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
    logit_bias: tuple[tuple[int, float], ...] = ()

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
            logit_bias=_read_biases(body.get("logit_bias")),
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
    At most one of `grammar` (GBNF) and `schema` (JSON schema) says which form the answer has. `tools` are functions the
    model may call, in OpenAI's shape; `tool_choice` is auto, none, required or one function's name. `shift` lets the
    beginning go where the context is full, and tells how much; otherwise a prompt that does not fit is refused.
    `lora` are adapters and their scales: by id as they come, by path when the child gets them.
    What is kept of the prompt and the answer for the next request goes when their `conversation` is forgotten.
    """

    messages: list[dict[str, Any]] | None = None
    prompt: str | None = None
    sampling: Sampling = field(default_factory=Sampling)
    max_tokens: int | None = None
    stop: list[str] = field(default_factory=list)
    logprobs: int | None = None
    ignore_eos: bool = False
    continue_final: bool = False
    user: str = ""
    conversation: str = ""
    priority: int = PRIORITIES["chat"]
    grammar: str | None = None
    schema: dict[str, Any] | None = None
    tools: list[dict[str, Any]] = field(default_factory=list)
    tool_choice: str = "auto"
    parallel_calls: bool = True
    shift: bool = False
    choices: int = 1
    lora: tuple[tuple[str, float], ...] = ()

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
        tools = read_tools(body)
        wanted = cls(
            messages=messages,
            logprobs=logprobs,
            continue_final=continue_final,
            tools=tools,
            tool_choice=read_tool_choice(body, tools),
            parallel_calls=body.get("parallel_tool_calls") is not False,
            **_common(body),
        )
        if wanted.calls and (wanted.grammar or wanted.schema):
            raise Invalid("tools and a form for the answer cannot be asked for together; set tool_choice to none.")
        return wanted

    @classmethod
    def completion(cls, body: dict[str, Any]) -> Generation:
        """Read a /v1/completions body. Raises Invalid naming the field."""
        return cls(
            prompt=text(body, "prompt"), logprobs=integer(body, "logprobs", 0, _MAX_TOP_LOGPROBS), **_common(body)
        )

    @classmethod
    def from_wire(cls, message: dict[str, Any]) -> Generation:
        """The inverse of `to_wire`."""
        sampling = {**message["sampling"]}
        sampling["logit_bias"] = tuple((token, bias) for token, bias in sampling["logit_bias"])
        lora = tuple((path, scale) for path, scale in message["lora"])
        return cls(**{**message, "sampling": Sampling(**sampling), "lora": lora})

    @property
    def calls(self) -> bool:
        """Whether the answer may call functions."""
        return bool(self.tools) and self.tool_choice != "none"

    def with_adapters(self, paths: Mapping[str, Path]) -> Generation:
        """The request with its adapters' paths instead of their ids. Raises NotFound."""
        for name, _ in self.lora:
            if name not in paths:
                raise NotFound("There is no adapter {adapter} in the models folder.", adapter=name)
        return replace(self, lora=tuple((str(paths[name]), scale) for name, scale in self.lora))

    def choice(self, index: int) -> Generation:
        """The request for one of several answers: the same, with a seed of its own."""
        seed = self.sampling.seed
        if index == 0 or seed is None:
            return self
        return replace(self, sampling=replace(self.sampling, seed=seed + index))

    def to_wire(self) -> dict[str, Any]:
        """Plain JSON for the child."""
        return asdict(self)


def _common(body: dict[str, Any]) -> dict[str, Any]:
    limit = integer(body, "max_completion_tokens", 1, 10_000_000)
    return {
        "sampling": Sampling.read(body),
        "max_tokens": limit if limit is not None else integer(body, "max_tokens", 1, 10_000_000),
        "stop": _read_stop(body.get("stop")),
        "ignore_eos": boolean(body, "ignore_eos"),
        "user": _optional_text(body, "user"),
        "conversation": _read_conversation(body),
        "priority": _read_priority(body),
        "shift": _read_overflow(body),
        "choices": integer(body, "n", 1, _MAX_CHOICES) or 1,
        "lora": _read_lora(body.get("lora")),
        **read_form(body),
    }


def _read_biases(value: Any) -> tuple[tuple[int, float], ...]:
    if value is None:
        return ()
    if not isinstance(value, dict) or len(value) > _MAX_BIASES:
        raise Invalid("logit_bias must be an object with at most {limit} token numbers.", limit=_MAX_BIASES)
    made = []
    for token, bias in value.items():
        if not _TOKEN.fullmatch(token) or isinstance(bias, bool) or not isinstance(bias, int | float):
            raise Invalid("logit_bias must map token numbers to numbers between -100 and 100.")
        if not -100 <= bias <= 100:
            raise Invalid("logit_bias must map token numbers to numbers between -100 and 100.")
        made.append((int(token), float("-inf") if bias == -100 else float(bias)))
    return tuple(made)


def _read_lora(value: Any) -> tuple[tuple[str, float], ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > _MAX_ADAPTERS or not all(isinstance(one, dict) for one in value):
        raise Invalid("lora must be a list of at most {limit} adapters, each with id and scale.", limit=_MAX_ADAPTERS)
    return tuple((text(one, "id"), number(one, "scale", 1.0, -10.0, 10.0)) for one in value)


def _read_overflow(body: dict[str, Any]) -> bool:
    value = body.get("overflow", "refuse")
    if value not in ("refuse", "shift"):
        raise Invalid("overflow must be refuse or shift.")
    return bool(value == "shift")


def _optional_text(body: dict[str, Any], name: str) -> str:
    return "" if body.get(name) is None else text(body, name)


def _read_conversation(body: dict[str, Any]) -> str:
    name = _optional_text(body, "conversation")
    if len(name) > MAX_CONVERSATION:
        raise Invalid("conversation must be at most {limit} characters.", limit=MAX_CONVERSATION)
    return name


def _read_priority(body: dict[str, Any]) -> int:
    name = body.get("priority", "chat")
    if not isinstance(name, str) or name not in PRIORITIES:
        raise Invalid("priority must be one of {names}.", names=", ".join(PRIORITIES))
    return PRIORITIES[name]


def _read_stop(value: Any) -> list[str]:
    stops = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(stops, list) or not all(isinstance(stop, str) and stop for stop in stops):
        raise Invalid("stop must be a text or a list of texts, none of them empty.")
    if len(stops) > _MAX_STOPS:
        raise Invalid("stop has {count} entries; at most {limit} are allowed.", count=len(stops), limit=_MAX_STOPS)
    return stops
