"""Text of page images by OCR (RapidOCR with the PP-OCRv6 models in its package; nothing is fetched).

Reads printed Latin and Chinese letters, umlauts and accents among them, upright or turned by 180 degrees. Slow: about
two seconds a page on a core.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from PIL import Image

from .encoding import drop_controls
from .rows import Row, joined

LONGEST_SIDE = 1600  # pixels; more costs time and finds nothing more on a page of normal letters
LARGER = 1.35  # than the body: a heading; boxes found by OCR vary
_LEAST_SCORE = 0.5
_LETTERS = 0.75  # of a box's height is the size of its letters


def name() -> str:
    """What reads, for `Document.parser`."""
    return f"rapidocr {version('rapidocr')}"


def rows_of(image: Image.Image, page: int, width: float, height: float) -> list[Row]:
    """The lines of text on a page image, in reading order of their tops, as points of a page of that size."""
    shrunk = image.convert("RGB")
    shrunk.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    found = _engine()(np.asarray(shrunk))
    if found.boxes is None:
        return []
    across, down = width / shrunk.width, height / shrunk.height
    rows = []
    for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        text = drop_controls(text).strip()
        if score < _LEAST_SCORE or not text:
            continue
        (x0, y0), (x1, y1) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
        size = (y1 - y0) * down * _LETTERS
        rows.append(Row(page, text, x0 * across, y0 * down, x1 * across, y1 * down, size, y1 * down))
    lines: list[list[Row]] = []
    for row in sorted(rows, key=lambda one: (one.y0 + one.y1, one.x0)):
        if lines and _on_one_line(lines[-1], row):
            lines[-1].append(row)
        else:
            lines.append([row])
    return [joined(sorted(line, key=lambda one: one.x0)) for line in lines]


def _on_one_line(line: Sequence[Row], row: Row) -> bool:
    beside = all(row.x0 >= one.x1 - one.size or row.x1 <= one.x0 + one.size for one in line)
    last = line[-1]
    shared = min(last.y1, row.y1) - max(last.y0, row.y0)
    return beside and shared > 0.5 * min(last.y1 - last.y0, row.y1 - row.y0)


@functools.cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    threads = min(4, os.cpu_count() or 1)
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
