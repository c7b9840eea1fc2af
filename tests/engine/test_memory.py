"""Predictions: context against free memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from localmind_app.engine import memory
from localmind_app.engine.catalog import Model
from localmind_app.engine.sizing import Sizes, Way

GB = 10**9
LLAMA_CONTEXTS = (8192, 4096, 2048, 1024, 512)
LLAMA_8B = Model("m", "chat", "M", Path("m.gguf"), 5 * GB, context_train=131_072, kv_bytes=131_072, width=4096)

DRY = Sizes(
    mapped=5 * GB,
    second=0,
    vocabulary=128_000,
    ways={
        Way(n_ctx, slots, kv): int(131_072 * n_ctx * slots * (1 if kv == "f16" else 34 / 64)) + 100_000_000
        for n_ctx in LLAMA_CONTEXTS
        for slots in (1, 2, 4, 8, 16)
        for kv in ("f16", "q8_0")
    },
)


def test_context_is_usual_trained_or_all_that_is_cheap() -> None:
    assert memory.wanted_context(LLAMA_8B) == 8192
    assert memory.wanted_context(Model("s", "chat", "S", Path("s"), 1, context_train=2048, kv_bytes=131_072)) == 2048
    assert memory.wanted_context(Model("t", "chat", "T", Path("t"), 1, context_train=32_768, kv_bytes=512)) == 32_768


def test_prediction_counts_weights_and_cache() -> None:
    predicted = memory.plan(LLAMA_8B, 8192).bytes
    assert 6.0 * GB < predicted < 6.7 * GB


def test_context_shrinks_before_it_is_refused() -> None:
    assert memory.fit(LLAMA_8B, 8 * GB) == memory.plan(LLAMA_8B, 8192)
    smaller = memory.fit(LLAMA_8B, 6 * GB)
    assert smaller
    assert smaller.n_ctx in (2048, 4096)
    assert memory.fit(LLAMA_8B, 5 * GB) is None
    error = memory.too_large(LLAMA_8B, 5 * GB)
    assert error.params["free"] == 5000
    assert int(error.params["needed"]) > 5000


def test_slots_cost_at_most_an_eighth_and_never_more_than_there_is() -> None:
    roomy = memory.fit(LLAMA_8B, 64 * GB)
    assert roomy and (roomy.n_ctx, roomy.slots) == (8192, 8)
    for free in range(6 * GB, 12 * GB, GB // 7):
        made = memory.fit(LLAMA_8B, free)
        assert made and made.bytes <= free
        assert made.bytes - memory.plan(LLAMA_8B, made.n_ctx).bytes <= free // 8


def test_a_dry_run_is_believed_more_than_the_header() -> None:
    sizes = Sizes(mapped=5 * GB, second=2 * GB, vocabulary=128_000, ways={Way(8192): 3 * GB, Way(4096): 0})
    made = memory.plan(LLAMA_8B, 8192, 1, sizes)
    assert 10.0 * GB < made.bytes < 10.2 * GB
    assert made.mapped == 5 * GB
    refused = memory.plan(LLAMA_8B, 4096, 1, sizes).bytes  # no figure: the header's
    assert refused == made.bytes - 3 * GB + 131_072 * 4096


def test_every_way_a_plan_may_choose_is_asked_about() -> None:
    asked = memory.ways(LLAMA_8B)
    for sizes in (None, DRY):
        for free in range(5 * GB, 40 * GB, GB // 3):
            made = memory.fit(LLAMA_8B, free, sizes)
            assert made is None or Way(made.n_ctx, made.slots, made.kv) in asked
    for n_ctx, slots, kv in memory.draft_ways(LLAMA_8B):
        assert (slots, kv) == (1, "f16") and n_ctx in memory.contexts(LLAMA_8B)


def test_the_cells_are_halved_before_the_context_is() -> None:
    full = memory.plan(LLAMA_8B, 8192, 1, DRY).bytes
    kinds = []
    for free in range(full, 5 * GB, -5_000_000):
        made = memory.fit(LLAMA_8B, free, DRY)
        if made is None:
            break
        assert made.bytes <= free
        kinds.append((made.n_ctx, made.kv))
    order = list(dict.fromkeys(kinds))
    assert order[:3] == [(8192, "f16"), (8192, "q8_0"), (4096, "f16")]
    assert order == sorted(order, key=lambda one: (-one[0], one[1]))
    assert order[-1] == (512, "q8_0")
    assert memory.smallest(LLAMA_8B, DRY) == memory.plan(LLAMA_8B, 512, 1, DRY, kv="q8_0").bytes


def test_what_llama_cpp_refused_in_the_dry_run_is_not_chosen() -> None:
    narrow = replace(DRY, ways={way: size if way.kv == "f16" else 0 for way, size in DRY.ways.items()})
    for sizes in (narrow, None):
        free = memory.plan(LLAMA_8B, 8192, 1, sizes).bytes - 1
        made = memory.fit(LLAMA_8B, free, sizes)
        assert made and (made.n_ctx, made.kv) == (4096, "f16")


def test_a_draft_comes_along_where_there_is_room() -> None:
    guesser = Sizes(mapped=GB // 2, second=0, vocabulary=128_000, ways={Way(n): n * 10_000 for n in LLAMA_CONTEXTS})
    with_one = replace(DRY, draft=guesser)
    alone = memory.plan(LLAMA_8B, 8192, 1, DRY)
    both = memory.plan(LLAMA_8B, 8192, 1, with_one, draft=True)
    assert both.draft and both.mapped == alone.mapped + guesser.mapped
    assert GB // 2 + 8192 * 10_000 <= both.bytes - alone.bytes <= 0.65 * GB
    made = memory.fit(LLAMA_8B, both.bytes, with_one)
    assert made and made.draft
    tight = memory.fit(LLAMA_8B, both.bytes - 1, with_one)
    assert tight and (tight.draft, tight.n_ctx, tight.kv) == (False, 8192, "f16"), "the context is worth more"
    plenty = memory.fit(LLAMA_8B, 64 * GB, with_one)
    assert plenty and plenty.draft and plenty.slots == 8


def test_layers_on_cards_leave_main_memory() -> None:
    here = replace(DRY, layers=(*[150_000_000] * 32, 200_000_000), cards=1)
    alone = memory.plan(LLAMA_8B, 8192, 1, here)
    assert alone.cards.layers == ()
    assert memory.plan(LLAMA_8B, 8192, 1, here, cards={}) == alone
    whole = memory.fit(LLAMA_8B, 8 * GB, here, {"gpu0": 12 * GB})
    assert whole and whole.cards.layers == (33,)
    assert whole.bytes < alone.bytes - 5 * GB
    part = memory.fit(LLAMA_8B, 8 * GB, here, {"gpu0": 3 * GB})
    assert part and 5 < part.cards.layers[0] < 20
    assert dict(part.cards.bytes)["gpu0"] <= 3 * GB
    small = memory.fit(LLAMA_8B, 4 * GB, here, {"gpu0": 12 * GB})
    assert small and small.n_ctx == 8192, "it would not fit without the card"
    assert memory.fit(LLAMA_8B, 4 * GB, here, {}) is None


def test_more_slots_drive_no_layer_from_its_card() -> None:
    here = replace(DRY, layers=(*[150_000_000] * 32, 200_000_000), cards=1)
    for free in range(2 * GB, 16 * GB, GB // 2):
        made = memory.fit(LLAMA_8B, 64 * GB, here, {"gpu0": free})
        one = memory.plan(LLAMA_8B, 8192, 1, here, cards={"gpu0": free})
        assert made and made.cards.layers == one.cards.layers


def test_cards_that_llama_cpp_does_not_see_hold_nothing() -> None:
    for seen, cards in ((0, {"gpu0": 20 * GB}), (1, {"gpu0": 20 * GB, "gpu1": 20 * GB}), (2, {"gpu0": 20 * GB})):
        here = replace(DRY, layers=(*[150_000_000] * 32, 200_000_000), cards=seen)
        assert memory.plan(LLAMA_8B, 8192, 1, here, cards=cards) == memory.plan(LLAMA_8B, 8192, 1, here)
