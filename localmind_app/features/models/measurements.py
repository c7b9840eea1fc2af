"""How fast models really were on this machine, beside what was predicted: the truth that corrects the next guess.

One small JSON file in the cache, written whole. A damaged file counts as empty.
"""

from __future__ import annotations

import json
import os
import statistics
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from localmind_app.core.home import Home
from localmind_app.core.ids import now_ms

_lock = threading.Lock()  # the worker's threads may finish two benchmarks at once
_SLOWEST, _FASTEST = 0.1, 3.0  # beyond this the guess is wrong in another way than a factor could mend


@dataclass(frozen=True)
class Measurement:
    """One model: predicted and measured tokens/s of writing, measured tokens/s of reading, bytes of memory."""

    predicted: float
    decode: float
    prompt: float
    bytes: int
    at: int


class Measurements:
    """All that was measured, by model id."""

    def __init__(self, home: Home) -> None:
        self._path: Path = home.cache / "measured.json"

    def all(self) -> dict[str, Measurement]:
        """Every model's last measurement."""
        with suppress(OSError, ValueError, TypeError, AttributeError):  # not there yet, or damaged
            found = json.loads(self._path.read_text(encoding="utf-8"))
            return {name: Measurement(**entry) for name, entry in found.items()}
        return {}

    def add(self, model: str, *, predicted: float, decode: float, prompt: float, size: int) -> Measurement:
        """Keep a measurement in the place of an older one of that model."""
        made = Measurement(predicted, decode, prompt, size, now_ms())
        with _lock:
            known = self.all() | {model: made}
            part = self._path.with_suffix(f".{os.getpid()}.part")
            part.write_text(json.dumps({name: asdict(entry) for name, entry in known.items()}), encoding="utf-8")
            part.replace(self._path)
        return made

    def correction(self) -> float:
        """What to multiply predicted speeds with: the median of measured by predicted; 1 without any measurement."""
        ratios = [entry.decode / entry.predicted for entry in self.all().values() if entry.predicted > 0]
        return min(_FASTEST, max(_SLOWEST, statistics.median(ratios))) if ratios else 1.0
