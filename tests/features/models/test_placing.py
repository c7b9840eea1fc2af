"""Checked files become visible whole, in the right order, and never in place of others."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from localmind_app.core.errors import Conflict, Invalid
from localmind_app.core.home import Home
from localmind_app.core.ids import new_id
from localmind_app.features.models import placing


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    path = tmp_path / "0.whole"
    path.write_bytes(b"model")
    return path


def test_unfinished_downloads_lie_out_of_sight_on_the_same_disk(home: Home) -> None:
    folder = placing.staging(home, new_id())
    assert folder.parent == home.models / ".downloads"
    for key in ("", "../../etc", "short", "a" * 26):
        with pytest.raises(AssertionError):
            placing.staging(home, key)


@pytest.mark.parametrize(
    ("name", "folder"),
    [("Qwen/Qwen3 8B", "Qwen-Qwen3-8B"), ("..", "model"), ("", "model"), ("日本", "model"), ("-a-", "a"),
     ("x" * 200, "x" * 100), (".hidden", "hidden")],
)  # fmt: skip
def test_any_name_makes_a_folder_that_may_be_used(home: Home, name: str, folder: str) -> None:
    assert placing.slug(name) == folder
    assert placing.target(home, folder, "a.gguf") == home.models / folder / "a.gguf"


@pytest.mark.parametrize(
    "path", ["../a.gguf", "/a.gguf", "a/../b.gguf", "a.gguf\n", "a\0.gguf", "", "a.pkl", ".a.gguf"]
)
def test_a_file_that_leads_elsewhere_has_no_place(home: Home, path: str) -> None:
    with pytest.raises(Invalid):
        placing.target(home, "", path)


@pytest.mark.parametrize("folder", ["..", ".hidden", "a/b", "/", "a b"])
def test_a_folder_that_leads_elsewhere_is_none(home: Home, folder: str) -> None:
    with pytest.raises(Invalid):
        placing.target(home, folder, "a.gguf")


def test_a_folder_that_is_a_link_is_left_alone(home: Home, tmp_path: Path) -> None:
    (home.models / "linked").symlink_to(tmp_path)
    with pytest.raises(Conflict, match="leads elsewhere"):
        placing.target(home, "linked", "a.gguf")


def test_a_file_is_shown_and_its_staged_name_gone(staged: Path, tmp_path: Path) -> None:
    final = tmp_path / "models" / "sub" / "a.gguf"
    placing.place(staged, final)
    assert final.read_bytes() == b"model" and not staged.exists()
    placing.place(staged, final)  # as a second run after a crash would
    assert final.read_bytes() == b"model"


def test_a_run_that_ended_between_the_two_steps_is_finished(staged: Path, tmp_path: Path) -> None:
    final = tmp_path / "a.gguf"
    os.link(staged, final)
    placing.place(staged, final)
    assert final.read_bytes() == b"model" and not staged.exists()


def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a file system that has none: exFAT on a USB disk."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", refuse)


@pytest.mark.parametrize("links", [True, False])
def test_what_is_there_is_never_replaced(
    staged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        without_links(monkeypatch)
    final = tmp_path / "a.gguf"
    final.write_bytes(b"somebody else's")
    with pytest.raises(Conflict, match=r"already a file a\.gguf"):
        placing.place(staged, final)
    assert final.read_bytes() == b"somebody else's" and staged.read_bytes() == b"model"


def test_without_hard_links_it_is_moved(staged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_links(monkeypatch)
    final = tmp_path / "a.gguf"
    placing.place(staged, final)
    assert final.read_bytes() == b"model" and not staged.exists()


def test_what_a_model_is_listed_by_comes_last() -> None:
    parts = [f"m-{number:05}-of-00002.gguf" for number in (1, 2)]
    assert placing.order([*parts, "LICENSE"]) == ["LICENSE", parts[1], parts[0]]
    whole = ["config.json", "model.safetensors", "tokenizer.json"]
    assert placing.order(whole)[-1] == "config.json"
    assert placing.order(["model.gguf", "mmproj-model.gguf"]) == ["mmproj-model.gguf", "model.gguf"]


def test_a_model_is_looked_into_before_it_is_shown(tmp_path: Path, gguf: bytes) -> None:
    good, cut, other = (tmp_path / name for name in ("good", "cut", "other"))
    good.write_bytes(gguf)
    cut.write_bytes(gguf[:-1000])
    other.write_bytes(b"<html>Not found</html>")
    placing.check_content(good, "good.gguf")
    with pytest.raises(Invalid, match=r"it is cut off, 1000 bytes are missing\. It was not added"):
        placing.check_content(cut, "cut.gguf")
    with pytest.raises(Invalid, match=r"other\.GGUF cannot be used"):
        placing.check_content(other, "other.GGUF")
    placing.check_content(other, "README.md")


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"\0" * 8, (1 << 60).to_bytes(8, "little") + b"{}", (3).to_bytes(8, "little") + b"[1]",
     (50).to_bytes(8, "little") + b"{}"],
)  # fmt: skip
def test_what_is_no_safetensors_file(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(Invalid, match="it is not a safetensors file"):
        placing.check_content(path, "model.safetensors")


def test_a_safetensors_header_is_enough(tmp_path: Path) -> None:
    header = json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    path = tmp_path / "file"
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
    placing.check_content(path, "model.safetensors")
