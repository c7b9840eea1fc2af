from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from localmind_app.core.errors import Invalid, ModelBroken
from localmind_app.engine.workshop import errand
from localmind_app.engine.workshop.perplexity import surprises
from tests.models_factory import write_script_llama


def test_a_surprise_is_the_negative_logarithm_of_the_probability() -> None:
    logits = np.log(np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]], np.float32))
    np.testing.assert_allclose(surprises(logits, [0, 2]), [math.log(2), -math.log(0.8)], rtol=1e-6)


def test_every_token_but_the_first_is_scored_once(starter: Path, text: str) -> None:
    seen: list[tuple[float, float]] = []
    request = {"model": str(starter), "text": text}
    found = errand.run("perplexity", request, lambda done, total: seen.append((done, total)))
    whole = seen[-1][1]
    assert seen[-1] == (whole, whole) and found["tokens"] == whole - 1
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert 0 < found["error"] < found["value"]


def test_windows_do_not_change_what_a_model_knows_for_sure(tmp_path: Path) -> None:
    # This model is certain of the byte that follows, whatever came before: only its first guess may be wrong.
    model = write_script_llama(tmp_path / "abc.gguf", [ord("a"), ord("b"), ord("c")])
    found = errand.run("perplexity", {"model": str(model), "text": "abc" * 500})
    assert found["tokens"] == 1499 and found["value"] == pytest.approx(1.0, abs=1e-3)


def test_scrambled_text_surprises_more(starter: Path, text: str) -> None:
    scrambled = " ".join(sorted(text.split()))
    values = [
        errand.run("perplexity", {"model": str(starter), "text": t, "most": 1000})["value"] for t in (text, scrambled)
    ]
    assert values[1] > 10 * values[0]


def test_a_text_of_one_letter_is_refused(starter: Path) -> None:
    with pytest.raises(Invalid, match="too short"):
        errand.run("perplexity", {"model": str(starter), "text": "a"})


def test_a_broken_file_is_refused_with_its_name(tmp_path: Path) -> None:
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"nothing")
    with pytest.raises(ModelBroken, match=r"bad\.gguf"):
        errand.run("perplexity", {"model": str(bad)})
