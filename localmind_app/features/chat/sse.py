"""A chat's events as bytes of text/event-stream (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable

from .views import Event

HEARTBEAT = ":\n\n"
# A window of 4 kB costs about 30 kB of memory a stream; frames repeat themselves within far less.
_GZIP_WINDOW = 16 + 12
_MEMORY_LEVEL = 5


def frame(event: Event) -> str:
    """One event; a piece of text, the common kind, goes without a name."""
    head = "" if event.seq is None else f"id:{event.seq}\n"
    if event.kind != "text":
        head += f"event:{event.kind}\n"
    return f"{head}data:{json.dumps(event.data, ensure_ascii=False, separators=(',', ':'))}\n\n"


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header allows gzip (RFC 9110, 12.5.3; an unset one does not)."""
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.strip().partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


class Encoder:
    """Turns frames into bytes that can be read at once; with `gzip`, as one gzip stream flushed after each piece.

    A frame of a few words is mostly frame; compressed, number and field names cost next to nothing.
    """

    def __init__(self, *, gzip: bool) -> None:
        self._packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP_WINDOW, _MEMORY_LEVEL) if gzip else None

    def encode(self, frames: Iterable[str]) -> bytes:
        """The bytes of frames that go out together."""
        plain = "".join(frames).encode()
        if self._packer is None:
            return plain
        return self._packer.compress(plain) + self._packer.flush(zlib.Z_SYNC_FLUSH)
