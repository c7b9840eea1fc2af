"""Which layers go to which card, for cards that are only figures."""

from __future__ import annotations

import pytest

from localmind_app.engine import offload
from localmind_app.engine.offload import CARD_RESERVE

MB = 10**6
LAYERS = [100 * MB] * 10 + [30 * MB]  # the output last
KV, WORK = 20 * MB, 50 * MB


def card(layers: int, *, output: bool = True) -> int:
    """The free bytes of a card with room for so many layers."""
    return CARD_RESERVE + WORK + layers * 120 * MB + (30 * MB if output else 0)


def test_without_a_card_nothing_is_moved() -> None:
    assert offload.place(LAYERS, KV, WORK, {}) == offload.NONE
    assert offload.place(LAYERS, KV, WORK, {"gpu0": card(0) - 1}) == offload.NONE
    assert offload.place(LAYERS, KV, WORK, {"gpu0": -5}) == offload.NONE


def test_all_layers_where_there_is_room() -> None:
    found = offload.place(LAYERS, KV, WORK, {"gpu0": card(10)})
    assert found.layers == (11,)
    assert dict(found.bytes) == {"gpu0": card(10)}
    assert (found.weights, found.kv) == (sum(LAYERS), 10 * KV)


@pytest.mark.parametrize("fitting", range(1, 10))
def test_as_many_as_fit_with_their_cells_the_output_first(fitting: int) -> None:
    found = offload.place(LAYERS, KV, WORK, {"gpu0": card(fitting + 1) - 1})
    assert found.layers == (fitting + 1,)
    assert found.weights == fitting * 100 * MB + 30 * MB
    assert found.kv == fitting * KV
    assert dict(found.bytes)["gpu0"] == card(fitting)


def test_cards_are_filled_one_after_the_other_and_full_ones_left_out() -> None:
    cards = {"gpu0": card(6, output=False), "gpu1": 0, "gpu2": card(20)}
    found = offload.place(LAYERS, KV, WORK, cards)
    assert found.layers == (6, 0, 5)
    assert [name for name, _ in found.bytes] == ["gpu0", "gpu2"]
    both = offload.place(LAYERS, KV, WORK, {"gpu0": card(2, output=False), "gpu1": card(3)})
    assert both.layers == (2, 4)


def test_no_card_is_ever_promised_more_than_it_has() -> None:
    for first in range(0, card(12), 97 * MB):
        for second in (0, card(1), card(4) + 3, card(11)):
            cards = {"gpu0": first, "gpu1": second}
            found = offload.place(LAYERS, KV, WORK, cards)
            assert all(size <= cards[name] for name, size in found.bytes)
            assert sum(found.layers) <= len(LAYERS)
            assert bool(found.bytes) == bool(sum(found.layers))


def test_layers_may_differ() -> None:
    found = offload.place([500 * MB, 10 * MB, 10 * MB, 5 * MB], 0, 0, {"gpu0": CARD_RESERVE + 100 * MB})
    assert found.layers == (3,)
