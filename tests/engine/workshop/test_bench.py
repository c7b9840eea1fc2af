from __future__ import annotations

from pathlib import Path

from localmind_app.engine.workshop import errand
from tests.models_factory import write_random_llama


def test_speeds_and_memory_are_measured(tmp_path: Path) -> None:
    model = write_random_llama(tmp_path / "m.gguf", context=256)  # shorter than the benchmark's usual text
    seen: list[tuple[float, float]] = []
    found = errand.run("bench", {"model": str(model), "rounds": 2}, lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]
    assert found["prompt"] > found["decode"] > 1
    assert found["bytes"] > model.stat().st_size
