"""Reads along with what llama.cpp logs, line by line: its quantiser tells its progress and its sizes nowhere else."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import llama_cpp.llama_cpp as c

from .. import llamacpp


@contextmanager
def lines(take: Callable[[str], None]) -> Iterator[None]:
    """Give every whole line of llama.cpp's log to `take` while the block runs, then restore the usual log."""
    unfinished = ""

    def on_log(_level: int, text: bytes | None, _: object) -> None:
        nonlocal unfinished
        *whole, unfinished = (unfinished + (text or b"").decode("utf-8", "replace")).split("\n")
        for line in whole:
            take(line)

    callback = c.llama_log_callback(on_log)
    c.llama_log_set(callback, ctypes.c_void_p(0))
    try:
        yield
    finally:
        llamacpp.start()
        if unfinished:
            take(unfinished)
