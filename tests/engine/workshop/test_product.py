from __future__ import annotations

from pathlib import Path

import pytest

from localmind_app.core.errors import Conflict, DiskFull
from localmind_app.engine.workshop.product import new_file, unfinished


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "x.gguf"
    with new_file(target, 3) as part:
        part.write_bytes(b"abc")
        assert not target.exists() and part == unfinished(target)
    assert target.read_bytes() == b"abc" and list(tmp_path.iterdir()) == [target]


def test_nothing_is_left_of_a_failure(tmp_path: Path) -> None:
    def fail() -> None:
        with new_file(tmp_path / "x.gguf", 3) as part:
            part.write_bytes(b"a")
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_is_not_touched(tmp_path: Path) -> None:
    target = tmp_path / "x.gguf"
    target.write_bytes(b"mine")
    with pytest.raises(Conflict, match=r"x\.gguf"), new_file(target, 3):
        pass
    assert target.read_bytes() == b"mine"


def test_a_file_that_came_meanwhile_is_not_touched(tmp_path: Path) -> None:
    target = tmp_path / "x.gguf"

    def write() -> None:
        with new_file(target, 3) as part:
            part.write_bytes(b"new")
            target.write_bytes(b"mine")

    with pytest.raises(Conflict):
        write()
    assert target.read_bytes() == b"mine" and list(tmp_path.iterdir()) == [target]


def test_without_room_nothing_is_begun(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="Nothing was written"), new_file(tmp_path / "x.gguf", 10**18):
        pass
    assert not list(tmp_path.iterdir())


def test_what_a_killed_worker_left_is_no_obstacle(tmp_path: Path) -> None:
    target = tmp_path / "x.gguf"
    unfinished(target).write_bytes(b"half")
    with new_file(target, 3) as part:
        part.write_bytes(b"abc")
    assert target.read_bytes() == b"abc" and list(tmp_path.iterdir()) == [target]
