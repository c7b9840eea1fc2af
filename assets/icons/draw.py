"""Draws LocalMind's mark once and writes every icon file from it: ``python assets/icons/draw.py``.

The mark: a spoken word (the bubble) with the mind inside of it (the dot). Nothing leaves the shape. Pixels are computed
from distances to the outline, so no browser and no image library is needed, and every run gives the same bytes.
"""

from __future__ import annotations

import math
import struct
import zlib
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

HERE: Final = Path(__file__).parent
UNIT: Final = 64  # the mark is drawn on a square of this many units

TILE: Final = (0x0B, 0x6B, 0x61)
LINE: Final = (0xFF, 0xFF, 0xFF)
DOT: Final = (0x8F, 0xE6, 0xD6)

CENTRE: Final = (32.5, 30.5)
RADIUS: Final = 16.5
STROKE: Final = 5.5
DOT_RADIUS: Final = 5.5
CORNER: Final = 15.0
TAIL: Final = (16.5, 48.5)
OPENING: Final = (155.0, 103.0)  # degrees, clockwise from the right: where the bubble goes over into its tail

Plane = NDArray[np.float64]


def _on_circle(degrees: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return CENTRE[0] + RADIUS * math.cos(angle), CENTRE[1] + RADIUS * math.sin(angle)


def svg() -> str:
    """The mark as SVG."""
    (x1, y1), (x2, y2) = _on_circle(OPENING[0]), _on_circle(OPENING[1])
    path = f"M{x1:.2f} {y1:.2f}A{RADIUS} {RADIUS} 0 1 1 {x2:.2f} {y2:.2f}L{TAIL[0]} {TAIL[1]}Z"

    def colour(rgb: tuple[int, int, int]) -> str:
        return "#{:02x}{:02x}{:02x}".format(*rgb)

    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {UNIT} {UNIT}">'
        f'<rect width="{UNIT}" height="{UNIT}" rx="{CORNER:g}" fill="{colour(TILE)}"/>'
        f'<path d="{path}" fill="none" stroke="{colour(LINE)}" stroke-width="{STROKE}" stroke-linejoin="round"/>'
        f'<circle cx="{CENTRE[0]}" cy="{CENTRE[1]}" r="{DOT_RADIUS}" fill="{colour(DOT)}"/></svg>\n'
    )


def _outline() -> list[tuple[float, float]]:
    """The bubble as a closed line of points: round the long way, then out to the tail and back."""
    start, end = OPENING[0], OPENING[1] + 360
    arc = [_on_circle(start + (end - start) * step / 96) for step in range(97)]
    return [*arc, TAIL, arc[0]]


def _to_segment(x: Plane, y: Plane, a: tuple[float, float], b: tuple[float, float]) -> Plane:
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = np.clip(((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy), 0, 1)
    distance: Plane = np.hypot(x - a[0] - along * dx, y - a[1] - along * dy)
    return distance


def pixels(size: int, *, scale: float = 1.0, corner: float = CORNER) -> NDArray[np.uint8]:
    """The mark as size × size RGBA. `scale` shrinks it inside of its tile, `corner` 0 fills the whole square."""
    step = UNIT / size
    axis = (np.arange(size) + 0.5) * step
    px, py = np.meshgrid(axis, axis)
    x, y = (UNIT / 2 + (plane - UNIT / 2) / scale for plane in (px, py))

    def cover(distance: Plane, width: float) -> Plane:
        inside: Plane = np.clip(0.5 - distance / width, 0, 1)
        return inside

    half = UNIT / 2 - corner
    gap_x, gap_y = np.abs(px - UNIT / 2) - half, np.abs(py - UNIT / 2) - half
    outside = np.hypot(np.maximum(gap_x, 0), np.maximum(gap_y, 0)) + np.minimum(np.maximum(gap_x, gap_y), 0)
    tile = cover(outside - corner, step) if corner else np.ones((size, size))

    points = _outline()
    line = np.min([_to_segment(x, y, a, b) for a, b in pairwise(points)], axis=0) - STROKE / 2
    dot = np.hypot(x - CENTRE[0], y - CENTRE[1]) - DOT_RADIUS
    image = np.empty((size, size, 4))
    image[..., :3] = TILE
    for distance, colour in ((line, LINE), (dot, DOT)):
        part = cover(distance, step / scale)[..., None]
        image[..., :3] = image[..., :3] * (1 - part) + np.array(colour) * part
    image[..., 3] = tile * 255
    rounded: NDArray[np.uint8] = np.rint(image).astype(np.uint8)
    return rounded


def png(image: NDArray[np.uint8]) -> bytes:
    """RGBA pixels as a PNG file (ISO/IEC 15948), each row predicted from the one above."""
    height, width, _ = image.shape

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = image.reshape(height, width * 4)
    above = np.vstack([np.zeros((1, width * 4), np.uint8), rows[:-1]])
    filtered = np.hstack([np.full((height, 1), 2, np.uint8), rows - above])
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(filtered.tobytes(), 9)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def ico(picture: bytes, size: int) -> bytes:
    """One PNG as an .ico file."""
    return struct.pack("<HHH", 0, 1, 1) + struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(picture), 22) + picture


def main() -> None:
    """Writes all icon files."""
    (HERE / "icon.svg").write_text(svg(), encoding="utf-8")
    for size in (192, 512):
        (HERE / f"icon-{size}.png").write_bytes(png(pixels(size)))
    # A phone may cut a maskable icon to a circle: the mark keeps to the inner 80 % (W3C manifest, "safe zone").
    (HERE / "maskable-512.png").write_bytes(png(pixels(512, scale=0.78, corner=0)))
    (HERE / "apple-touch-180.png").write_bytes(png(pixels(180, corner=0)))
    (HERE.parent / "favicon.ico").write_bytes(ico(png(pixels(32)), 32))


if __name__ == "__main__":
    main()
