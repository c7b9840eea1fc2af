"""Which layers of a model go to which graphics card: as many as there is room for, each with its part of the KV cache.

llama.cpp takes layers from the end of a model, the output as the last one, and fills cards in their order. The first
layers, whose turn it is before all others, stay in main memory with the input embeddings.

Not covered: what a card really took is not measured; the reserve for its own business is a guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CARD_RESERVE = 512 * 1024 * 1024  # bytes that a card's driver, its kernels and their scratch take


@dataclass(frozen=True)
class Offload:
    """`layers` on each card, in the order of the cards (none: (), the processor does it all); `bytes` by card.

    `weights` and `kv` are the bytes that main memory need not hold.
    """

    layers: tuple[int, ...] = ()
    bytes: tuple[tuple[str, int], ...] = ()
    weights: int = 0
    kv: int = 0


NONE = Offload()


def place(weights: Sequence[int], kv: int, work: int, cards: Mapping[str, int]) -> Offload:
    """The most layers that fit on `cards`, given their free bytes.

    `weights` are the bytes of each layer, the output's last; `kv` of one layer (the output has none); `work` is what
    the buffers of a card take on which there is any layer.
    """
    for count in range(len(weights), 0, -1):
        found = _fill(weights[-count:], kv, work, cards)
        if found is not None:
            return found
    return NONE


def _fill(weights: Sequence[int], kv: int, work: int, cards: Mapping[str, int]) -> Offload | None:
    """These layers on the cards, one after the other; None where they do not fit."""
    costs = [*(size + kv for size in weights[:-1]), weights[-1]]
    layers, taken, at = [], [], 0
    for name, free in cards.items():
        room, begin = free - CARD_RESERVE - work, at
        while at < len(costs) and costs[at] <= room:
            room -= costs[at]
            at += 1
        layers.append(at - begin)
        if at > begin:
            taken.append((name, CARD_RESERVE + work + sum(costs[begin:at])))
    if at < len(costs):
        return None
    return Offload(tuple(layers), tuple(taken), sum(weights), kv * (len(weights) - 1))
