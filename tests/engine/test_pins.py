"""Pinned models survive a restart, and a damaged file costs only the pins."""

from __future__ import annotations

from pathlib import Path

import pytest

from localmind_app.engine.pins import Pins


def test_pins_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "pins.json"
    pins = Pins(path)
    assert "a" not in pins
    for name in ("a", "b", "a"):
        pins.set(name, True)
    pins.set("b", False)
    pins.set("never", False)
    assert "a" in Pins(path) and "b" not in Pins(path)
    assert [one.name for one in tmp_path.iterdir()] == ["pins.json"]


@pytest.mark.parametrize("content", ["", "{", '{"a": 1}', "[1, null]", "\xff"])
def test_a_damaged_file_pins_nothing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "pins.json"
    path.write_bytes(content.encode("latin-1"))
    pins = Pins(path)
    assert "a" not in pins
    pins.set("a", True)
    assert "a" in Pins(path)
