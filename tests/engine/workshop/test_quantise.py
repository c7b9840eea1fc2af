"""The shipped model written as several types: sizes are as foretold, llama.cpp loads them, fewer bits are worse."""

from __future__ import annotations

from pathlib import Path

import pytest

from localmind_app.core.errors import EngineError, Invalid
from localmind_app.engine import header
from localmind_app.engine.workshop import errand
from localmind_app.engine.workshop.types import TYPES
from tests.models_factory import write_random_llama


def previews(model: Path, kinds: list[str], matrix: bool = False) -> dict[str, dict[str, object]]:
    request = {"model": str(model), "kinds": kinds, "matrix": matrix}
    found = errand.run("preview", request)["sizes"]
    assert isinstance(found, dict)
    return found


def quantised(model: Path, target: Path, kind: str, matrix: Path | None = None) -> Path:
    errand.run(
        "quantise",
        {"model": str(model), "target": str(target), "kind": kind, "matrix": str(matrix) if matrix else None},
    )
    return target


def perplexity(model: Path, text: str) -> float:
    return float(errand.run("perplexity", {"model": str(model), "text": text, "most": 1200})["value"])


@pytest.fixture(scope="module")
def matrix(starter: Path, calibration: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("matrix") / "starter.imatrix"
    errand.run("imatrix", {"model": str(starter), "target": str(path), "text": calibration})
    return path


def test_sizes_are_as_foretold_and_fewer_bits_are_worse(starter: Path, text: str, tmp_path: Path) -> None:
    kinds = ["F16", "Q8_0", "Q4_K_M", "Q2_K"]
    foretold = previews(starter, kinds)
    found = {}
    for kind in kinds:
        path = quantised(starter, tmp_path / f"{kind}.gguf", kind)
        assert path.stat().st_size == pytest.approx(foretold[kind]["bytes"], rel=0.001)
        assert header.read(path).metadata["general.file_type"] == TYPES[kind].ftype
        found[kind] = perplexity(path, text)
    original = perplexity(starter, text)
    assert original < 4  # it knows this kind of text
    assert found["Q8_0"] == pytest.approx(original, rel=0.01)
    assert found["F16"] == pytest.approx(original, rel=0.01)
    assert found["Q2_K"] > found["Q4_K_M"] and found["Q2_K"] > 1.03 * original


def test_a_foretold_size_of_every_type(starter: Path) -> None:
    sizes = previews(starter, list(TYPES))
    assert set(sizes) == set(TYPES)
    assert {kind for kind, size in sizes.items() if size["needs_matrix"]} == {
        "IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ2_M", "IQ3_XXS", "IQ3_XS", "Q2_K_S",
    }  # fmt: skip


def test_types_that_a_model_cannot_have_are_left_out(tmp_path: Path) -> None:
    odd = write_random_llama(tmp_path / "odd.gguf", dim=64)
    assert set(previews(odd, ["Q4_0", "Q1_0"])) == {"Q4_0"}
    with pytest.raises(EngineError, match="q1_0"):
        previews(odd, ["Q1_0"])


def test_with_a_matrix_two_bits_are_enough_to_go_on(starter: Path, matrix: Path, text: str, tmp_path: Path) -> None:
    foretold = previews(starter, ["IQ2_XXS"], matrix=True)
    path = quantised(starter, tmp_path / "small.gguf", "IQ2_XXS", matrix)
    assert path.stat().st_size == pytest.approx(foretold["IQ2_XXS"]["bytes"], rel=0.001)
    assert perplexity(path, text) < 1.3 * perplexity(starter, text)


def test_a_matrix_changes_what_is_written(starter: Path, matrix: Path, tmp_path: Path) -> None:
    plain = quantised(starter, tmp_path / "plain.gguf", "Q4_K_M")
    weighed = quantised(starter, tmp_path / "weighed.gguf", "Q4_K_M", matrix)
    assert plain.stat().st_size == weighed.stat().st_size
    assert plain.read_bytes() != weighed.read_bytes()


def test_types_that_need_a_matrix_say_so_before_anything_is_written(starter: Path, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="needs an importance matrix"):
        quantised(starter, tmp_path / "no.gguf", "IQ1_S")
    assert not list(tmp_path.iterdir())


def test_what_is_no_model_is_refused_with_the_reason(tmp_path: Path) -> None:
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(EngineError, match=r"bad\.gguf"):
        quantised(bad, tmp_path / "no.gguf", "Q4_0")


def test_what_is_no_matrix_is_refused(starter: Path, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="not an importance matrix"):
        quantised(starter, tmp_path / "no.gguf", "Q4_0", starter)
    noise = tmp_path / "noise.imatrix"
    noise.write_bytes(b"GGUF\x03\x00\x00\x00" + bytes(range(200)))
    with pytest.raises(Invalid, match="not an importance matrix"):
        quantised(starter, tmp_path / "no.gguf", "Q4_0", noise)
