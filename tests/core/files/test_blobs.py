from __future__ import annotations

import os
from pathlib import Path

import pytest

from localmind_app.core.files.blobs import Blobs
from localmind_app.core.files.part import Part


def finished(blobs: Blobs, name: str, content: bytes) -> tuple[Part, str]:
    part = blobs.part(name)
    part.append(content)
    return part, part.finish()


def test_the_same_content_lies_there_once(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    for name in ("a", "b"):
        part, digest = finished(blobs, name, b"content")
        blobs.keep(part, digest)
        assert part.size == 0
    assert list(blobs.names()) == [digest]
    assert blobs.path(digest).read_bytes() == b"content"
    assert blobs.path(digest).stat().st_mode & 0o077 == 0


def test_a_content_cut_short_on_the_disk_is_replaced_by_a_whole_one(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    part, digest = finished(blobs, "a", b"content")
    blobs.keep(part, digest)
    blobs.path(digest).write_bytes(b"con")
    part, _ = finished(blobs, "b", b"content")
    blobs.keep(part, digest)
    assert blobs.path(digest).read_bytes() == b"content"


def test_what_is_set_aside_is_gone_from_its_place_at_once(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    part, digest = finished(blobs, "a", b"content")
    blobs.keep(part, digest)
    gone = blobs.set_aside(digest)
    assert gone is not None and gone.size == 7
    assert list(blobs.names()) == [] and blobs.set_aside(digest) is None
    gone.drop()
    assert list(blobs.left_behind(-1)) == []


def test_unfinished_files_are_found_by_their_age(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    old, new = blobs.part("old"), blobs.part("new")
    old.append(b"x")
    new.append(b"x")
    os.utime(old.path, (1, 1))
    assert [part.path.name for part in blobs.left_behind(3600)] == ["old"]


@pytest.mark.parametrize("name", ["../x", "", "A" * 64, "a" * 63, "a" * 64 + "/"])
def test_only_a_digest_names_a_content(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        Blobs(tmp_path).path(name)
