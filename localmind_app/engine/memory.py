"""Predicts how much memory a model will take, and how large its context may be."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from localmind_app.core.errors import OutOfMemory

from .catalog import Model

MiB = 1024 * 1024
_PROCESS = 120 * MiB  # Python, numpy and llama.cpp before any weight is read
_USUAL_CONTEXT, _SMALLEST_CONTEXT = 8192, 512  # tokens
_CHEAP_KV = 64 * MiB  # below this the whole trained context costs nothing worth saving
_LARGEST_CONTEXT = 131_072  # tokens
_SLOTS = (16, 8, 4, 2)  # requests that can be answered at once
_ROWS = 256  # rows of one decode, which size the compute buffers


@dataclass(frozen=True)
class Plan:
    """A way to load a model: `n_ctx` tokens of context for each of `slots` requests at once, taking about `bytes`."""

    n_ctx: int
    bytes: int
    slots: int = 1


def available() -> int:
    """Bytes that can be taken without pushing other programs out of memory."""
    return int(psutil.virtual_memory().available)


def wanted_context(model: Model) -> int:
    """The context a model gets where memory allows: as trained, up to 8,192 tokens, more where that is cheap."""
    if model.kind == "embedding":
        return min(model.context_train or _SMALLEST_CONTEXT, _SMALLEST_CONTEXT)  # one text is decoded in one piece
    trained = min(model.context_train or _USUAL_CONTEXT, _LARGEST_CONTEXT)
    return trained if model.kv_bytes * trained <= _CHEAP_KV else min(trained, _USUAL_CONTEXT)


def plan(model: Model, n_ctx: int, slots: int = 1) -> Plan:
    """Predicted bytes: the file, the KV caches, compute buffers of about 40 rows of activations, the process itself."""
    compute = 40 * _ROWS * model.width * 4
    return Plan(n_ctx, model.size_bytes + model.kv_bytes * n_ctx * slots + compute + _PROCESS, slots)


def with_slots(model: Model, one: Plan, free: int) -> Plan:
    """`one` with as many slots as an eighth of the `free` memory pays for: people come together more seldom than not."""
    if model.kind == "embedding":
        return one
    room = free // 8
    slots = next((n for n in _SLOTS if model.kv_bytes * one.n_ctx * n <= room), 1)
    return plan(model, one.n_ctx, slots)


def fit(model: Model, free: int) -> Plan | None:
    """The largest halving of the wanted context that fits into `free` bytes, or None."""
    n_ctx = wanted_context(model)
    while True:
        made = plan(model, n_ctx)
        if made.bytes <= free:
            return with_slots(model, made, free)
        if model.kind == "embedding" or n_ctx // 2 < _SMALLEST_CONTEXT:
            return None
        n_ctx //= 2


def too_large(model: Model, free: int) -> OutOfMemory:
    """The error for a model that does not fit, with the numbers."""
    needed = plan(model, min(wanted_context(model), _SMALLEST_CONTEXT)).bytes
    return OutOfMemory(
        "The model {model} needs about {needed} MB of memory; {free} MB are free. "
        "Close other programs, or choose a smaller model.",
        model=model.label,
        needed=-(-needed // 1_000_000),
        free=max(0, free) // 1_000_000,
    )
