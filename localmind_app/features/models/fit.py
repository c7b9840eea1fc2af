"""Whether a model fits this machine, how fast it will be, and which one to begin with.

Writing a token reads every active weight once, so speed is the bandwidth of memory by the bytes of a token, times the
share of the bandwidth that llama.cpp reaches in practice, times what measurements on this machine have taught.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from localmind_app.engine import header, memory
from localmind_app.engine.catalog import Model

from .hardware import Gpu, Hardware
from .measurements import Measurement

Verdict = Literal["gpu", "part", "cpu", "none"]

SLOW = 5.0  # tokens/s; below it, answers come slower than most people read
COMFORTABLE = 10.0  # tokens/s that the recommended model reaches
_REACHED = 0.67  # of the bandwidth; 0.6 to 0.75 in practice
_OVERHEAD_SECONDS = 0.001  # per token, whatever its size: choosing it, telling it; sets the pace of tiny models
_TYPICAL = 1024  # tokens of a conversation whose KV cache is read along
_GPU_BANDWIDTH = 300e9  # bytes per second, for cards that do not tell; a middling one
_GPU_MARGIN = 512 * 1024 * 1024  # bytes that a card needs for its own business
_LARGEST_SHARE = 0.8  # of all memory that a recommended model may take
_RECOMMENDED_CONTEXT, _SMALLEST_CONTEXT = 8192, 512  # tokens
_Q4_FROM, _Q4_BITS = 4_000_000_000, 6.0  # from so many parameters on, more bits per weight are a waste of memory


@dataclass(frozen=True)
class Fit:
    """The answer for one model, in bytes and tokens/s. `speed` is predicted unless `measured`.

    `gpu_share` of the weights lie on a card; `context` is what was reckoned with, in tokens; `cells` is the type of the
    KV cache, f16, or q8_0 where only that lets so much of it fit; `free` is what there is.
    """

    verdict: Verdict
    speed: float
    measured: bool
    weights: int
    kv: int
    compute: int
    total: int
    free: int
    context: int
    gpu_share: float
    cells: str = "f16"

    @property
    def slow(self) -> bool:
        """Whether one would rather not wait for it."""
        return self.verdict != "none" and self.speed < SLOW


class Candidate(Protocol):
    """A model that could be downloaded. Sizes in bytes, `kv_bytes` per token of context (f16), `width` of a layer.

    `active_params` are those that take part in a token; None where all do.
    """

    @property
    def id(self) -> str: ...
    @property
    def size_bytes(self) -> int: ...
    @property
    def n_params(self) -> int: ...
    @property
    def active_params(self) -> int | None: ...
    @property
    def context_train(self) -> int: ...
    @property
    def kv_bytes(self) -> int: ...
    @property
    def width(self) -> int: ...


@dataclass(frozen=True)
class Recommendation:
    """The model to begin with."""

    id: str
    fit: Fit


def fit(
    model: Model, hardware: Hardware, *, active: float = 1.0, correction: float = 1.0, known: Measurement | None = None
) -> Fit:
    """How `model` does on `hardware`. `active` is the share of its weights that take part in a token (experts)."""
    cards = [gpu for gpu in hardware.gpus if gpu.usable]
    on_cards = max(0, sum(gpu.free for gpu in cards) - _GPU_MARGIN * len(cards))
    shared = any(gpu.kind == "metal" for gpu in cards)  # one memory, counted once
    free = hardware.available if shared else hardware.available + on_cards
    plan = _plan(model, free)
    kv = memory.cache(model, plan.n_ctx, kv=plan.kv)
    share = _gpu_share(plan.bytes, on_cards) if cards else 0.0
    verdict: Verdict = "none" if plan.bytes > free else "gpu" if share == 1.0 else "part" if share > 0 else "cpu"
    speed = 0.0
    if verdict != "none":
        speed = known.decode if known else correction * predicted(model, hardware, active=active, gpu_share=share)
    compute = plan.bytes - model.size_bytes - kv
    sizes = (model.size_bytes, kv, compute, plan.bytes, free)
    return Fit(verdict, speed, known is not None, *sizes, plan.n_ctx, share, plan.kv)


def predicted(model: Model, hardware: Hardware, *, active: float = 1.0, gpu_share: float = 0.0) -> float:
    """Tokens per second of writing, before any correction."""
    size = model.size_bytes * active + model.kv_bytes * _TYPICAL
    fast = _card_bandwidth(hardware.gpus)
    seconds = size * (1 - gpu_share) / hardware.bandwidth + (size * gpu_share / fast if fast else 0.0)
    return 1 / (seconds / _REACHED + _OVERHEAD_SECONDS) if seconds > 0 else 0.0


def _card_bandwidth(gpus: Iterable[Gpu]) -> float:
    """Of the slowest usable card: layers on several cards wait for each other."""
    return min((gpu.bandwidth or _GPU_BANDWIDTH for gpu in gpus if gpu.usable), default=0.0)


def _gpu_share(needed: int, on_cards: int) -> float:
    """The share of a model that lies on cards; less than a tenth is not worth the way there and back."""
    share = min(1.0, on_cards / needed)
    return share if share >= 0.1 else 0.0


def _plan(model: Model, free: int) -> memory.Plan:
    """What the engine would load it with, for one request at a time; where nothing fits, the least it could do with."""
    kinds = memory.likely_types(model)
    planned = memory.fit(model, free, kinds=kinds)
    if planned is None:
        return memory.plan(model, min(memory.wanted_context(model), _SMALLEST_CONTEXT), kv=kinds[-1])
    return memory.plan(model, planned.n_ctx, kv=planned.kv)


def active_share(path: Path) -> float:
    """The share of a file's weights that take part in a token, from its header; 1 for models without experts."""
    try:
        read = header.read(path)
    except (header.BadHeader, OSError):
        return 1.0
    return _active_share(read.metadata, read.n_params)


