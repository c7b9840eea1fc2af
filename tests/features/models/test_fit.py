"""Verdicts, speeds and recommendations for machines whose figures are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from localmind_app.core.home import Home
from localmind_app.engine import memory
from localmind_app.engine.catalog import Catalog, Model
from localmind_app.engine.sizing import dry_run
from localmind_app.features.accounts.service import Actor
from localmind_app.features.models import catalogue, fit, hardware
from localmind_app.features.models.candidates import Offer, offers
from localmind_app.features.models.fits import Fits
from localmind_app.features.models.hardware import Gpu, Hardware
from localmind_app.features.models.measurements import Measurement, Measurements
from tests.models_factory import write_random_llama

GB = 1_000_000_000
LAPTOP = Hardware("a laptop", 8, 16, ("avx2",), 16 * GB, 12 * GB, 50e9)
BIG_BOX = Hardware("much memory, no card", 16, 32, ("avx2",), 128 * GB, 120 * GB, 80e9)
CARD = Gpu("a card", "cuda", 24 * GB, 23 * GB, 900e9, usable=True)
# Llama 3.1 8B in Q4_K_M: 32 layers, 8 key heads of 128
EIGHT = Model("8b", "chat", "8B", Path(), 4_920_000_000, n_params=8_030_000_000, context_train=131_072,
              kv_bytes=131_072, width=4096)  # fmt: skip


def test_a_laptop_runs_eight_billion_on_its_processor() -> None:
    found = fit.fit(EIGHT, LAPTOP)
    assert found.verdict == "cpu" and not found.slow and found.gpu_share == 0
    assert found.weights + found.kv + found.compute == found.total <= found.free == LAPTOP.available
    assert found.context == 8192 and found.kv == 8192 * 131_072
    assert 6 <= found.speed <= 7.5  # 50 GB/s by about 5 GB, times 0.67


def test_a_card_takes_all_or_a_part_of_it() -> None:
    whole = fit.fit(EIGHT, replace(LAPTOP, gpus=(CARD,)))
    assert whole.verdict == "gpu" and whole.gpu_share == 1 and 100 <= whole.speed <= 130
    part = fit.fit(EIGHT, replace(LAPTOP, gpus=(replace(CARD, free=4 * GB),)))
    alone = fit.fit(EIGHT, LAPTOP)
    assert part.verdict == "part" and 0.3 < part.gpu_share < 0.7 and alone.speed < part.speed < whole.speed


def test_the_pace_of_a_tiny_model_is_set_by_what_every_token_costs() -> None:
    tiny = replace(EIGHT, size_bytes=4_000_000, n_params=4_000_000, kv_bytes=1_000)
    assert 500 <= fit.fit(tiny, LAPTOP).speed <= 1_000, "measured: about 800 for the Starter on two cores"


def test_a_card_that_llama_cpp_cannot_use_does_not_count() -> None:
    assert fit.fit(EIGHT, replace(LAPTOP, gpus=(replace(CARD, usable=False),))) == fit.fit(EIGHT, LAPTOP)


def test_too_large_and_too_slow_are_said() -> None:
    none = fit.fit(replace(EIGHT, size_bytes=40 * GB), LAPTOP)
    assert none.verdict == "none" and none.speed == 0 and none.total > none.free and not none.slow
    assert fit.fit(EIGHT, replace(LAPTOP, bandwidth=10e9)).slow


def test_little_memory_costs_context_first() -> None:
    found = fit.fit(EIGHT, replace(LAPTOP, available=6 * GB))
    assert found.verdict == "cpu" and 512 <= found.context < 8192 and found.cells == "f16"


def test_half_cells_are_foreseen_before_a_smaller_context() -> None:
    packed = replace(EIGHT, q8_cells=True)
    assert fit.fit(packed, LAPTOP) == fit.fit(EIGHT, LAPTOP), "with room they are not needed"
    small = replace(LAPTOP, available=6 * GB)
    found, whole = fit.fit(packed, small), fit.fit(EIGHT, small)
    assert (found.verdict, found.context, found.cells) == ("cpu", 8192, "q8_0") and whole.context < 8192
    assert found.kv == 8192 * 131_072 * 34 // 64
    assert found.weights + found.kv + found.compute == found.total <= found.free
    none = fit.fit(packed, replace(LAPTOP, available=GB))
    assert (none.verdict, none.context, none.cells) == ("none", 512, "q8_0")
    assert none.total < fit.fit(EIGHT, replace(LAPTOP, available=GB)).total


async def test_no_more_is_foreseen_than_the_engine_then_plans(home: Home) -> None:
    write_random_llama(home.models / "m.gguf", layers=24, dim=128, head=64)
    model = Catalog(home).find("m")
    assert memory.wanted_context(model) * model.kv_bytes > 100_000_000
    sizes = await dry_run(model, memory.ways(model))
    assert sizes is not None
    seen = set()
    for free in range(100_000_000, 250_000_000, 5_000_000):
        planned, foreseen = memory.fit(model, free, sizes), fit.fit(model, replace(LAPTOP, available=free))
        seen.add((foreseen.verdict, foreseen.cells))
        if foreseen.verdict != "none":
            assert planned is not None
            found, room = (planned.n_ctx, planned.kv == "f16"), (foreseen.context, foreseen.cells == "f16")
            assert found >= room, free
    assert seen == {("none", "q8_0"), ("cpu", "q8_0"), ("cpu", "f16")}


def test_measurements_correct_and_replace_predictions() -> None:
    plain = fit.fit(EIGHT, LAPTOP)
    assert fit.fit(EIGHT, LAPTOP, correction=0.5).speed == pytest.approx(plain.speed / 2)
    known = Measurement(predicted=plain.speed, decode=4.2, prompt=30.0, bytes=1, at=1)
    found = fit.fit(EIGHT, LAPTOP, correction=0.5, known=known)
    assert found.measured and found.speed == 4.2 and not plain.measured


def test_experts_are_read_from_the_header() -> None:
    meta = {
        "general.architecture": "qwen3moe", "qwen3moe.expert_count": 128, "qwen3moe.expert_used_count": 8,
        "qwen3moe.block_count": 48, "qwen3moe.embedding_length": 2048, "qwen3moe.expert_feed_forward_length": 768,
    }  # fmt: skip
    assert 30.5 * fit._active_share(meta, 30_532_000_000) == pytest.approx(3.3, abs=0.1)  # "30B-A3B"
    assert fit._active_share({"general.architecture": "llama"}, 8 * GB) == 1.0


def test_a_file_is_read_for_its_experts(tmp_path: Path) -> None:
    assert fit.active_share(write_random_llama(tmp_path / "m.gguf")) == 1.0
    assert fit.active_share(tmp_path / "not there.gguf") == 1.0


def offer(name: str, billions: float, size: float, active: float | None = None) -> Offer:
    return Offer(name, int(size * GB), int(billions * GB), int(active * GB) if active else None, 32_768, 130_000)


OFFERS = [
    offer("1b-q8", 1.0, 1.1), offer("3b-q8", 3.0, 3.3), offer("3b-q4", 3.0, 1.9), offer("8b-q8", 8.0, 8.5),
    offer("8b-q4", 8.0, 4.9), offer("32b-q4", 32.0, 19.8), offer("30b-a3b-q4", 30.5, 18.6, 3.3),
]  # fmt: skip


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        (replace(LAPTOP, memory=4 * GB, available=3 * GB), "1b-q8"),
        (LAPTOP, "3b-q4"),  # 8B would write 6.5 tokens/s, 3B in eight bits 9.9
        (replace(LAPTOP, bandwidth=100e9), "8b-q4"),
        (BIG_BOX, "30b-a3b-q4"),
        (replace(LAPTOP, gpus=(CARD,)), "32b-q4"),
        (replace(LAPTOP, memory=2 * GB, available=GB), None),
    ],
)
def test_the_recommendation_is_the_largest_that_is_comfortable(machine: Hardware, expected: str | None) -> None:
    found = fit.recommend(OFFERS, machine)
    assert (found.id if found else None) == expected
    assert found is None or (found.fit.speed >= 10 and found.fit.context >= 8192)


def test_the_catalogue_has_something_for_every_machine() -> None:
    known = offers(catalogue.entries())
    assert len(known) > 5 and {offer.id for offer in known} <= {entry.id for entry in catalogue.entries()}
    for machine in (LAPTOP, BIG_BOX, replace(LAPTOP, gpus=(CARD,))):
        assert fit.recommend(known, machine) is not None


def test_a_real_file_on_this_machine(home: Home) -> None:
    path = write_random_llama(home.models / "m.gguf", layers=2, dim=256)
    found = fit.fit(Catalog(home).find("m"), hardware.read(home), active=fit.active_share(path))
    assert found.weights == path.stat().st_size and found.kv == found.context * 2 * 2 * 256 * 2
    assert found.verdict in ("cpu", "gpu") and found.speed > 1 and found.total < found.free


async def test_the_pages_get_their_answers(home: Home) -> None:
    someone, fits = Actor("1", "guest", "member"), Fits(home)
    write_random_llama(home.models / "m.gguf")
    (home.models / "broken.gguf").write_bytes(b"GGUF")
    Measurements(home).add("m", predicted=10.0, decode=5.0, prompt=1.0, size=1)
    here = await fits.installed(someone)
    assert set(here) == {"m", "starter"} and here["m"].measured and here["m"].speed == 5.0
    offered = await fits.on_offer(someone)
    assert {"qwen3-8b", "qwen3-30b-a3b-2507"} <= set(offered)
    assert (await fits.machine(someone)).memory > 0
    found = await fits.recommendation(someone)
    assert found is None or found.fit.weights == offered[found.id].weights
