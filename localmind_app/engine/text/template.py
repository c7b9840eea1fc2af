"""Chat templates: the Jinja program in a model file that turns messages into the prompt the model was trained on.

It is foreign code. It runs in Jinja's immutable sandbox, without unbounded multiplication and power, and under
`guard.limited`; whatever it does harms at most the child of its own model. The names it may use are those of
Hugging Face's `apply_chat_template`: messages, add_generation_prompt, bos_token, eos_token, tools,
raise_exception, strftime_now and the filter tojson.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NoReturn

from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError
from jinja2.ext import Extension, loopcontrols
from jinja2.nodes import CallBlock, Node
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from localmind_app.core.errors import Invalid, ModelBroken, UserError

from .guard import OutOfTime, limited

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
_OUTPUT_LIMIT = 32 * 1024 * 1024  # characters
_SOURCE_LIMIT = 1024 * 1024  # characters
_NUMBER_BITS = 4096
_MARK = "\U000f8e0c"  # a private character that no template looks at; marks where an answer is continued

Messages = list[dict[str, Any]]


_REASONS: dict[type[Exception], str] = {
    OutOfTime: "it takes too long",
    MemoryError: "it needs too much memory",
    RecursionError: "it nests too deep",
}


class _Refused(Exception):
    """The template called raise_exception."""


class _Generation(Extension):
    """`{% generation %}` marks the assistant's words for training; rendering ignores it."""

    tags = {"generation"}  # noqa: RUF012 - Jinja's own type

    def parse(self, parser: Parser) -> Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return CallBlock(self.call_method("_same"), [], [], body).set_lineno(line)

    def _same(self, caller: Callable[[], str]) -> str:
        return caller()


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox; sequence repetition and powers are checked, since one of them can take all time or memory."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        for one, other in ((left, right), (right, left)):
            if isinstance(one, int) and isinstance(other, str | list | tuple) and one * len(other) > _OUTPUT_LIMIT:
                raise SecurityError("it repeats a text too often")
        if isinstance(left, int) and isinstance(right, int):
            bits = left.bit_length() * (right if operator == "**" else 1) + right.bit_length()
            if bits > _NUMBER_BITS:
                raise SecurityError("it calculates with too large numbers")
        return super().call_binop(context, operator, left, right)


def _raise(message: object) -> NoReturn:
    raise _Refused(str(message))


def _environment() -> _Sandbox:
    env = _Sandbox(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, _Generation])
    env.globals.pop("lipsum")
    env.globals["raise_exception"] = _raise
    env.globals["strftime_now"] = lambda form: datetime.now().astimezone().strftime(form)
    env.filters["tojson"] = lambda value, indent=None: json.dumps(value, ensure_ascii=False, indent=indent)
    return env


class ChatTemplate:
    """A compiled template. `source` None, a model file without one, uses ChatML; `origin` says which it is."""

    def __init__(self, source: str | None, tokens: Mapping[str, str]) -> None:
        self.origin = "chatml" if source is None else "model"
        self._tokens = dict(tokens)
        self._broken: UserError | None = None
        try:
            if source and len(source) > _SOURCE_LIMIT:
                raise SecurityError("it is too long")
            with limited():
                self._template = _environment().from_string(CHATML if source is None else source)
        except (TemplateSyntaxError, SecurityError, OutOfTime, MemoryError, RecursionError) as error:
            self._broken = _broken(error)  # plain completions need no template, so the model itself stays usable

    def render(self, messages: Messages, *, continue_final: bool = False, tools: Messages | None = None) -> str:
        """The prompt for `messages`, up to where the assistant speaks; `tools` are described if the template does that.

        With `continue_final` the prompt ends right after the text of the last message. A template that refuses a
        system message gets it at the head of the first user message.
        Raises ModelBroken when the template is unusable, Invalid when it refuses these messages.
        """
        if self._broken:
            raise self._broken
        if continue_final:
            return self._continued(messages)
        try:
            return self._run(messages, True, tools)
        except Invalid:
            merged = _without_system(messages)
            if merged is None:
                raise
            return self._run(merged, True, tools)

    def _continued(self, messages: Messages) -> str:
        last = messages[-1]
        marked = [*messages[:-1], {**last, "content": last["content"] + _MARK}]
        try:
            rendered = self._run(marked, False)
        except Invalid:
            merged = _without_system(marked)
            if merged is None:
                raise
            rendered = self._run(merged, False)
        head, found, _ = rendered.rpartition(_MARK)
        if not found:
            raise Invalid("The chat template of this model cannot continue an answer.")
        return head

    def _run(self, messages: Messages, add_generation_prompt: bool, tools: Messages | None = None) -> str:
        parts: list[str] = []
        size = 0
        try:
            with limited():
                for part in self._template.generate(
                    messages=messages, add_generation_prompt=add_generation_prompt, tools=tools or None, **self._tokens
                ):
                    size += len(part)
                    if size > _OUTPUT_LIMIT:
                        raise SecurityError("it writes without end")
                    parts.append(part)
        except (SecurityError, OutOfTime, MemoryError, RecursionError) as error:
            raise _broken(error) from None
        except (_Refused, UndefinedError) as error:
            refusal = "The chat template of this model refuses these messages: {reason}"
            raise Invalid(refusal, reason=str(error)) from None
        except Exception as error:  # noqa: BLE001 - a template is foreign code and may raise anything
            raise _broken(error) from None
        return "".join(parts)


def _broken(error: Exception) -> ModelBroken:
    reason = _REASONS.get(type(error)) or str(error) or type(error).__name__
    return ModelBroken("The chat template in this model file cannot be used: {reason}.", reason=reason[:300])


def _without_system(messages: Messages) -> Messages | None:
    """The system messages put at the head of the first user message; None where there is nothing to merge."""
    system = [m["content"] for m in messages if m["role"] == "system"]
    others = [m for m in messages if m["role"] != "system"]
    first = next((i for i, m in enumerate(others) if m["role"] == "user"), None)
    if not system or first is None:
        return None
    others[first] = {"role": "user", "content": "\n\n".join([*system, others[first]["content"]])}
    return others
