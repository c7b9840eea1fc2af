"""Whose a file of KV cells is, told and removed without llama.cpp."""

from __future__ import annotations

from pathlib import Path

import pytest

from localmind_app.engine.text import state_file
from localmind_app.engine.text.state_file import Head, read_head


def write(folder: Path, name: str, conversation: str, rest: bytes = b"cells") -> Path:
    path = folder / f"{name}.kv"
    path.write_bytes(Head("model", 1, 0, 5, conversation).packed() + rest)
    return path


def test_a_head_is_read_as_it_was_written(tmp_path: Path) -> None:
    head = Head("key", 700, 512, 12345, 'chat:\n"ä')
    path = tmp_path / "one.kv"
    path.write_bytes(head.packed() + b"tokens")
    with path.open("rb") as file:
        assert read_head(file) == head
        assert file.read() == b"tokens"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"LocalMind KV 1\n{}\n",
        b"LocalMind KV 2\n",
        b"LocalMind KV 2\nnot json\n",
        b"LocalMind KV 2\n[1]\n",
        b"LocalMind KV 2\n" + b"[" * 4000 + b"\n",
        b'LocalMind KV 2\n{"key": "k"}\n',
        Head("k", 1, 0, 5, "a").packed().replace(b'"tokens": 1', b'"tokens": -1'),
        Head("k", 1, 0, 5, "a").packed().replace(b'"tokens": 1', b'"tokens": true'),
        Head("k", 1, 0, 5, "a").packed().replace(b'"a"', b"7"),
    ],
)
def test_what_is_none_of_ours_or_damaged_has_no_head(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "one.kv"
    path.write_bytes(data)
    with path.open("rb") as file:
        assert read_head(file) is None
    assert state_file.conversations(tmp_path) == set()


def test_forgetting_takes_the_files_of_the_conversation_and_those_nobody_can_tell(tmp_path: Path) -> None:
    gone = [write(tmp_path, "a1", "a"), write(tmp_path, "a2", "a")]
    damaged = tmp_path / "damaged.kv"
    damaged.write_bytes(b"LocalMind KV 1\n{}\ncells of nobody knows whom")
    kept = [write(tmp_path, "b", "b"), write(tmp_path, "nameless", ""), write(tmp_path, ".being-written", "a")]
    elsewhere = tmp_path / "a.txt"
    elsewhere.write_text("not a state")
    assert state_file.conversations(tmp_path) == {"a", "b"}

    assert state_file.forget(tmp_path, {"a"}) == 3
    assert not any(path.exists() for path in [*gone, damaged])
    assert all(path.exists() for path in [*kept, elsewhere])
    assert state_file.conversations(tmp_path) == {"b"}


def test_a_folder_that_was_never_made_holds_nothing(tmp_path: Path) -> None:
    assert state_file.conversations(tmp_path / "none") == set()
    assert state_file.forget(tmp_path / "none", {"a"}) == 0
