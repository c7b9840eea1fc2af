"""What the door hands to llama.cpp."""

from __future__ import annotations

from pathlib import Path

import llama_cpp.llama_cpp as c
import pytest

from localmind_app.engine import llamacpp
from localmind_app.engine.text.model import TextModel


def test_layers_reach_llama_cpps_parameters() -> None:
    params = llamacpp.model_params((6, 0, 5))
    assert params.n_gpu_layers == 11
    count = min(int(c.llama_max_devices()), 3)
    assert [params.tensor_split[at] for at in range(count)] == [6.0, 0.0, 5.0][:count]
    assert not params.devices, "all of the machine's"


@pytest.mark.parametrize("layers", [(), (0,), (0, 0)])
def test_without_layers_no_card_is_used(layers: tuple[int, ...]) -> None:
    params = llamacpp.model_params(layers)
    assert params.n_gpu_layers == 0
    assert params.devices, "a list"
    assert llamacpp._NO_CARDS[0] is None, "without any"


def test_a_machine_without_a_card_loads_it_all_the_same(model_files: Path) -> None:
    llamacpp.start()
    model = TextModel(str(model_files / "random.gguf"), 512, 1, lambda _: None, 1, layers=(2,))
    assert model.facts()["gpu_layers"] == 2
    model.close()
