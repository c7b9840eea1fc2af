"""A download's bytes and their note: nothing is promised that is not there, nothing is mixed up."""

from __future__ import annotations

import json
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from localmind_app.features.models.part import Part, Piece, write_at


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "0.part"


def half_done(path: Path) -> Part:
    """Ten bytes in pieces of four; the first whole, of the second one byte."""
    part = Part(path)
    part.open("content", 10, 4)
    with FileIO(path, "r+") as file:
        for at, data in ((0, b"abcd"), (4, b"e")):
            write_at(file, at, data)
            part.pieces[at // 4].at += len(data)
        part.save(file)
    return part


def taken_up(path: Path, identity: str = "content", size: int = 10) -> int:
    """How many bytes the next run finds."""
    part = Part(path)
    part.open(identity, size, 4)
    return part.there


def test_pieces_cover_the_file_without_gap(path: Path) -> None:
    part = Part(path)
    part.open("content", 10, 4)
    assert [(one.start, one.end, one.at) for one in part.pieces] == [(0, 4, 0), (4, 8, 4), (8, 10, 8)]
    assert (part.there, part.complete) == (0, False)
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700


def test_the_next_run_goes_on_where_this_one_ended(path: Path) -> None:
    half_done(path)
    part = Part(path)
    part.open("content", 10, 3)  # in the pieces of the note, whatever is usual now
    assert [(one.start, one.end, one.at) for one in part.pieces] == [(0, 4, 4), (4, 8, 5), (8, 10, 8)]
    assert part.there == Part.bytes_at(path) == 5
    assert path.read_bytes() == b"abcde"
    part.pieces[1].at, part.pieces[2].at = 8, 10
    assert part.complete


@pytest.mark.parametrize(("identity", "size"), [("another", 10), ("content", 11), ("", 10)])
def test_another_content_begins_anew(path: Path, identity: str, size: int) -> None:
    half_done(path)
    assert taken_up(path, identity, size) == 0
    assert path.read_bytes() == b"" and not Part(path).note.exists()


def test_bytes_behind_the_note_do_not_count(path: Path) -> None:
    half_done(path)
    with path.open("ab") as file:
        file.write(b"written, but never noted")
    assert taken_up(path) == 5


@pytest.mark.parametrize(
    "told",
    [
        "not json",
        "[]",
        "{}",
        {"pieces": "many"},
        {"pieces": [[0, 4, 4]]},  # not to the end
        {"pieces": [[0, 4, 4], [5, 10, 5]]},  # with a gap
        {"pieces": [[0, 4, 4], [4, 10, 11]]},  # more than there is room for
        {"pieces": [[0, 4, -1], [4, 10, 4]]},
        {"pieces": [[0, 4], [4, 10]]},
        {"pieces": []},
    ],
)
def test_a_note_that_is_not_sound_is_not_believed(path: Path, told: Any) -> None:
    part = half_done(path)
    if isinstance(told, dict) and told:
        told = json.dumps({"identity": "content", "size": 10, **told})
    part.note.write_text(told if isinstance(told, str) else "{}")
    assert taken_up(path) == 0
    assert path.read_bytes() == b""


def test_a_note_about_bytes_that_are_gone_is_not_believed(path: Path) -> None:
    half_done(path)
    path.write_bytes(b"abc")
    assert taken_up(path) == 0
    half_done(path)
    path.unlink()
    assert taken_up(path) == 0


def test_a_note_that_was_half_written_leaves_the_one_before(path: Path) -> None:
    part = half_done(path)
    part.note.with_name(part.note.name + ".new").write_text('{"identity": "con')
    assert taken_up(path) == 5


@pytest.mark.parametrize("note", [None, "nonsense", "[1]", '{"pieces": [[1]]}', '{"pieces": 3}'])
def test_what_an_earlier_run_left_is_only_a_guess(path: Path, note: str | None) -> None:
    path.parent.mkdir()
    if note is not None:
        Part(path).note.write_text(note)
    assert Part.bytes_at(path) == 0


def test_an_empty_file_is_complete_once_it_is_known(path: Path) -> None:
    assert not Part(path).complete
    part = Part(path)
    part.open("content", 0)
    assert part.complete and part.pieces == []


def test_bytes_are_put_where_they_belong(tmp_path: Path) -> None:
    with FileIO(tmp_path / "file", "w+") as file:
        write_at(file, 3, b"def")
        write_at(file, 0, b"abc")
    assert (tmp_path / "file").read_bytes() == b"abcdef"
    assert [Piece(0, 2, at).done for at in (0, 1, 2)] == [False, False, True]
