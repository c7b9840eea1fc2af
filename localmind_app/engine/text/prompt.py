"""From messages to tokens, keeping what people wrote apart from what the template wrote.

A control token such as ``<|im_end|>`` that stands in a message is text and stays text: it is hidden behind a private
character while the template runs and tokenised literally afterwards, so nobody ends a turn or speaks as the system by
typing it.
"""

from __future__ import annotations

import re

from ..generation import Generation
from ..llamacpp import tokenize
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
        hidden: dict[str, str] = {}
        messages = [{**m, "content": self._hide(m["content"], request.messages, hidden)} for m in request.messages]
        rendered = self.template.render(messages, continue_final=request.continue_final)
        return self._tokenize(rendered, {private: text for text, private in hidden.items()})

    def _hide(self, content: str, messages: Messages, hidden: dict[str, str]) -> str:
        if self._control is None:
            return content

        def replace(match: re.Match[str]) -> str:
            if match[0] not in hidden:
                used = set(hidden.values())
                free = (chr(code) for code in _PRIVATE if chr(code) not in used)
                hidden[match[0]] = next(p for p in free if not any(p in m["content"] for m in messages))
            return hidden[match[0]]

        return self._control.sub(replace, content)

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
