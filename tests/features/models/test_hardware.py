from __future__ import annotations

import importlib
import json
import platform
from pathlib import Path

import psutil
import pytest

from localmind_app.core.home import Home
from localmind_app.features.models import hardware


def test_this_machine_is_read(home: Home) -> None:
    found = hardware.read(home)
    assert found.cores == (psutil.cpu_count(logical=False) or 1) <= found.threads
    assert found.memory == psutil.virtual_memory().total and 0 < found.available <= found.memory
    assert found.cpu and (platform.machine() != "x86_64" or "avx" in found.flags or not found.flags)
    assert 1e8 < found.bandwidth < 1e13
    assert all(0 <= gpu.free <= gpu.total for gpu in found.gpus)


def test_the_speed_of_memory_is_measured_once_per_machine(home: Home) -> None:
    first = hardware.read(home).bandwidth
    assert hardware.read(home).bandwidth == first
    kept = home.cache / "bandwidth.json"
    known = json.loads(kept.read_text())
    kept.write_text(json.dumps(known | {"bandwidth": 5.0}))
    assert hardware.read(home).bandwidth == 5.0
    kept.write_text(json.dumps({"machine": "another", "bandwidth": 5.0}))
    assert hardware.read(home).bandwidth > 1e8
    kept.write_text("[1")
    assert hardware.read(home).bandwidth > 1e8


def test_backends_are_seen_by_their_libraries(tmp_path: Path) -> None:
    (tmp_path / "libggml-cpu.so").touch()
    assert hardware.backends(tmp_path) == frozenset()
    (tmp_path / "libggml-cuda.so").touch()
    (tmp_path / "ggml-vulkan.dll").touch()
    assert hardware.backends(tmp_path) == {"cuda", "vulkan"}


def test_an_amd_card_is_read_from_its_driver(tmp_path: Path) -> None:
    device = tmp_path / "card1" / "device"
    device.mkdir(parents=True)
    (device / "mem_info_vram_total").write_text("17163091968\n")
    (device / "mem_info_vram_used").write_text("163091968\n")
    (card,) = hardware._amd(tmp_path)
    assert (card.name, card.kind, card.total, card.free) == ("AMD card1", "hip", 17163091968, 17_000_000_000)
    (device / "mem_info_vram_used").unlink()  # as when the driver goes away
    assert hardware._amd(tmp_path) == []


def test_without_a_driver_there_is_no_nvidia_card() -> None:
    nvml = pytest.importorskip("pynvml")
    try:
        importlib.import_module("pynvml").nvmlInit()
    except nvml.NVMLError:
        assert hardware._nvidia() == []
    else:
        cards = hardware._nvidia()
        assert len(cards) == nvml.nvmlDeviceGetCount() and all(card.total > 0 for card in cards)
