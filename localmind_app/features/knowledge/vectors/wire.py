"""How the vector index's process and its clients talk: one frame asks, one frame answers, over a stream.

A frame is two little-endian uint32 (bytes of the head, bytes of the data), the head as a JSON object, and the data:
ids as little-endian int64, then numbers as float32. HTTP and vectors as text would take five times as long as that,
and as much as a whole search of a small index.
"""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
STREAM_LIMIT = 1 << 20  # bytes that wait in a stream before its sender is held up
_SIZES = struct.Struct("<II")
_MOST = 256 << 20  # bytes of a head or of data: the ids of 30 million vectors


class Garbled(Exception):
    """What came is no frame."""


def pack(head: Mapping[str, Any], data: bytes = b"") -> bytes:
    """One frame."""
    written = json.dumps(head, separators=(",", ":")).encode()
    return _SIZES.pack(len(written), len(data)) + written + data


async def read(stream: asyncio.StreamReader) -> tuple[dict[str, Any], bytes]:
    """The next frame: its head and its data. Raises Garbled, and IncompleteReadError where the stream ends."""
    first, second = _SIZES.unpack(await stream.readexactly(_SIZES.size))
    if max(first, second) > _MOST:
        raise Garbled(f"a frame of {first} and {second} bytes")
    written, data = await stream.readexactly(first), await stream.readexactly(second)
    try:
        head = json.loads(written)
    except ValueError as error:
        raise Garbled(f"a head that is no JSON: {error}") from error
    if not isinstance(head, dict):
        raise Garbled("a head that is no object")
    return head, data


def of_ids(ids: Sequence[int]) -> bytes:
    """Ids as they travel."""
    return np.asarray(ids, "<i8").tobytes()


def ids_of(data: bytes, count: int, start: int = 0) -> list[int]:
    """`count` ids from byte `start` on. Raises ValueError where there are not as many."""
    found: list[int] = np.frombuffer(data, "<i8", count, start).tolist()
    return found


def of_floats(numbers: Vectors | Sequence[float]) -> bytes:
    """Numbers, or vectors one after the other, as they travel."""
    return np.ascontiguousarray(numbers, "<f4").tobytes()


def floats_of(data: bytes, start: int = 0) -> Vectors:
    """All numbers from byte `start` on. Raises ValueError for data that has another length."""
    return np.frombuffer(data, "<f4", -1, start) if len(data) > start else np.zeros(0, np.float32)
