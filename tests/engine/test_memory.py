"""Predictions: context against free memory."""

from __future__ import annotations

from pathlib import Path

from localmind_app.engine import memory
from localmind_app.engine.catalog import Model

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
    assert memory.fit(LLAMA_8B, 10 * GB) == memory.plan(LLAMA_8B, 8192)
    smaller = memory.fit(LLAMA_8B, 6 * GB)
    assert smaller
    assert smaller.n_ctx in (2048, 4096)
    assert memory.fit(LLAMA_8B, 5 * GB) is None
    error = memory.too_large(LLAMA_8B, 5 * GB)
    assert error.params["free"] == 5000
    assert int(error.params["needed"]) > 5000