def _active_share(meta: dict[str, Any], n_params: int) -> float:
    architecture = meta.get("general.architecture")

    def number(key: str) -> int:
        value = meta.get(f"{architecture}.{key}")
        return value if isinstance(value, int) and value > 0 else 0

    experts, used = number("expert_count"), number("expert_used_count")
    if not experts or not used or used >= experts or not n_params:
        return 1.0
    ffn = number("expert_feed_forward_length") or number("feed_forward_length")
    in_experts = 3 * number("block_count") * experts * number("embedding_length") * ffn  # gate, up and down
    return max(0.01, 1.0 - min(1.0, in_experts / n_params) * (1 - used / experts))


def recommend(candidates: Iterable[Candidate], hardware: Hardware, correction: float = 1.0) -> Recommendation | None:
    """The one to begin with: the largest that is comfortable here, with 8,192 tokens and 80 % of memory; None: none.

    From 4 billion parameters on in about four bits per weight; below, more bits are better where there is a choice.
    Mixtures of experts win by themselves where memory is plenty: they are large, and fast for their size.
    """
    found: list[tuple[int, int, Recommendation]] = []
    for candidate in candidates:
        if not _right_bits(candidate) or candidate.context_train < _RECOMMENDED_CONTEXT:
            continue
        made = fit(as_model(candidate), hardware, active=active_of(candidate), correction=correction)
        roomy = made.total <= _LARGEST_SHARE * _all_memory(hardware)
        whole = made.verdict != "none" and made.context >= _RECOMMENDED_CONTEXT and made.cells == "f16"
        if whole and roomy and made.speed >= COMFORTABLE:
            found.append((candidate.n_params, candidate.size_bytes, Recommendation(candidate.id, made)))
    return max(found, key=lambda entry: entry[:2])[2] if found else None


def as_model(candidate: Candidate) -> Model:
    """A candidate as if it were here, for the planning that installed models get."""
    return Model(
        candidate.id,
        "chat",
        candidate.id,
        Path(),
        candidate.size_bytes,
        n_params=candidate.n_params,
        context_train=candidate.context_train,
        kv_bytes=candidate.kv_bytes,
        width=candidate.width,
        q8_cells=True,  # a model's heads are seldom narrow; once it is here, its header says
    )


def active_of(candidate: Candidate) -> float:
    """The share of a candidate's weights that take part in a token."""
    return candidate.active_params / candidate.n_params if candidate.active_params else 1.0


def _right_bits(candidate: Candidate) -> bool:
    return candidate.n_params < _Q4_FROM or 8 * candidate.size_bytes / candidate.n_params < _Q4_BITS


def _all_memory(hardware: Hardware) -> int:
    cards = [gpu for gpu in hardware.gpus if gpu.usable and gpu.kind != "metal"]
    return hardware.memory + sum(gpu.total for gpu in cards)
