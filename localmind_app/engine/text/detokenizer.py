"""Turns token bytes into text, step by step: whole characters only, and never a part of a stop string."""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class Detokenizer:
    """Incremental UTF-8 with stop strings.

    Text is held back while it may still become a stop string, and bytes while they are the beginning of a character.
    Bytes that cannot be UTF-8 become U+FFFD at once, so one bad token never silences the rest of an answer.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._stops = stops
        self._held = ""
        self.stopped = False

    def push(self, data: bytes) -> str:
        """The text that is certain after `data`; sets `stopped` when a stop string is complete (and cuts it off)."""
        text = self._held + self._decode(data)
        if not self._stops:
            return text
        ends = [at for stop in self._stops if (at := text.find(stop)) >= 0]
        if ends:
            self.stopped = True
            self._held = ""
            return text[: min(ends)]
        keep = max(_overlap(text, stop) for stop in self._stops)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def finish(self) -> str:
        """What was held back; an unfinished character is dropped, since half of it means nothing."""
        held, self._held = self._held, ""
        return held


def _overlap(text: str, stop: str) -> int:
    """Length of the longest end of `text` that begins `stop`."""
    for size in range(min(len(text), len(stop) - 1), 0, -1):
        if stop.startswith(text[-size:]):
            return size
    return 0
