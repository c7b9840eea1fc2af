"""From messages to tokens, keeping what people wrote apart from what the template wrote.

A control token such as ``<|im_end|>`` that stands in a message is text and stays text: it is hidden behind a private
character while the template runs and tokenised literally afterwards, so nobody ends a turn or speaks as the system by
typing it.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from ..generation import Generation
from ..llamacpp import tokenize
from . import tool_calls
from .model import TextModel
from .template import ChatTemplate, Messages

_PRIVATE = range(0xF0000, 0xF8000)  # supplementary private use area A, below the template's own mark


class PromptBuilder:
    """Builds the token list of a request for one model."""

    def __init__(self, model: TextModel) -> None:
        self._model = model
        source = model.chat_template
        self.template = ChatTemplate(source, {"bos_token": model.bos_text, "eos_token": model.eos_text})
        longest_first = sorted(model.control_texts, key=len, reverse=True)
        self._control = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def tokens(self, request: Generation) -> list[int]:
        """Token ids of the whole prompt. Raises what `ChatTemplate.render` raises."""
        if request.messages is None:
            return tokenize(self._model.vocab, request.prompt or "", add_special=True, parse_special=True)
        messages, tools = request.messages, request.tools if request.calls else []
        if not tool_calls.knows_tools(self._model.chat_template):
            messages, tools = tool_calls.spelled_out(messages, tools), []
        hidden: dict[str, str] = {}
        written = json.dumps([messages, tools], ensure_ascii=False)
        messages, tools = self._hide([messages, tools], written, hidden)
        rendered = self.template.render(messages, continue_final=request.continue_final, tools=tools)
        return self._tokenize(rendered, {private: text for text, private in hidden.items()})

    def shortened(self, request: Generation, size: int) -> tuple[list[int], int]:
        """Token ids that leave a quarter of `size` to the answer, and how many messages were left out for that.

        The oldest go, the system's and the last one stay, which may still be too long. Of a plain prompt the first
        tokens go. Raises what `tokens` raises.
        """
        tokens, most, out = self.tokens(request), size - size // 4, 0
        messages = request.messages or []
        while len(tokens) > most and (at := _oldest(messages)) is not None:
            messages = [*messages[:at], *messages[at + 1 :]]
            out += 1
            tokens = self.tokens(replace(request, messages=messages))
        return tokens if request.messages else tokens[-most:], out

    def _hide(self, value: Any, written: str, hidden: dict[str, str]) -> Any:
        """`value` with the control tokens in all its texts replaced by private characters."""
        if isinstance(value, dict):
            return {key: self._hide(part, written, hidden) for key, part in value.items()}
        if isinstance(value, list):
            return [self._hide(part, written, hidden) for part in value]
        if self._control is None or not isinstance(value, str):
            return value

        def private(match: re.Match[str]) -> str:
            if match[0] not in hidden:
                used = set(hidden.values())
                free = (chr(code) for code in _PRIVATE if chr(code) not in used)
                hidden[match[0]] = next(mark for mark in free if mark not in written)
            return hidden[match[0]]

        return self._control.sub(private, value)

    def _tokenize(self, rendered: str, literals: dict[str, str]) -> list[int]:
        vocab, bos = self._model.vocab, self._model.bos_text
        add_special = not (bos and rendered.startswith(bos))
        if not literals:
            return tokenize(vocab, rendered, add_special=add_special, parse_special=True)
        made: list[int] = []
        for index, part in enumerate(re.split(f"([{''.join(literals)}])", rendered)):
            literal = literals.get(part)
            if literal is not None:
                made += tokenize(vocab, literal, add_special=False, parse_special=False)
            elif part or index == 0:
                made += tokenize(vocab, part, add_special=add_special and index == 0, parse_special=True)
        return made


def _oldest(messages: Messages) -> int | None:
    """The first message that may be left out: neither the system's nor the last one."""
    return next((at for at, message in enumerate(messages[:-1]) if message["role"] != "system"), None)
