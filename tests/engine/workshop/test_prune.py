from __future__ import annotations

from pathlib import Path

import pytest

from localmind_app.core.errors import Invalid
from localmind_app.engine import header
from localmind_app.engine.workshop import errand


def perplexity(model: Path, text: str) -> float:
    return float(errand.run("perplexity", {"model": str(model), "text": text, "most": 1200})["value"])


def test_a_model_without_layers_loads_and_is_worse(starter: Path, text: str, tmp_path: Path) -> None:
    values = [perplexity(starter, text)]
    for layers in ([2], [2, 3]):
        target = tmp_path / f"{len(layers)}.gguf"
        errand.run("prune", {"model": str(starter), "target": str(target), "layers": layers})
        read = header.read(target)
        assert read.metadata["llama.block_count"] == 4 - len(layers) and not read.missing
        assert target.stat().st_size < starter.stat().st_size * (1 - 0.1 * len(layers))
        values.append(perplexity(target, text))
    assert values[0] < values[1] < values[2]


@pytest.mark.parametrize("layers", [[], [4], [-1], [0, 1, 2, 3]])
def test_layers_that_are_not_there_or_all_of_them_are_refused(starter: Path, tmp_path: Path, layers: list[int]) -> None:
    with pytest.raises(Invalid, match="from 0 to 3"):
        errand.run("prune", {"model": str(starter), "target": str(tmp_path / "no.gguf"), "layers": layers})
    assert not list(tmp_path.iterdir())
