"""Talks to a GGUF file through llama.cpp, the way a chat client would: template, decode, stop."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import jinja2.sandbox
from llama_cpp import Llama


@dataclass(frozen=True)
class Reply:
    """An answer, and whether the model ended it itself with its end-of-turn token."""

    text: str
    ended: bool


class Chat:
    """One loaded model; every ``reply`` starts from the messages it is given."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        self.llama = Llama(str(path), n_ctx=2048, n_threads=threads, n_threads_batch=threads, verbose=False)
        template = self.llama.metadata["tokenizer.chat_template"]
        self.template = jinja2.sandbox.ImmutableSandboxedEnvironment().from_string(template)

    def close(self) -> None:
        """Free the model."""
        self.llama.close()

    def prompt(self, messages: list[dict[str, str]]) -> list[int]:
        """Return the token ids of ``messages`` followed by the opening of an assistant turn."""
        text = self.template.render(messages=messages, add_generation_prompt=True)
        return self.llama.tokenize(text.encode(), add_bos=False, special=True)

    def reply(self, messages: list[dict[str, str]], temperature: float = 0.0, seed: int = 0) -> Reply:
        """Return the answer to ``messages``; temperature 0 is greedy and so deterministic."""
        tokens = self.prompt(messages)
        completion = self.llama.create_completion(
            tokens, max_tokens=2048 - len(tokens), temperature=temperature, seed=seed, repeat_penalty=1.0
        )
        choice = completion["choices"][0]
        return Reply(choice["text"], choice["finish_reason"] == "stop")

    def ask(self, question: str, system: str | None = None, temperature: float = 0.0, seed: int = 0) -> Reply:
        """Return the answer to a single question, under a system prompt if one is given."""
        messages = [{"role": "system", "content": system}] if system else []
        return self.reply([*messages, {"role": "user", "content": question}], temperature, seed)
