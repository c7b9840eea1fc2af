from __future__ import annotations

import llama_cpp.llama_cpp as c
import pytest

from localmind_app.core.errors import Invalid
from localmind_app.engine.workshop.types import TYPES, quant_type

NOT_WRITTEN = {"GUESSED", "NVFP4"}  # llama_model_quantize refuses them


def test_every_type_of_llama_cpp_is_offered_under_its_number() -> None:
    prefix = "LLAMA_FTYPE_"
    known = {name.removeprefix(prefix): value for name, value in vars(c).items() if name.startswith(prefix)}
    known = {name.removeprefix("MOSTLY_").removeprefix("ALL_"): value for name, value in known.items()}
    offered = {name: kind.ftype for name, kind in TYPES.items()}
    assert offered == {name: value for name, value in known.items() if name not in NOT_WRITTEN}


def test_names_are_read_in_any_case() -> None:
    assert quant_type("q4_k_m") is TYPES["Q4_K_M"]


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(Invalid, match="Q9_X"):
        quant_type("Q9_X")
