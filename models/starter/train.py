"""Trains Starter on its conversations, on the CPU.

Covered: batches of equal length, loss on assistant tokens only, AdamW with a cosine schedule.
Not covered: GPUs, resuming; a whole run takes minutes.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from .data import dialogues, openings
from .model import Starter
from .schedule import STAGES, Schedule
from .shape import Shape
from .tokenizer import encode_chat

Example = tuple[list[int], list[bool]]


def batches(examples: list[Example], tokens: int, rng: random.Random) -> Iterator[list[Example]]:
    """Yield groups of similar length, shuffled; each group padded holds about ``tokens`` tokens.

    Sorting within large chunks keeps padding low, shuffling keeps every stretch of training mixed.
    """
    groups: list[list[Example]] = []
    for start in range(0, len(examples), 2048):
        group: list[Example] = []
        for example in sorted(examples[start : start + 2048], key=lambda e: len(e[0])):
            if group and (len(group) + 1) * len(example[0]) > tokens:
                groups.append(group)
                group = []
            group.append(example)
        groups.append(group)
    rng.shuffle(groups)
    yield from groups


def tensors(group: list[Example]) -> tuple[Tensor, Tensor]:
    """Return padded token ids (batch, time) and a mask of the tokens to predict, same shape."""
    width = max(len(ids) for ids, _ in group)
    ids = torch.zeros(len(group), width, dtype=torch.long)
    spoken = torch.zeros(len(group), width, dtype=torch.bool)
    for row, (tokens, mask) in enumerate(group):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        spoken[row, : len(mask)] = torch.tensor(mask)
    return ids, spoken


def loss_of(model: Starter, ids: Tensor, spoken: Tensor) -> Tensor:
    """Return the mean cross-entropy in nats per assistant token."""
    hidden = model.hidden(ids[:, :-1])[spoken[:, 1:]]
    return F.cross_entropy(model.logits(hidden), ids[:, 1:][spoken[:, 1:]])


def rate(step: int, steps: int, schedule: Schedule) -> float:
    """Return the learning rate at ``step``: linear warm-up, then cosine to ``final_rate``."""
    if step < schedule.warmup:
        return schedule.learning_rate * (step + 1) / schedule.warmup
    progress = (step - schedule.warmup) / max(1, steps - schedule.warmup)
    cosine = 0.5 * (1 + math.cos(math.pi * progress))
    return schedule.learning_rate * (schedule.final_rate + (1 - schedule.final_rate) * cosine)


def optimizer_of(model: Starter, schedule: Schedule) -> torch.optim.AdamW:
    """Return AdamW that decays matrices but not norms."""
    matrices = [p for p in model.parameters() if p.dim() == 2]
    norms = [p for p in model.parameters() if p.dim() < 2]
    groups = [
        {"params": matrices, "weight_decay": schedule.weight_decay},
        {"params": norms, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=schedule.learning_rate, betas=(0.9, 0.97), fused=True)


def examples_of(tokenizer: Tokenizer, schedule: Schedule) -> list[Example]:
    """Return whole conversations and cut openings, shuffled together."""
    examples = [encode_chat(tokenizer, messages) for messages in dialogues(schedule.conversations, schedule.seed)]
    examples = [(ids[: schedule.longest], spoken[: schedule.longest]) for ids, spoken in examples]
    for messages in openings(schedule.openings, schedule.seed + 1, schedule.settled):
        ids, spoken = encode_chat(tokenizer, messages)
        cut = spoken.index(True) + schedule.first_words
        examples.append((ids[:cut], spoken[:cut]))
    random.Random(schedule.seed).shuffle(examples)
    return examples


def train_stage(model: Starter, tokenizer: Tokenizer, schedule: Schedule) -> None:
    """Train ``model`` in place through one schedule, printing the loss in nats per token."""
    examples = examples_of(tokenizer, schedule)
    groups = list(batches(examples, schedule.batch_tokens, random.Random(schedule.seed)))
    total = sum(len(ids) for ids, _ in examples)
    print(f"{model.size():,} parameters, {total:,} tokens, {len(groups)} steps", flush=True)
    optimizer = optimizer_of(model, schedule)
    began, recent = time.monotonic(), []
    for step, group in enumerate(groups):
        for parameters in optimizer.param_groups:
            parameters["lr"] = rate(step, len(groups), schedule)
        loss = loss_of(model, *tensors(group))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        recent.append(loss.item())
        if step % 100 == 99 or step + 1 == len(groups):
            mean = sum(recent) / len(recent)
            print(f"step {step + 1}/{len(groups)} loss {mean:.3f} after {time.monotonic() - began:.0f} s", flush=True)
            recent = []


def train(tokenizer: Tokenizer, shape: Shape, stages: Sequence[Schedule] = STAGES) -> Starter:
    """Return a trained network; the same seed, threads and machine give the same weights."""
    torch.set_num_threads(stages[0].threads)
    torch.manual_seed(stages[0].seed)
    model = Starter(shape)
    for schedule in stages:
        train_stage(model, tokenizer, schedule)
    return model


def save_weights(path: Path, weights: dict[str, np.ndarray]) -> None:
    """Write the weights as an uncompressed ``.npz`` under their GGUF names."""
    np.savez(path, **weights)
