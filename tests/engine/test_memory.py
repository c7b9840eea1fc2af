"""Predictions: context against free memory."""

from __future__ import annotations

from pathlib import Path

from localmind_app.engine import memory
from localmind_app.engine.catalog import Model
from localmind_app.engine.sizing import Sizes

GB = 10**9
LLAMA_8B = Model("m", "chat", "M", Path("m.gguf"), 5 * GB, context_train=131_072, kv_bytes=131_072, width=4096)


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
    sizes = Sizes(mapped=5 * GB, second=2 * GB, vocabulary=128_000, ways={(8192, 1): 3 * GB, (4096, 1): 0})
    made = memory.plan(LLAMA_8B, 8192, 1, sizes)
    assert 10.0 * GB < made.bytes < 10.2 * GB
    assert made.mapped == 5 * GB
    refused = memory.plan(LLAMA_8B, 4096, 1, sizes).bytes  # no figure: the header's
    assert refused == made.bytes - 3 * GB + 131_072 * 4096


def test_every_way_a_plan_may_choose_is_asked_about() -> None:
    asked = memory.ways(LLAMA_8B)
    for free in range(5 * GB, 40 * GB, GB // 3):
        made = memory.fit(LLAMA_8B, free)
        assert made is None or (made.n_ctx, made.slots) in asked
