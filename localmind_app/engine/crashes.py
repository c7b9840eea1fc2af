"""What happens to a model whose process keeps ending: it is started again later and later, and then not any more.

After each crash the next start waits 1, 2, 4 … seconds. Two crashes within ten minutes quarantine the model: requests
get the reason at once, until its file changes, it is released, or the engine starts anew. Whoever ended the process
counts the same, the model or the system: a model that is killed for lack of memory again and again helps nobody.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from localmind_app.core.errors import ModelQuarantined, UserError

WINDOW_SECONDS = 600.0
MOST_CRASHES = 2  # within the window
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0  # seconds
_FORGIVEN_SECONDS = 3600.0

Stamp = tuple[int, int]


@dataclass
class _Record:
    stamp: Stamp
    reason: UserError
    times: list[float] = field(default_factory=list)  # of the crashes since the last release
    streak: int = 0
    last: float = 0.0


class Crashes:
    """Counts crashes by model. `clock` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._records: dict[str, _Record] = {}

    def note(self, model_id: str, stamp: Stamp, reason: UserError) -> None:
        """The model's process ended without being asked to."""
        now = self._clock()
        record = self._find(model_id, stamp)
        if record is None:
            record = self._records[model_id] = _Record(stamp, reason)
        record.streak = 1 if now - record.last > _FORGIVEN_SECONDS else record.streak + 1
        record.reason, record.last = reason, now
        record.times = [*(at for at in record.times if now - at < WINDOW_SECONDS), now]

    def wait(self, model_id: str, stamp: Stamp) -> float:
        """Seconds until the model may be started."""
        record = self._find(model_id, stamp)
        if record is None:
            return 0.0
        pause = min(_FIRST_WAIT * 2.0 ** (record.streak - 1), _LONGEST_WAIT)
        return max(0.0, record.last + pause - self._clock())

    def quarantine(self, model_id: str, stamp: Stamp) -> ModelQuarantined | None:
        """The error its requests get, where the model is not to be started."""
        record = self._find(model_id, stamp)
        if record is None or len(record.times) < MOST_CRASHES:
            return None
        return ModelQuarantined(
            "The model {model} is set aside: its process ended {count} times within {minutes} minutes. The "
            "last reason: {reason} It is started again when its file changes, when you release it, or when LocalMind "
            "restarts.",
            model=model_id,
            count=len(record.times),
            minutes=int(WINDOW_SECONDS // 60),
            reason=record.reason.text,
        )

    def release(self, model_id: str) -> None:
        """Let it be started again. The pause after its last crash stays, and doubles if it crashes soon."""
        if model_id in self._records:
            self._records[model_id].times.clear()

    def _find(self, model_id: str, stamp: Stamp) -> _Record | None:
        record = self._records.get(model_id)
        if record is not None and record.stamp != stamp:
            del self._records[model_id]  # another file: what the old one did does not count
            return None
        return record
