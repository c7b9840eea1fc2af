"""Frames of text/event-stream, plain and as gzip that can be read while it grows."""

from __future__ import annotations

import json
import zlib

import pytest

from localmind_app.features.chat.sse import Encoder, accepts_gzip, frame
from localmind_app.features.chat.views import Event


def test_text_has_a_number_and_no_name() -> None:
    assert frame(Event("text", "a\nb", seq=7)) == 'id:7\ndata:"a\\nb"\n\n'


def test_other_kinds_are_named() -> None:
    assert frame(Event("stage", {"stage": "loading"})) == 'event:stage\ndata:{"stage":"loading"}\n\n'


@pytest.mark.parametrize("text", ["Grüße 👍", "\u2028line", "data:\n\nid:9\n", ""])
def test_a_text_cannot_break_out_of_its_frame(text: str) -> None:
    lines = frame(Event("text", text, seq=1)).split("\n")
    assert len(lines) == 4
    assert json.loads(lines[1].removeprefix("data:")) == text


@pytest.mark.parametrize(
    ("header", "accepted"),
    [("gzip, deflate, br", True), ("br;q=1.0, GZIP;q=0.5", True), ("", False), ("gzip;q=0", False), ("br", False)],
)
def test_who_accepts_gzip(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


def test_every_piece_of_a_gzip_stream_can_be_read_at_once() -> None:
    encoder, reader = Encoder(gzip=True), zlib.decompressobj(31)
    sent = plain = 0
    for number in range(1000):
        frames = [frame(Event("text", f"word{number % 7} and ", seq=1000 + number))]
        piece = encoder.encode(frames)
        assert reader.decompress(piece).decode() == frames[0]
        sent, plain = sent + len(piece), plain + len(frames[0])
    assert sent < plain * 0.6


def test_without_gzip_frames_are_sent_as_they_are() -> None:
    assert Encoder(gzip=False).encode(["a", "ü"]) == "aü".encode()
