"""One budget over main memory and every graphics card, for all kinds of models.

What is free is asked of the machine each time, other programs count too: main memory from the system, within the limits
of this process's cgroups; graphics memory from NVML where the package nvidia-ml-py is installed. A lease holds what a
model will take from the moment it is planned, since its memory only shows while it loads, and the mapped pages of its
file never do: the system counts them as free.

Not covered: cards of other makers; embedding models, which compute on the processor only, lease no card.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

RAM = "ram"
Places = Mapping[str, int]  # bytes by place: "ram", "gpu0", "gpu1", …


@dataclass
class Lease:
    """What the model `name` holds. `mapped` bytes of main memory are file pages; `settled` once it is loaded."""

    name: str
    bytes: dict[str, int]
    mapped: int = 0
    settled: bool = False


def machine() -> dict[str, int]:
    """Free bytes by place, now."""
    return {RAM: _main_memory(), **_cards()}


class Budget:
    """Grants leases. `free_now` tells the free bytes by place; `limits` are the most all leases together may hold."""

    def __init__(self, free_now: Callable[[], Places] = machine, limits: Places | None = None) -> None:
        self._free_now, self.limits = free_now, dict(limits or {})
        self._leases: dict[str, Lease] = {}

    def free(self, place: str = RAM) -> int:
        """Bytes that can still be leased there."""
        left = self._free_now().get(place, 0) - sum(self._unseen(lease, place) for lease in self._leases.values())
        if place in self.limits:
            left = min(left, self.limits[place] - self.held(place))
        return left

    def cards(self) -> dict[str, int]:
        """Bytes that can still be leased on each graphics card."""
        return {place: self.free(place) for place in self._free_now() if place != RAM}

    def held(self, place: str = RAM) -> int:
        """Bytes leased there."""
        return sum(lease.bytes.get(place, 0) for lease in self._leases.values())

    def lease(self, name: str, wanted: Places, mapped: int = 0) -> Lease | None:
        """Hold `wanted` for `name`, all of it or, where any place has too little, nothing."""
        if any(self.free(place) < size for place, size in wanted.items()):
            return None
        made = self._leases[name] = Lease(name, dict(wanted), mapped)
        return made

    def leases(self) -> list[Lease]:
        """All leases, those of models still loading too."""
        return list(self._leases.values())

    def grow(self, name: str, place: str, measured: int) -> None:
        """More was measured than leased."""
        lease = self._leases.get(name)
        if lease is not None:
            lease.bytes[place] = max(lease.bytes.get(place, 0), measured)

    def settle(self, name: str) -> None:
        """It is loaded: its memory shows in what the machine says is free, except for mapped pages."""
        if name in self._leases:
            self._leases[name].settled = True

    def release(self, name: str) -> None:
        """It is gone."""
        self._leases.pop(name, None)

    def _unseen(self, lease: Lease, place: str) -> int:
        if not lease.settled:
            return lease.bytes.get(place, 0)
        return lease.mapped if place == RAM else 0


def _main_memory() -> int:
    return min(int(psutil.virtual_memory().available), *_cgroup_rooms(), sys.maxsize)


def _cgroup_rooms(root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> list[int]:
    """What the memory limits of this process's control groups leave, from the innermost outwards; empty off Linux."""
    rooms = []
    for group in _cgroups(root, own):
        names = ("memory.max", "memory.current") if (group / "memory.max").is_file() else (
            "memory.limit_in_bytes", "memory.usage_in_bytes")  # fmt: skip
        limit, used = (_number(group / name) for name in names)
        if limit is not None and used is not None:
            rooms.append(limit - used + _reclaimable(group))
    return rooms


def _cgroups(root: Path, own: Path) -> list[Path]:
    if not own.is_file():
        return []
    found = []
    for line in own.read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers in ("", "memory"):
            top = root if not controllers else root / "memory"
            inner = top / path.lstrip("/")
            found += [group for group in (inner, *inner.parents) if group == top or top in group.parents]
    return found


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):  # the root group has no such file, and "max" is no number
        return None


def _reclaimable(group: Path) -> int:
    """Bytes of files that the group's limit counts, and that the system drops when it needs room."""
    try:
        stat = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return 0
    prefix = "total_" if "total_inactive_file" in stat else ""
    return int(stat.get(f"{prefix}inactive_file", 0)) + int(stat.get(f"{prefix}active_file", 0))


def _cards() -> dict[str, int]:
    """Free memory of each NVIDIA card; empty without the package, the driver or a card."""
    if importlib.util.find_spec("pynvml") is None:
        return {}
    nvml = importlib.import_module("pynvml")
    try:
        nvml.nvmlInit()
    except nvml.NVMLError:
        return {}
    try:
        handles = [nvml.nvmlDeviceGetHandleByIndex(index) for index in range(nvml.nvmlDeviceGetCount())]
        return {f"gpu{index}": int(nvml.nvmlDeviceGetMemoryInfo(one).free) for index, one in enumerate(handles)}
    except nvml.NVMLError:  # a card that was just lost
        return {}
    finally:
        nvml.nvmlShutdown()
