"""Unpacking stops at the limit, before the memory for more is taken."""

from __future__ import annotations

import tracemalloc
import zlib

import pytest

from localmind_app.core.errors import SourceError, TooLarge
from localmind_app.features.web_pages.encoding import Unpacker

MB = 1_000_000


def packed(size: int, window: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return b"".join(packer.compress(bytes(MB)) for _ in range(size // MB)) + packer.flush()


@pytest.mark.parametrize(("encoding", "window"), [("gzip", 31), ("deflate", 15), ("deflate", -15)])
def test_a_bomb_in_one_chunk_takes_little_memory(encoding: str, window: int) -> None:
    bomb = packed(300 * MB, window)
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            Unpacker(encoding, 2 * MB, "x.example").take(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20 * MB


def test_a_limit_that_is_just_met() -> None:
    for encoding, data in (("", bytes(MB)), ("gzip", packed(MB, 31))):
        body = Unpacker(encoding, MB, "x.example")
        body.take(data)
        assert len(body.end()) == MB
        with pytest.raises(TooLarge):
            Unpacker(encoding, MB - 1, "x.example").take(data)


def test_byte_by_byte() -> None:
    for encoding, window in (("gzip", 31), ("deflate", 15)):
        body = Unpacker(encoding, 2 * MB, "x.example")
        for byte in packed(MB, window):
            body.take(bytes([byte]))
        assert body.end() == bytes(MB)


def test_cut_instead_of_refused() -> None:
    for encoding, data in (("", bytes(MB)), ("gzip", packed(MB, 31))):
        body = Unpacker(encoding, 1000, "x.example")
        body.take(data, cut=True)
        assert body.full and bytes(body.data) == bytes(1000)


def test_an_empty_body_is_no_damage() -> None:
    assert Unpacker("gzip", MB, "x.example").end() == b""
    with pytest.raises(SourceError):
        Unpacker("br", MB, "x.example")
