from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from localmind_app.core.errors import DiskFull
from localmind_app.core.files import space
from localmind_app.core.files.part import Part


def test_what_is_appended_adds_up(tmp_path: Path) -> None:
    part = Part(tmp_path / "p")
    assert part.size == 0 and part.head(10) == b""
    part.append(b"one ")
    Part(tmp_path / "p").append(b"two")  # another process, after a restart
    assert part.size == 7 and part.head(3) == b"one"
    assert part.finish() == hashlib.sha256(b"one two").hexdigest()
    assert (tmp_path / "p").stat().st_mode & 0o077 == 0
    part.drop()
    part.drop()
    assert part.size == 0


# A limit of the operating system for this process, in place of a disk that is full.
LIMITED = """
import resource, sys
from pathlib import Path
from localmind_app.core.errors import DiskFull
from localmind_app.core.files.part import Part
part = Part(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))
part.append(b"x" * 1000)
try:
    part.append(b"y" * 1000)
except DiskFull as error:
    sys.stdout.write(error.text)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_a_block_that_does_not_fit_leaves_what_was_there(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "p")], capture_output=True, text=True, check=False
    )
    assert ended.stdout.startswith("The disk is too full"), ended.stderr
    assert (tmp_path / "p").read_bytes() == b"x" * 1000


def test_some_room_is_always_left(tmp_path: Path) -> None:
    space.check_room(tmp_path, 1)
    with pytest.raises(DiskFull):
        space.check_room(tmp_path, space.room(tmp_path) + 2**40)
    with pytest.raises(PermissionError), space.writing():
        raise PermissionError(13, "not about room")
