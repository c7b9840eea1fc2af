"""Models of the catalogue as `fit` wants them, before anything of them is here.

The catalogue knows size, parameters and context. The rest is estimated: the KV cache from models of that size that
share key heads, the parameters in use from the usual name of a mixture of experts ("30b-a3b"). The estimate is on the
large side; once a model is here, its own header takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .catalogue import Entry

_TASKS = {"chat", "small chat"}
_ACTIVE = re.compile(r"-a(\d+(?:\.\d+)?)b(?:-|$)")
_KV_BASE, _KV_PER_BILLION = 100_000, 5_000  # bytes per token: 110 kB at 2 billion parameters, 260 kB at 32 billion
_WIDTH = 4096  # of a middling model; it only sizes buffers


@dataclass(frozen=True)
class Offer:
    """One entry of the catalogue, see `fit.Candidate`."""

    id: str
    size_bytes: int
    n_params: int
    active_params: int | None
    context_train: int
    kv_bytes: int
    width: int = _WIDTH


def offers(entries: Iterable[Entry]) -> list[Offer]:
    """The models for talking that this version can run."""
    return [_offer(entry) for entry in entries if entry.task in _TASKS and entry.runnable]


def _offer(entry: Entry) -> Offer:
    active = _ACTIVE.search(entry.id)
    return Offer(
        entry.id,
        round(entry.size_gb * 1e9),
        round(entry.parameters * 1e9),
        round(float(active[1]) * 1e9) if active else None,
        entry.context,
        round(_KV_BASE + _KV_PER_BILLION * entry.parameters),
    )
