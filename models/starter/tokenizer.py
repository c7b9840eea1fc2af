"""The Starter tokenizer: byte-level BPE that llama.cpp reproduces token for token.

The split is GPT-2's (``tokenizer.ggml.pre = "gpt-2"``), so every byte string has tokens and nothing
is unknown. Covered: training, saving, and the ChatML form of a conversation.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

END_OF_TEXT, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
SPECIAL = (END_OF_TEXT, START, END)

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def train_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """Return a tokenizer of ``size`` tokens learnt from ``texts``; ids 0-2 are ``SPECIAL``."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def load_tokenizer(path: Path) -> Tokenizer:
    """Return the tokenizer saved at ``path`` (JSON of the ``tokenizers`` package)."""
    return Tokenizer.from_file(str(path))


def encode_chat(tokenizer: Tokenizer, messages: Iterable[dict[str, str]]) -> tuple[list[int], list[bool]]:
    """Return the ChatML token ids of a conversation and which of them Starter has to say.

    Only assistant text and its closing ``<|im_end|>`` are marked; the lists have equal length.
    """
    ids: list[int] = []
    spoken: list[bool] = []
    start, end = tokenizer.token_to_id(START), tokenizer.token_to_id(END)
    newline = tokenizer.encode("\n").ids
    for message in messages:
        head = [start, *tokenizer.encode(message["role"] + "\n").ids]
        body = [*tokenizer.encode(message["content"]).ids, end]
        ids += head + body + newline
        spoken += [False] * len(head) + [message["role"] == "assistant"] * len(body) + [False] * len(newline)
    return ids, spoken
