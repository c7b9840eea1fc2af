"""What this machine has for running models: processors, memory, graphics cards, and how fast memory is.

Read once per call, except the speed of memory, which takes a third of a second and is kept until the machine changes.
A card counts as usable only where the installed llama.cpp can compute on it. Sources: psutil; NVML for NVIDIA; the
amdgpu driver's files for AMD; Apple's chips share the machine's memory.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import platform
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import psutil

from localmind_app.core.home import Home
from localmind_app.engine import budget

Kind = Literal["cuda", "hip", "metal"]

_FLAGS = ("avx", "avx2", "f16c", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "amx_int8", "neon",
          "asimd", "asimddp", "i8mm", "sve")  # fmt: skip
_COPIED = 64 * 1024 * 1024  # bytes per thread and copy: more than caches hold
_COPY_SECONDS = 0.3
_COPY_ROUNDS = 4  # at least, on a machine that is busy with something else
_METAL_SHARE = 0.75  # of memory; what macOS gives to the graphics part unless told otherwise


@dataclass(frozen=True)
class Gpu:
    """A graphics card: bytes in all and free, bytes per second (0: unknown), whether llama.cpp is built for it."""

    name: str
    kind: Kind
    total: int
    free: int
    bandwidth: float
    usable: bool


@dataclass(frozen=True)
class Hardware:
    """This machine. `memory` and `available` in bytes, `bandwidth` in bytes read per second by all cores together."""

    cpu: str
    cores: int
    threads: int
    flags: tuple[str, ...]
    memory: int
    available: int
    bandwidth: float
    gpus: tuple[Gpu, ...] = ()


def read(home: Home) -> Hardware:
    """This machine as it is now; takes a third of a second the first time."""
    memory, available = int(psutil.virtual_memory().total), budget.machine()[budget.RAM]
    name, flags = _processor()
    cores, threads = psutil.cpu_count(logical=False) or 1, psutil.cpu_count() or 1
    bandwidth = _known_bandwidth(home, f"{name} {cores} {memory}", cores)
    gpus = (*_nvidia(), *_amd(), *_apple(name, memory, available, bandwidth))
    return Hardware(name, cores, threads, flags, memory, available, bandwidth, gpus)


def _processor() -> tuple[str, tuple[str, ...]]:
    """Its name, and those of its abilities that matter to llama.cpp."""
    if sys.platform != "linux":
        return platform.processor() or platform.machine(), ()
    facts: dict[str, str] = {}
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
        key, _, value = line.partition(":")
        facts.setdefault(key.strip(), value.strip())
    there = set((facts.get("flags") or facts.get("Features") or "").split())
    return facts.get("model name") or platform.machine(), tuple(flag for flag in _FLAGS if flag in there)


def backends(folder: Path | None = None) -> frozenset[str]:
    """What the installed llama.cpp computes on besides the processor, by the libraries that lie beside it."""
    if folder is None:
        spec = importlib.util.find_spec("llama_cpp")  # located, not loaded: this process runs no native models
        if spec is None or not spec.origin:
            return frozenset()
        folder = Path(spec.origin).parent / "lib"
    kinds = ("cuda", "hip", "metal", "vulkan")
    names = [path.name for path in folder.glob("*ggml-*")]
    return frozenset(kind for kind in kinds if any(f"ggml-{kind}" in name for name in names))


def _nvidia() -> list[Gpu]:
    if importlib.util.find_spec("pynvml") is None:  # optional: nvidia-ml-py
        return []
    nvml = importlib.import_module("pynvml")
    try:
        nvml.nvmlInit()
    except nvml.NVMLError:  # no driver, so no card of this make that could be used
        return []
    usable = bool({"cuda", "vulkan"} & backends())
    try:
        return [_nvidia_card(nvml, index, usable) for index in range(nvml.nvmlDeviceGetCount())]
    except nvml.NVMLError:  # the card fell off the bus, or may not be asked
        return []
    finally:
        nvml.nvmlShutdown()


def _nvidia_card(nvml: Any, index: int, usable: bool) -> Gpu:
    handle = nvml.nvmlDeviceGetHandleByIndex(index)
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    bandwidth = 0.0
    with suppress(nvml.NVMLError):  # not every card tells
        clock = nvml.nvmlDeviceGetMaxClockInfo(handle, nvml.NVML_CLOCK_MEM)  # MHz; two transfers per cycle
        bandwidth = 2e6 * clock * nvml.nvmlDeviceGetMemoryBusWidth(handle) / 8
    return Gpu(str(nvml.nvmlDeviceGetName(handle)), "cuda", memory.total, memory.free, bandwidth, usable)


def _amd(root: Path = Path("/sys/class/drm")) -> list[Gpu]:
    found = []
    for card in sorted(root.glob("card[0-9]*/device/mem_info_vram_total")):
        with suppress(OSError, ValueError):  # a card that is being removed
            total = int(card.read_text())
            used = int(card.with_name("mem_info_vram_used").read_text())
            usable = bool({"hip", "vulkan"} & backends())
            found.append(Gpu(f"AMD {card.parent.parent.name}", "hip", total, total - used, 0.0, usable))
    return found


def _apple(name: str, memory: int, available: int, bandwidth: float) -> list[Gpu]:
    if platform.system() != "Darwin" or platform.machine() != "arm64":
        return []
    share = int(memory * _METAL_SHARE)
    return [Gpu(name, "metal", share, min(share, available), bandwidth, "metal" in backends())]


def _known_bandwidth(home: Home, machine: str, cores: int) -> float:
    kept = home.cache / "bandwidth.json"
    with suppress(OSError, ValueError, KeyError, TypeError):  # not there yet, or damaged: measure
        known = json.loads(kept.read_text(encoding="utf-8"))
        if known["machine"] == machine and known["bandwidth"] > 0:
            return float(known["bandwidth"])
    measured = measure_bandwidth(cores)
    part = kept.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps({"machine": machine, "bandwidth": measured}), encoding="utf-8")
    part.replace(kept)
    return measured


def measure_bandwidth(cores: int) -> float:
    """Bytes per second that `cores` threads move together, reading and writing counted, by copying for a while.

    The fastest copy of each thread counts: it is kept for good, and other programs only ever make a copy slower.
    """
    moved = [0.0] * cores
    ready = threading.Barrier(cores)

    def copy(number: int) -> None:
        source, target = np.ones(_COPIED // 8), np.ones(_COPIED // 8)  # both written, so both in memory
        ready.wait()
        began = before = time.perf_counter()
        rounds = 0
        while before - began < _COPY_SECONDS or rounds < _COPY_ROUNDS:
            np.copyto(target, source)  # without the interpreter's lock
            now = time.perf_counter()
            moved[number] = max(moved[number], 2 * _COPIED / (now - before))
            before, rounds = now, rounds + 1

    threads = [threading.Thread(target=copy, args=(number,)) for number in range(cores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(moved)
