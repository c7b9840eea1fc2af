"""Leases over places of memory, and what the machine and its control groups leave free."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from localmind_app.engine import budget
from localmind_app.engine.budget import RAM, Budget

GB = 10**9


def test_a_lease_is_held_until_it_is_released() -> None:
    free = {RAM: 10 * GB}
    made = Budget(lambda: free)
    assert made.lease("a", {RAM: 6 * GB}, mapped=4 * GB)
    assert made.free() == 4 * GB
    assert made.lease("b", {RAM: 5 * GB}) is None
    free[RAM] = 8 * GB  # it is loaded; the system counts its mapped file as free
    made.settle("a")
    assert made.free() == 4 * GB
    made.release("a")
    free[RAM] = 10 * GB
    assert made.free() == 10 * GB
    assert made.held() == 0


def test_a_lease_over_several_places_is_whole_or_nothing() -> None:
    made = Budget(lambda: {RAM: 10 * GB, "gpu0": 8 * GB, "gpu1": 2 * GB})
    assert made.lease("film", {RAM: GB, "gpu0": 6 * GB, "gpu1": 3 * GB}) is None
    assert made.held("gpu0") == made.held() == 0
    assert made.lease("picture", {RAM: GB, "gpu0": 6 * GB})
    assert (made.free("gpu0"), made.free("gpu1"), made.free()) == (2 * GB, 2 * GB, 9 * GB)
    assert made.lease("nowhere", {"gpu7": 1}) is None


def test_limits_count_what_is_loaded_too() -> None:
    made = Budget(lambda: {RAM: 100 * GB}, {RAM: 5 * GB})
    made.lease("a", {RAM: 3 * GB})
    made.settle("a")
    assert made.free() == 2 * GB
    made.grow("a", RAM, 4 * GB)
    assert made.free() == GB
    made.grow("a", RAM, GB)
    assert made.held() == 4 * GB, "a model may take what it took once"


def test_this_machine() -> None:
    found = budget.machine()
    assert 0 < found[RAM] <= psutil.virtual_memory().total
    assert all(place == RAM or place.startswith("gpu") for place in found)


def _write(folder: Path, **files: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(f"{content}\n")


def test_the_narrowest_control_group_counts(tmp_path: Path) -> None:
    """A tree of files as the kernel's second version shows it."""
    root, own = tmp_path / "cgroup", tmp_path / "own"
    own.write_text("0::/user/pod\n")
    _write(root)
    stat = "anon 1\ninactive_file 300\nactive_file 200"
    _write(root / "user", memory__max=4000, memory__current=3000, memory__stat=stat)
    _write(root / "user/pod", memory__max="max", memory__current=2900)
    assert budget._cgroup_rooms(root, own) == [4000 - 3000 + 500]
    _write(root / "user/pod", memory__max=3200)
    assert min(budget._cgroup_rooms(root, own)) == 300


def test_control_groups_of_the_first_version(tmp_path: Path) -> None:
    root, own = tmp_path / "cgroup", tmp_path / "own"
    own.write_text("4:memory:/pod\n1:cpu:/pod\n0::/\n")
    stat = "inactive_file 1\ntotal_inactive_file 40\ntotal_active_file 2"
    _write(root / "memory/pod", memory__limit_in_bytes=1000, memory__usage_in_bytes=900, memory__stat=stat)
    assert budget._cgroup_rooms(root, own) == [142]
    assert budget._cgroup_rooms(root, tmp_path / "none") == []


@pytest.mark.skipif(not Path("/proc/self/cgroup").is_file(), reason="control groups are Linux only")
def test_the_real_control_groups_are_readable() -> None:
    assert all(isinstance(room, int) for room in budget._cgroup_rooms())
