"""How fast a model is on this machine: reading a prompt, writing token by token, and the memory both take."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import psutil

from .. import llamacpp
from ..wire import Message
from . import sample
from .reader import ROWS, Reader

Report = Callable[[float, float], None]
ROUNDS, PROMPT, WRITTEN = 3, 512, 64  # tokens


@dataclass(frozen=True)
class Speed:
    """Medians in tokens per second, one request alone; `bytes` is the memory the process took.

    `busy`: other programs wanted the processor meanwhile, so that it is faster at other times.
    """

    prompt: float
    decode: float
    bytes: int
    busy: bool


def measure(
    reader: Reader, report: Report, rounds: int = ROUNDS, prompt: int = PROMPT, written: int = WRITTEN
) -> Speed:
    """Read `prompt` tokens and write `written` more, greedily, in `rounds` rounds after a short one for warmth."""
    text = list(itertools.islice(itertools.cycle(reader.tokens(sample.text())), max(1, reader.n_ctx - written)))[
        :prompt
    ]
    _round(reader, text[:ROWS], 4)
    reading, writing = [], []
    for number in range(1, rounds + 1):
        read, wrote = _round(reader, text, written)
        reading.append(len(text) / read)
        writing.append(written / wrote)
        report(number, rounds)
    return Speed(statistics.median(reading), statistics.median(writing), _memory(), reader.busy)


def _round(reader: Reader, text: list[int], written: int) -> tuple[float, float]:
    """Seconds for reading `text` and for writing `written` tokens."""
    reader.forget()
    began = time.perf_counter()
    logits = None
    for start in range(0, len(text), ROWS):
        part = text[start : start + ROWS]
        logits = reader.decode(part, start, len(part) - 1)
    read = time.perf_counter()
    for place in range(len(text), len(text) + written):
        assert logits is not None
        logits = reader.decode([int(np.argmax(logits[-1]))], place, 0)
    return read - began, time.perf_counter() - read


def _memory() -> int:
    """Bytes in memory now, weights included; measured after the work, when everything has been touched."""
    return int(psutil.Process().memory_info().rss)


def task(request: Message, report: Report) -> Message:
    """{model, rounds?} → {prompt, decode, bytes, busy}."""
    llamacpp.start()
    reader = Reader(request["model"], PROMPT + WRITTEN)
    speed = measure(reader, report, request.get("rounds") or ROUNDS)
    reader.close()
    return asdict(speed)
