"""Which models there are, and what is said about them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from localmind_app.core.errors import ModelMissing
from localmind_app.core.home import Home
from localmind_app.engine.catalog import Catalog
from tests.models_factory import write_random_llama


def test_folder_in_order_with_unique_ids(make_home: Callable[[], Home], model_files: Path, tmp_path: Path) -> None:
    home = make_home()
    (home.models / "deep" / "er").mkdir(parents=True)
    source = model_files / "random.gguf"
    for name in ("Ünsafe name (1).gguf", "deep/er/random.gguf", "mmproj-x.gguf", ".part.gguf", "notes.txt"):
        shutil.copy(source, home.models / name)
    ids = [model.id for model in Catalog(home, tmp_path / "none").models()]
    assert ids == ["all-minilm-l6-v2", "random", "random-2", "script", "slow", "nsafe-name-1"]


def test_parts_count_once(make_home: Callable[[], Home], model_files: Path) -> None:
    home = make_home()
    source = model_files / "random.gguf"
    for number in (1, 2):
        shutil.copy(source, home.models / f"big-0000{number}-of-00003.gguf")
    model = Catalog(home).find("big")
    assert model.size_bytes == 2 * source.stat().st_size
    assert model.broken
    assert "1 of its 3 parts are missing" in model.broken.text


def test_a_draft_belongs_to_the_model_beside_it(make_home: Callable[[], Home], model_files: Path) -> None:
    home = make_home()
    source = model_files / "random.gguf"
    (home.models / "deep").mkdir()
    for name in ("random.draft.gguf", "big-00001-of-00001.gguf", "big.draft.gguf", "alone.draft.gguf",
                 "deep/random.draft.gguf"):  # fmt: skip
        shutil.copy(source, home.models / name)
    (home.models / "slow.draft.gguf").write_text("Dear diary")
    models = {model.id: model for model in Catalog(home).models()}
    assert {"random", "big", "slow", "script", "alone.draft"} <= models.keys()
    assert "random.draft" in models, "the one in another folder"
    assert models["random.draft"].path.parent.name == "deep"
    assert "big.draft" not in models
    random, slow = models["random"].draft, models["slow"].draft
    assert random is not None and slow is not None
    assert (random.path, random.problem) == (home.models / "random.draft.gguf", None)
    assert slow.problem == "it is not a GGUF file"
    assert models["slow"].problem is None
    assert models["big"].draft is not None
    assert models["script"].draft is None


def test_the_header_tells_which_heads_can_have_half_cells(make_home: Callable[[], Home]) -> None:
    home = make_home()
    for head in (32, 64, 80, 128):
        write_random_llama(home.models / f"h{head}.gguf", dim=2 * head, head=head)
    models = {model.id: model for model in Catalog(home).models()}
    assert {head: models[f"h{head}"].q8_cells for head in (32, 64, 80, 128)} == {
        32: False, 64: True, 80: False, 128: True,
    }  # fmt: skip


def test_starter_comes_first(make_home: Callable[[], Home], tmp_path: Path, model_files: Path) -> None:
    starter = tmp_path / "starter.gguf"
    shutil.copy(model_files / "random.gguf", starter)
    first = Catalog(make_home(), starter).models()[0]
    assert (first.id, first.label, first.kind) == ("starter", "Starter", "chat")


def test_a_changed_file_is_read_again(make_home: Callable[[], Home]) -> None:
    home = make_home()
    catalog = Catalog(home)
    path = home.models / "growing.gguf"
    path.write_bytes(b"not yet")
    assert catalog.find("growing").problem == "it is not a GGUF file"
    write_random_llama(path, context=1024)
    model = catalog.find("growing")
    assert (model.problem, model.context_train, model.quantization) == (None, 1024, "F32")
    assert model.kv_bytes == 2 * (32 + 32) * 2, "f16 x (key + value) x heads x layers"


def test_missing(make_home: Callable[[], Home]) -> None:
    with pytest.raises(ModelMissing):
        Catalog(make_home()).find("nope")
