"""Frames between the vector index's process and its clients."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from localmind_app.features.knowledge.vectors import wire

pytestmark = pytest.mark.anyio


def stream(data: bytes) -> asyncio.StreamReader:
    made = asyncio.StreamReader()
    made.feed_data(data)
    made.feed_eof()
    return made


async def test_frames_come_out_as_they_went_in() -> None:
    rows = np.arange(6, dtype=np.float32).reshape(2, 3)
    data = wire.of_ids([1, 1 << 60]) + wire.of_floats(rows)
    reader = stream(wire.pack({"a": "\u00e9\ud800"}, data) + wire.pack({}))
    head, found = await wire.read(reader)
    assert head == {"a": "\u00e9\ud800"} and wire.ids_of(found, 2) == [1, 1 << 60]
    assert wire.floats_of(found, 16).tolist() == rows.ravel().tolist()
    assert await wire.read(reader) == ({}, b"")
    with pytest.raises(asyncio.IncompleteReadError):
        await wire.read(reader)


@pytest.mark.parametrize("data", [b"\xff" * 8, b"\2\0\0\0\0\0\0\0{{", b"\2\0\0\0\0\0\0\0[]"])
async def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(wire.Garbled):
        await wire.read(stream(data))


def test_nothing_travels_too() -> None:
    assert wire.ids_of(b"", -1) == [] and wire.ids_of(wire.of_ids([]), 0) == []
    assert wire.floats_of(b"").shape == (0,)
    with pytest.raises(ValueError):
        wire.ids_of(b"12345678", 2)
    with pytest.raises(ValueError):
        wire.floats_of(b"12345")
