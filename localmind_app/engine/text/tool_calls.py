"""Calls of functions: how a model writes them, what it may write, and reading them out of its words.

Three forms are known, recognised by the model's own chat template: that of Hermes and Qwen (`<tool_call>` around a JSON
object), of Mistral (`[TOOL_CALLS]` before a list) and of Llama 3 (a bare JSON object). A model whose template knows no
tools is told about them in the system message and uses the first form.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import grammar

Json = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """How calls are written: between `opening` and `closing`, the arguments under `key`; `many` in one JSON list."""

    name: str
    opening: str
    closing: str
    key: str = "arguments"
    many: bool = False


HERMES = Form("hermes", "<tool_call>", "</tool_call>")
MISTRAL = Form("mistral", "[TOOL_CALLS]", "", many=True)
LLAMA = Form("llama", "{", "", key="parameters")
# Control tokens whose text is needed to recognise a call; all others are silent.
MARKERS = ("<tool_call>", "</tool_call>", "[TOOL_CALLS]", "<|python_tag|>")

_PYTHON_TAG = "<|python_tag|>"
_INSTRUCTION = """You may call functions. They are described here, one JSON object a line:
<tools>
{tools}
</tools>
To call one, answer with a JSON object between tags, for each call:
<tool_call>
{{"name": <the function's name>, "arguments": <an object with its arguments>}}
</tool_call>"""


def form_of(template: str | None) -> Form:
    """The form a chat template speaks of."""
    if template is None or "<tool_call>" in template:
        return HERMES
    if "[TOOL_CALLS]" in template:
        return MISTRAL
    return LLAMA if '"parameters"' in template or "python_tag" in template else HERMES


def knows_tools(template: str | None) -> bool:
    """Whether the template writes `tools` itself."""
    return template is not None and re.search(r"\btools\b", template) is not None


def spelled_out(messages: Sequence[Json], tools: Sequence[Json]) -> list[Json]:
    """Messages for a template that knows no tools: functions, calls and results as plain text."""
    lines = "\n".join(json.dumps(tool["function"], ensure_ascii=False) for tool in tools)
    told = _INSTRUCTION.format(tools=lines) if tools else ""
    made: list[Json] = []
    for message in messages:
        content = message["content"]
        if message["role"] == "tool":
            made.append({"role": "user", "content": f"<tool_response>\n{content}\n</tool_response>"})
        elif message.get("tool_calls"):
            calls = (json.dumps(call["function"], ensure_ascii=False) for call in message["tool_calls"])
            written = "\n".join(f"<tool_call>\n{call}\n</tool_call>" for call in calls)
            made.append({"role": "assistant", "content": f"{content}\n{written}".strip()})
        else:
            made.append({"role": message["role"], "content": content})
    if told and made and made[0]["role"] == "system":
        made[0] = {"role": "system", "content": f"{made[0]['content']}\n\n{told}"}
    elif told:
        made.insert(0, {"role": "system", "content": told})
    return made


def calls_grammar(form: Form, tools: Sequence[Json], *, several: bool) -> str:
    """The grammar of an answer that calls one of `tools`. Raises Invalid where a schema of theirs cannot be kept."""
    calls = [
        {
            "type": "object",
            "properties": {
                "name": {"const": tool["function"]["name"]},
                form.key: tool["function"].get("parameters") or {"type": "object"},
            },
            "required": ["name", form.key],
        }
        for tool in tools
    ]
    schema: Json = {"oneOf": calls} if len(calls) > 1 else calls[0]
    if form.many:
        schema = {"type": "array", "items": schema, "minItems": 1, **({} if several else {"maxItems": 1})}
    body = re.sub(r"^root ::=", "calls-body ::=", grammar.of_schema(schema), flags=re.MULTILINE)
    if form is HERMES:
        more = " (calls-one)*" if several else ""
        return f'{body}\ncalls-one ::= "<tool_call>\\n" calls-body "\\n</tool_call>" "\\n"?\nroot ::= calls-one{more}\n'
    opening = '"[TOOL_CALLS]" " "? ' if form is MISTRAL else ""
    return f"{body}\nroot ::= {opening}calls-body\n"


def trigger(form: Form) -> str:
    """The pattern after which an answer that may call functions must keep the grammar."""
    if form is LLAMA:
        return r"\s*(\{)[\s\S]*"
    return rf"[\s\S]*?({re.escape(form.opening)})[\s\S]*"


class CallReader:
    """Takes calls out of an answer as it is written. What looked like a call and is none comes back as text."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._held = ""
        self._inside = False
        self._after = False  # right behind a call, where line breaks are only its border
        self._said = False  # a Llama call stands alone: after other words a brace is only a brace

    def push(self, text: str) -> tuple[str, list[Json]]:
        """The text that is certain to be none of a call's, and the calls that are complete."""
        self._held += text
        if self._after:
            self._held = self._held.lstrip("\n")
        self._after &= not self._held
        out = ""
        calls: list[Json] = []
        while True:
            if not self._inside:
                out += self._before()
                if not self._inside:
                    return out, calls
            if not self._form.closing or self._form.closing not in self._held:
                return out, calls
            body, _, self._held = self._held.partition(self._form.closing)
            self._inside = False
            found = _parse(body.removeprefix(self._form.opening), self._form)
            calls += found
            if found:
                self._held = self._held.lstrip("\n")
                self._after = not self._held
            else:
                out += body + self._form.closing

    def finish(self) -> tuple[str, list[Json]]:
        """What was held back when the answer ended."""
        held, self._held = self._held, ""
        if not self._inside:
            return held, []
        body = held if self._form is LLAMA else held.removeprefix(self._form.opening)
        found = _parse(body.strip().removeprefix(_PYTHON_TAG), self._form)
        return ("", found) if found else (held, [])

    def _before(self) -> str:
        """Text in front of an opening; what may become one is held back."""
        if self._form is LLAMA:
            start = self._held.lstrip()
            open_yet = not self._said and _PYTHON_TAG.startswith(start[: len(_PYTHON_TAG)])
            self._inside = not self._said and start.removeprefix(_PYTHON_TAG).lstrip().startswith("{")
            certain = "" if self._inside or open_yet else self._held
            self._said |= bool(certain.strip())
        else:
            at = self._held.find(self._form.opening)
            self._inside = at >= 0
            if at < 0:
                at = len(self._held) - _overlap(self._held, self._form.opening)
            certain = self._held[:at]
        self._held = self._held[len(certain) :]
        return certain


def _overlap(text: str, wanted: str) -> int:
    return next((n for n in range(min(len(text), len(wanted) - 1), 0, -1) if wanted.startswith(text[-n:])), 0)


def _parse(text: str, form: Form) -> list[Json]:
    """The calls in `text`, in OpenAI's shape; none where it is not what the form asks for."""
    named = re.fullmatch(r"\s*([\w.-]+)\[ARGS\](\{[\s\S]*\})\s*", text)  # Mistral's newer models
    try:
        value = {"name": named[1], "arguments": json.loads(named[2])} if named else json.loads(text)
    except ValueError:
        return []
    entries = value if isinstance(value, list) else [value]
    if not all(isinstance(entry, dict) and isinstance(entry.get("name"), str) for entry in entries):
        return []
    return [_call(entry["name"], entry.get(form.key, entry.get("arguments", {}))) for entry in entries]


def _call(name: str, arguments: Any) -> Json:
    written = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return {
        "id": f"call_{secrets.token_hex(8)}",
        "type": "function",
        "function": {"name": name, "arguments": written},
    }
