"""Plans how a model is loaded: how large its context may be, how many requests it answers at once, what that takes.

With the `Sizes` of a dry run the figures are llama.cpp's own; without, they are estimated from the file's header.
Counted is what the child process holds after it has worked: mapped weights, those kept a second time in the
processor's own order, KV cache, compute buffers, vocabulary, and the process itself. Where memory is short, the KV
cache takes half of it (q8_0 instead of f16) before the context becomes shorter. What graphics cards hold is not in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from localmind_app.core.errors import OutOfMemory

from . import offload
from .budget import Places
from .catalog import Model
from .offload import Offload
from .sizing import Sizes, Way

MiB = 1024 * 1024
_PROCESS = 49 * MiB  # Python, numpy and llama.cpp before anything of the model is read; measured
_PER_TOKEN_OF_VOCABULARY = 200  # bytes: llama.cpp's tables and the worker's own; measured
_PER_TOKEN_OF_DRAFT = 130  # the same without the worker's own tables
_UNKNOWN = 48 * MiB  # what an estimate without a dry run may miss: vocabulary, second copies
_USUAL_CONTEXT, _SMALLEST_CONTEXT = 8192, 512  # tokens
_CHEAP_KV = 64 * MiB  # below this the whole trained context costs nothing worth saving
_LARGEST_CONTEXT = 131_072  # tokens
_SLOTS = (16, 8, 4, 2)  # requests that can be answered at once
_ROWS = 256  # rows of one decode, which size the compute buffers
_KV_SHARE = {"f16": 1.0, "q8_0": 34 / 64}  # of the f16 cache; the types that are tried, in this order


@dataclass(frozen=True)
class Plan:
    """A way to load a model: `n_ctx` tokens of context for each of `slots` requests at once, taking about `bytes`.

    `mapped` of them are pages of the file, which the system counts as free although they are in use. `kv` is the type
    of the cells; `draft` says that the model that guesses comes along; `cards` is what lies on graphics cards.
    """

    n_ctx: int
    bytes: int
    slots: int = 1
    mapped: int = 0
    kv: str = "f16"
    draft: bool = False
    cards: Offload = offload.NONE


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
    kinds = _KV_SHARE if model.kind == "chat" else ("f16",)
    return [Way(n_ctx, count, kv) for n_ctx in contexts(model) for kv in kinds for count in slots]


def draft_ways(model: Model) -> list[Way]:
    """All ways to load the model that guesses for `model`: as much context, for the one answer that is alone."""
    return [Way(n_ctx) for n_ctx in contexts(model)]


def plan(
    model: Model,
    n_ctx: int,
    slots: int = 1,
    sizes: Sizes | None = None,
    *,
    kv: str = "f16",
    draft: bool = False,
    cards: Places | None = None,
) -> Plan:
    """What loading it that way takes; with `cards`, their free bytes, as many layers as fit lie there."""
    if sizes is None:
        compute = 40 * _ROWS * model.width * 4  # about 40 rows of activations
        needed = model.size_bytes + cache(model, n_ctx, slots, kv) + compute + _PROCESS + _UNKNOWN
        return Plan(n_ctx, needed, slots, model.size_bytes, kv)
    # A way that llama.cpp refused in the dry run is left to the load, which says why.
    cells = cache(model, n_ctx, slots, kv)
    caches = sizes.ways.get(Way(n_ctx, slots, kv)) or cells
    there = _on_cards(model, sizes, cells, caches, cards or {})
    second = sizes.second * (1 - there.weights / sum(sizes.layers)) if there.weights else sizes.second
    own = _PROCESS + _PER_TOKEN_OF_VOCABULARY * sizes.vocabulary
    mapped, beside = sizes.mapped - there.weights, 0
    guesser = sizes.draft if draft else None
    if guesser is not None:
        mapped += guesser.mapped
        beside = guesser.second + guesser.ways.get(Way(n_ctx), 0) + _PER_TOKEN_OF_DRAFT * guesser.vocabulary
    needed = int((mapped + second + caches - there.kv + beside + own) * sizes.ratio)
    return Plan(n_ctx, needed, slots, mapped, kv, guesser is not None, there)


def cache(model: Model, n_ctx: int, slots: int = 1, kv: str = "f16") -> int:
    """The bytes of the KV cache alone, by the header."""
    return int(model.kv_bytes * n_ctx * slots * _KV_SHARE[kv])


def _on_cards(model: Model, sizes: Sizes, cells: int, caches: int, cards: Places) -> Offload:
    """What of the model goes to the cards, where llama.cpp sees the same ones."""
    if model.kind != "chat" or len(sizes.layers) < 2 or not sizes.cards or len(cards) != sizes.cards:
        return offload.NONE
    return offload.place(sizes.layers, cells // (len(sizes.layers) - 1), max(0, caches - cells), cards)


def with_slots(model: Model, one: Plan, free: int, sizes: Sizes | None = None, cards: Places | None = None) -> Plan:
    """`one` with as many slots as an eighth of the `free` memory pays for: people seldom come all together.

    No layer leaves its graphics card for them.
    """
    if model.kind != "chat":
        return one
    for slots in _SLOTS:
        more = plan(model, one.n_ctx, slots, sizes, kv=one.kv, draft=one.draft, cards=cards)
        fewer = sum(more.cards.layers) < sum(one.cards.layers)
        if more.bytes - one.bytes <= free // 8 and more.bytes <= free and not fewer:
            return more
    return one


def fit(
    model: Model,
    free: int,
    sizes: Sizes | None = None,
    cards: Places | None = None,
    kinds: Sequence[str] | None = None,
) -> Plan | None:
    """The largest halving of the wanted context that fits into `free` bytes, or None.

    The model that guesses comes along where there is room for it too: it is faster with it, nothing else. `kinds` are
    the types of cells to try where nothing is loaded yet, see `likely_types`.
    """
    for n_ctx in contexts(model):
        for kv in kinds or types(n_ctx, sizes):
            for draft in (True, False):
                made = plan(model, n_ctx, 1, sizes, kv=kv, draft=draft, cards=cards)
                if made.bytes <= free:
                    return with_slots(model, made, free, sizes, cards)
    return None


def types(n_ctx: int, sizes: Sizes | None) -> list[str]:
    """The types its cells may have. That llama.cpp can do with q8_0, which not every model's heads allow, only a dry
    run tells."""
    others = [kv for kv in _KV_SHARE if sizes is not None and sizes.ways.get(Way(n_ctx, 1, kv))]
    return ["f16", *(kv for kv in others if kv != "f16")]


def likely_types(model: Model) -> list[str]:
    """The types its cells will have by what its header says, for foretelling; a load asks a dry run."""
    return list(_KV_SHARE) if model.q8_cells else ["f16"]


def smallest(model: Model, sizes: Sizes | None = None, cards: Places | None = None) -> int:
    """The bytes without which the model cannot be loaded at all."""
    n_ctx = contexts(model)[-1]
    return min(plan(model, n_ctx, 1, sizes, kv=kv, cards=cards).bytes for kv in types(n_ctx, sizes))


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
