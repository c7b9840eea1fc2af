"""Plans how a model is loaded: how large its context may be, how many requests it answers at once, what that takes.

With the `Sizes` of a dry run the figures are llama.cpp's own; without, they are estimated from the file's header.
Counted is what the child process holds after it has worked: mapped weights, those kept a second time in the
processor's own order, KV cache, compute buffers, vocabulary, and the process itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from localmind_app.core.errors import OutOfMemory

from .catalog import Model
from .sizing import Sizes, Way

MiB = 1024 * 1024
_PROCESS = 49 * MiB  # Python, numpy and llama.cpp before anything of the model is read; measured
_PER_TOKEN_OF_VOCABULARY = 200  # bytes: llama.cpp's tables and the worker's own; measured
_UNKNOWN = 48 * MiB  # what an estimate without a dry run may miss: vocabulary, second copies
_USUAL_CONTEXT, _SMALLEST_CONTEXT = 8192, 512  # tokens
_CHEAP_KV = 64 * MiB  # below this the whole trained context costs nothing worth saving
_LARGEST_CONTEXT = 131_072  # tokens
_SLOTS = (16, 8, 4, 2)  # requests that can be answered at once
_ROWS = 256  # rows of one decode, which size the compute buffers


@dataclass(frozen=True)
class Plan:
    """A way to load a model: `n_ctx` tokens of context for each of `slots` requests at once, taking about `bytes`.

    `mapped` of them are pages of the file, which the system counts as free although they are in use.
    """

    n_ctx: int
    bytes: int
    slots: int = 1
    mapped: int = 0


def wanted_context(model: Model) -> int:
    """The context a model gets where memory allows: as trained, up to 8,192 tokens, more where that is cheap."""
    if model.kind != "chat":
        return min(model.context_train or _SMALLEST_CONTEXT, _SMALLEST_CONTEXT)  # one text is decoded in one piece
    trained = min(model.context_train or _USUAL_CONTEXT, _LARGEST_CONTEXT)
    return trained if model.kv_bytes * trained <= _CHEAP_KV else min(trained, _USUAL_CONTEXT)


def contexts(model: Model) -> list[int]:
    """The contexts that are tried, the largest first: the wanted one and its halves, down to 512 tokens."""
    tried = [wanted_context(model)]
    while model.kind == "chat" and tried[-1] // 2 >= _SMALLEST_CONTEXT:
        tried.append(tried[-1] // 2)
    return tried


def ways(model: Model) -> list[Way]:
    """All ways to load the model that a plan may choose."""
    slots = (1,) if model.kind != "chat" else (1, *reversed(_SLOTS))
    return [(n_ctx, count) for n_ctx in contexts(model) for count in slots]


def plan(model: Model, n_ctx: int, slots: int = 1, sizes: Sizes | None = None) -> Plan:
    """What loading it that way takes."""
    if sizes is None:
        compute = 40 * _ROWS * model.width * 4  # about 40 rows of activations
        needed = model.size_bytes + model.kv_bytes * n_ctx * slots + compute + _PROCESS + _UNKNOWN
        return Plan(n_ctx, needed, slots, model.size_bytes)
    # A way that llama.cpp refused in the dry run is left to the load, which says why.
    caches = sizes.ways.get((n_ctx, slots)) or model.kv_bytes * n_ctx * slots
    own = _PROCESS + _PER_TOKEN_OF_VOCABULARY * sizes.vocabulary
    needed = int((sizes.mapped + sizes.second + caches + own) * sizes.ratio)
    return Plan(n_ctx, needed, slots, sizes.mapped)


def with_slots(model: Model, one: Plan, free: int, sizes: Sizes | None = None) -> Plan:
    """`one` with as many slots as an eighth of the `free` memory pays for: people seldom come all together."""
    if model.kind != "chat":
        return one
    for slots in _SLOTS:
        more = plan(model, one.n_ctx, slots, sizes)
        if more.bytes - one.bytes <= free // 8 and more.bytes <= free:
            return more
    return one


def fit(model: Model, free: int, sizes: Sizes | None = None) -> Plan | None:
    """The largest halving of the wanted context that fits into `free` bytes, or None."""
    for n_ctx in contexts(model):
        made = plan(model, n_ctx, 1, sizes)
        if made.bytes <= free:
            return with_slots(model, made, free, sizes)
    return None


def smallest(model: Model, sizes: Sizes | None = None) -> int:
    """The bytes without which the model cannot be loaded at all."""
    return plan(model, contexts(model)[-1], 1, sizes).bytes


def too_large(model: Model, free: int, sizes: Sizes | None = None) -> OutOfMemory:
    """The error for a model that does not fit, with the numbers."""
    return OutOfMemory(
        "The model {model} needs about {needed} MB of memory; {free} MB are free. "
        "Close other programs, or choose a smaller model.",
        model=model.label,
        needed=-(-smallest(model, sizes) // 1_000_000),
        free=max(0, free) // 1_000_000,
    )


def no_room_beside(model: Model, sizes: Sizes | None = None) -> OutOfMemory:
    """The error for a model that would fit, were it not for models that are pinned or did not come to an end."""
    return OutOfMemory(
        "The model {model} needs about {needed} MB of memory, which other models keep: they are pinned, or still "
        "answering. Ask again later, or unload one of them.",
        model=model.label,
        needed=-(-smallest(model, sizes) // 1_000_000),
    )
