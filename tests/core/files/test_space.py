"""Room on the real disk, and what the system says when there is none."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from localmind_app.core.errors import DiskFull
from localmind_app.core.files import space

OVER_THE_LIMIT = """
import resource, signal, sys
from localmind_app.core.errors import DiskFull
from localmind_app.core.files import space

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
with open(sys.argv[1], "wb", buffering=0) as file:
    try:
        with space.writing():
            while True:
                file.write(bytes(4096))
    except DiskFull as full:
        print(full.text)
"""


def test_some_of_the_disk_is_never_given_away(tmp_path: Path) -> None:
    usage = shutil.disk_usage(tmp_path)
    kept = min(space.RESERVE, usage.total // space.RESERVE_SHARE)
    assert 0 < kept <= 256 * 2**20
    # Others use the disk too while this runs, so within what they might take or give.
    assert abs(space.room(tmp_path) - max(0, usage.free - kept)) < 2**30


def test_what_does_not_fit_is_refused_before_it_is_written(tmp_path: Path) -> None:
    space.check_room(tmp_path, 0)
    with pytest.raises(DiskFull) as refused:
        space.check_room(tmp_path, 2 * shutil.disk_usage(tmp_path).total)
    assert refused.value.status == 507 and "Nothing else was touched" in refused.value.text


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_disk_that_is_full_is_said_in_the_same_words() -> None:
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(DiskFull) as refused, space.writing():
        full.write(b"x")
    assert refused.value.text == space.no_room().text
    assert isinstance(refused.value.__cause__, OSError) and refused.value.__cause__.errno == errno.ENOSPC


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is a Unix one")
def test_a_file_over_the_systems_limit_is_no_room_either(tmp_path: Path) -> None:
    path = tmp_path / "long"
    told = subprocess.run([sys.executable, "-c", OVER_THE_LIMIT, str(path)], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == space.no_room().text
    assert path.stat().st_size == 4096


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), space.writing():
        os.stat(tmp_path / "none")
    with pytest.raises(ValueError, match="no error of the system"), space.writing():
        raise ValueError("no error of the system")
