"""The icon files are those that the script draws."""

from __future__ import annotations

import struct
import zlib
from importlib import util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ICONS = Path(__file__).parents[2] / "assets" / "icons"


@pytest.fixture(scope="module")
def draw() -> ModuleType:
    spec = util.spec_from_file_location("draw", ICONS / "draw.py")
    assert spec and spec.loader
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def decode(data: bytes) -> np.ndarray:
    """The pixels of a PNG as `png` writes it: RGBA, every row with filter 2."""
    width, height = struct.unpack(">II", data[16:24])
    start = data.index(b"IDAT")
    (length,) = struct.unpack(">I", data[start - 4 : start])
    raw = np.frombuffer(zlib.decompress(data[start + 4 : start + 4 + length]), np.uint8).reshape(height, width * 4 + 1)
    assert set(raw[:, 0]) == {2}
    return np.cumsum(raw[:, 1:], axis=0, dtype=np.uint8).reshape(height, width, 4)


def test_svg_is_the_drawn_one(draw: ModuleType) -> None:
    assert (ICONS / "icon.svg").read_text(encoding="utf-8") == draw.svg()


@pytest.mark.parametrize(
    ("name", "size", "how"),
    [
        ("icon-192.png", 192, {}),
        ("apple-touch-180.png", 180, {"corner": 0}),
        ("maskable-512.png", 512, {"scale": 0.78, "corner": 0}),
    ],
)
def test_pixels_are_the_drawn_ones(draw: ModuleType, name: str, size: int, how: dict[str, float]) -> None:
    difference = decode((ICONS / name).read_bytes()).astype(int) - draw.pixels(size, **how)
    assert np.abs(difference).max() <= 1  # another version of NumPy may round the last bit differently


def test_maskable_mark_stays_in_the_safe_zone() -> None:
    image = decode((ICONS / "maskable-512.png").read_bytes()).astype(int)
    y, x = np.nonzero(np.abs(image[..., :3] - image[0, 0, :3]).sum(axis=2) > 12)
    assert np.hypot(x - 255.5, y - 255.5).max() < 0.4 * 512  # W3C manifest: a circle of 80 %
    assert (image[..., 3] == 255).all()
