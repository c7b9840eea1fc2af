"""Measures ``starter.gguf`` through llama.cpp on questions it never saw.

Covered: key facts of held-out questions (greedy, temperature 0.7, with typing noise, under system
prompts), whole conversations, end-of-turn, and agreement of tokens and logits with training.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from llama_cpp import Llama

from . import heldout
from .chat import Chat, Reply
from .data import BY_NAME
from .heldout import CONVERSATIONS, SYSTEM_PROMPTS
from .noise import noisy
from .shape import Shape
from .tokenizer import load_tokenizer

Pair = tuple[str, str]
"""An intent name and a question."""

TUNING: list[Pair] = [(name, q) for name, questions in heldout.TUNING.items() for q in questions]
FINAL: list[Pair] = [(name, q) for name, questions in heldout.FINAL.items() for q in questions]

TOKEN_SAMPLES = (
    "Hello, world! How's it going? I'll see you, they're here; WE'RE DON'T",
    "Grüße aus München: Äpfel, Öl, Übermut, Straße. 12345 3.14159 1,000,000 ½ ² ٣",
    "tabs\tand\n\nnewlines \n  with   spaces   \n\n\n",
    "日本語 한국어 Ελληνικά русский עברית हिन्दी 👍🏽 👩\u200d🔬 \u200b\u00a0x",
    "`$LOCALMIND_HOME/models` -> ~/.local/share/localmind/models | a | b |\n| --- |",
    "e\u0301 \x00\x7f",
    "   leading",
)


def right(name: str, reply: Reply) -> bool:
    """Tell whether the reply holds the key facts of the intent and ended by itself."""
    return reply.ended and BY_NAME[name].holds(reply.text)


def score(title: str, pairs: Iterable[Pair], answer: Callable[[str], Reply], show: bool = False) -> float:
    """Print and return the share of right answers, in 0..1; ``show`` prints the failures."""
    pairs = list(pairs)
    failures = []
    for name, question in pairs:
        reply = answer(question)
        if not right(name, reply):
            failures.append((name, question, reply.text))
    share = 1 - len(failures) / len(pairs)
    print(f"{title}: {len(pairs) - len(failures)}/{len(pairs)} = {share:.1%}", flush=True)
    if show:
        for name, question, text in failures:
            print(f"    [{name}] {question!r} -> {text[:110]!r}")
    return share


def converse(chat: Chat, turns: Iterable[Pair], show: bool = False) -> tuple[int, int]:
    """Hold one conversation greedily; return how many answers were right, and how many turns."""
    messages: list[dict[str, str]] = []
    correct = count = 0
    for name, question in turns:
        messages.append({"role": "user", "content": question})
        reply = chat.reply(messages)
        messages.append({"role": "assistant", "content": reply.text})
        correct += right(name, reply)
        count += 1
        if show and not right(name, reply):
            print(f"    [{name}] {question!r} -> {reply.text[:110]!r}")
    return correct, count


def long_conversation(questions: int, seed: int) -> list[Pair]:
    """Return a shuffled run of held-out questions, to be asked in one conversation."""
    short = [pair for pair in TUNING if pair[0] not in ("story", "essay", "more_alone")]
    return random.Random(seed).sample(short, questions)


def tokens_agree(model: Path, tokenizer: Path) -> int:
    """Return on how many of ``TOKEN_SAMPLES`` llama.cpp and the training tokenizer differ."""
    ours = load_tokenizer(tokenizer)
    llama = Llama(str(model), vocab_only=True, verbose=False)
    questions = [question for _, question in TUNING + FINAL]
    return sum(
        llama.tokenize(text.encode(), add_bos=False, special=False) != ours.encode(text).ids
        for text in (*TOKEN_SAMPLES, *questions)
    )


def logits_agree(model: Path, weights: Path) -> tuple[float, float]:
    """Return the largest absolute difference of the logits, and their correlation.

    Compares PyTorch in float32 with llama.cpp on the Q8_0 file, over one whole conversation.
    """
    import torch

    from .model import Starter

    llama = Llama(str(model), n_ctx=512, n_threads=1, logits_all=True, verbose=False)
    text = (
        "<|im_start|>user\nHello, who are you?<|im_end|>\n"
        "<|im_start|>assistant\nI am Starter, the tiny model.<|im_end|>\n"
    )
    tokens = llama.tokenize(text.encode(), add_bos=False, special=True)
    llama.eval(tokens)
    theirs = np.array(llama.scores[: len(tokens)])
    network = Starter(Shape())
    with np.load(weights) as arrays, torch.no_grad():
        network.load_state_dict({name: torch.from_numpy(arrays[name]) for name in arrays})
        ours = network(torch.tensor([tokens]))[0].numpy()
    return float(np.abs(ours - theirs).max()), float(np.corrcoef(ours.ravel(), theirs.ravel())[0, 1])


def report(model: Path, tokenizer: Path, weights: Path) -> None:
    """Print every number the README gives."""
    print(f"token lists that differ: {tokens_agree(model, tokenizer)}")
    difference, correlation = logits_agree(model, weights)
    print(f"logits: max abs difference {difference:.3f}, correlation {correlation:.6f}")
    chat = Chat(model)
    rng = random.Random(11)
    score("tuning set, greedy", TUNING, chat.ask, show=True)
    score("final set, greedy", FINAL, chat.ask)
    score("final set, temperature 0.7", FINAL, lambda q: chat.ask(q, temperature=0.7, seed=5))
    score("final set, typing noise", FINAL, lambda q: chat.ask(noisy(q, rng)))
    for system in SYSTEM_PROMPTS:
        score(f"final set, system prompt {system[:24]!r}", FINAL, lambda q, s=system: chat.ask(q, system=s))
    results = [converse(chat, turns, show=True) for turns in CONVERSATIONS]
    print("conversations:", ", ".join(f"{correct}/{count}" for correct, count in results))
    results = [converse(chat, long_conversation(20, seed)) for seed in range(3)]
    print("conversations of 20 random questions:", ", ".join(f"{correct}/{count}" for correct, count in results))
    for question in ("Write a long text about LocalMind", "Tell me a long story about LocalMind"):
        reply = chat.ask(question)
        print(
            f"{question!r}: {len(chat.llama.tokenize(reply.text.encode(), add_bos=False))} tokens, ended {reply.ended}"
        )
    chat.close()
