"""Real models of other folders, linked into a models folder and read by the engine's catalog."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from localmind_app.core.errors import Conflict, Invalid, NotFound, UserError
from localmind_app.core.home import Home
from localmind_app.engine.catalog import Catalog
from localmind_app.features.models.importing import take_in
from tests.models_factory import write_random_llama


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


def listed(home: Home) -> dict[str, str | None]:
    built_in = {"starter", "all-minilm-l6-v2"}
    return {model.id: model.problem for model in Catalog(home).models() if model.id not in built_in}


def left(home: Home) -> list[str]:
    return sorted(path.relative_to(home.models).as_posix() for path in home.models.rglob("*"))


def safetensors(path: Path) -> Path:
    header = json.dumps({"__metadata__": {"format": "pt"}}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    return path


def test_a_file_is_linked_in_place_and_listed(home: Home, elsewhere: Path) -> None:
    source = write_random_llama(elsewhere / "Some Model (1).gguf")
    made = take_in(home, str(source))
    assert (made.paths, made.linked) == (("Some-Model-1.gguf",), True)
    assert (home.models / "Some-Model-1.gguf").readlink() == source
    assert listed(home) == {"Some-Model-1": None}
    assert take_in(home, str(source)) == made, "twice is once"
    other = write_random_llama(elsewhere / "other.gguf")
    with pytest.raises(Conflict, match=r"already a file Some-Model-1\.gguf"):
        take_in(home, str(other), "Some Model 1")
    assert listed(home) == {"Some-Model-1": None}


def test_a_blob_without_an_ending_gets_a_name(home: Home, elsewhere: Path) -> None:
    blob = write_random_llama(elsewhere / "x.gguf").rename(elsewhere / "sha256-0123")
    assert take_in(home, str(blob), "llama3.2-3b").paths == ("llama3.2-3b.gguf",)
    assert listed(home) == {"llama3.2-3b": None}


def test_where_no_links_can_be_made_it_is_copied(home: Home, elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("A required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    source = write_random_llama(elsewhere / "a.gguf")
    assert not take_in(home, str(source)).linked
    assert (home.models / "a.gguf").read_bytes() == source.read_bytes() and not (home.models / "a.gguf").is_symlink()


def test_all_parts_come_along_and_a_missing_one_is_named(home: Home, elsewhere: Path) -> None:
    data = write_random_llama(elsewhere / "m.gguf").read_bytes()
    parts = [elsewhere / f"big-0000{number}-of-00002.gguf" for number in (1, 2)]
    for part in parts:
        part.write_bytes(data)
    made = take_in(home, str(parts[1]))
    assert set(made.paths) == {f"big/{part.name}" for part in parts}
    parts[0].unlink()
    with pytest.raises(Invalid, match=r"big-00001-of-00002\.gguf, a part of this model, is missing"):
        take_in(home, str(parts[1]), "again")


def test_a_folder_of_one_model(home: Home, elsewhere: Path) -> None:
    write_random_llama(elsewhere / "a.gguf")
    (elsewhere / "sub").mkdir()
    write_random_llama(elsewhere / "sub" / "b.gguf")
    (elsewhere / "config.json").write_text("{}")
    (elsewhere / "run.py").write_text("print('no')")
    (elsewhere / ".hidden.gguf").write_text("no")
    made = take_in(home, str(elsewhere), "mine")
    assert sorted(made.paths) == ["mine/a.gguf", "mine/config.json", "mine/sub/b.gguf"]
    assert set(listed(home)) == {"a", "b"}


def test_a_safetensors_folder(home: Home, elsewhere: Path) -> None:
    safetensors(elsewhere / "model.safetensors")
    (elsewhere / "config.json").write_text("{}")
    (elsewhere / "pytorch_model.bin").write_bytes(pickle.dumps({"a": 1}))
    made = take_in(home, str(elsewhere))
    assert made.paths == ("elsewhere/model.safetensors", "elsewhere/config.json"), "the pickle stays outside"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.gguf", b"", "the file is empty"),
        ("a.gguf", b"GGUF", "cut off inside its header"),
        ("a.gguf", b"PK\x03\x04zip", "not a GGUF file"),
        ("a.gguf", pickle.dumps({"a": 1}), "not a GGUF file"),
        ("model.bin", pickle.dumps({"a": 1}), "can run code"),
        ("model.pt", b"PK\x03\x04", "can run code"),
        ("notes.txt", b"hello", "not a GGUF file"),
    ],
)
def test_what_is_no_model_is_refused_with_its_reason(
    home: Home, elsewhere: Path, name: str, data: bytes, why: str
) -> None:
    (elsewhere / name).write_bytes(data)
    with pytest.raises(Invalid, match=why):
        take_in(home, str(elsewhere / name))
    assert left(home) == []


def test_a_cut_file_and_a_broken_one_among_good_ones_leave_nothing(home: Home, elsewhere: Path) -> None:
    whole = write_random_llama(elsewhere / "whole.gguf")
    (elsewhere / "cut.gguf").write_bytes(whole.read_bytes()[:-1000])
    with pytest.raises(Invalid, match="cut off, 1000 bytes are missing"):
        take_in(home, str(elsewhere / "cut.gguf"))
    with pytest.raises(Invalid):
        take_in(home, str(elsewhere))
    assert left(home) == []


def test_a_taken_name_leaves_nothing_of_a_folder(home: Home, elsewhere: Path) -> None:
    for name in ("a", "b", "c"):
        write_random_llama(elsewhere / f"{name}.gguf")
    (home.models / "elsewhere").mkdir()
    (home.models / "elsewhere" / "b.gguf").write_bytes(b"mine")
    with pytest.raises(Conflict):
        take_in(home, str(elsewhere))
    assert left(home) == ["elsewhere", "elsewhere/b.gguf"]


@pytest.mark.parametrize("path", ["a.gguf", "../x", "", "/nowhere/at/all.gguf", "/bad\0name", "~nobody-of-that-name/x"])
def test_paths_that_lead_nowhere(home: Home, path: str) -> None:
    with pytest.raises((Invalid, NotFound)) as refused:
        take_in(home, path)
    assert isinstance(refused.value, UserError)


def test_the_models_folder_is_not_imported_into_itself(home: Home) -> None:
    write_random_llama(home.models / "a.gguf")
    with pytest.raises(Conflict, match="in the models folder already"):
        take_in(home, str(home.models / "a.gguf"))
    with pytest.raises(Invalid):
        take_in(home, str(home.logs))


def test_names_cannot_lead_out(home: Home, elsewhere: Path) -> None:
    source = write_random_llama(elsewhere / "a.gguf")
    made = take_in(home, str(source), "../../outside")
    assert made.paths == ("outside.gguf",)
    (home.models / "linked").symlink_to(elsewhere)
    for number in (1, 2):
        (elsewhere / f"p-0000{number}-of-00002.gguf").write_bytes(source.read_bytes())
    with pytest.raises(Conflict, match="leads elsewhere"):
        take_in(home, str(elsewhere / "p-00001-of-00002.gguf"), "linked")
