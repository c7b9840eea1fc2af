"""Rate limits of the public API: requests and tokens per minute, per user and, where a key has its own, per key.

A bucket refills steadily. How many tokens an answer takes is known only at its end, so a request is let in while
anything is left, what it took is booked afterwards, and a bucket in debt refuses until it has refilled. Kept in memory:
a restart forgives.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from localmind_app.core.errors import Invalid, TooMany

MINUTE = 60.0
RateClass = Literal["chat", "embeddings", "other"]
Clock = Callable[[], float]


@dataclass(frozen=True)
class Limit:
    """Most requests and most tokens a minute; None is without limit."""

    requests: int | None
    tokens: int | None = None


# Far above what one person does, far below what a loop that ran wild does.
DEFAULTS: dict[RateClass, Limit] = {
    "chat": Limit(3_000, 5_000_000),
    "embeddings": Limit(6_000, 20_000_000),
    "other": Limit(6_000),
}
Limits = Mapping[RateClass, Limit]


def read_limits(stored: Any) -> dict[RateClass, Limit]:
    """Limits from their stored form ``{"chat": {"requests": 60, "tokens": 10000}}``. Raises Invalid."""
    if not isinstance(stored, Mapping):
        raise Invalid("Limits must be an object with chat, embeddings or other.")
    return {_class(name): _limit(value) for name, value in stored.items()}


def _class(name: Any) -> RateClass:
    for known in DEFAULTS:
        if name == known:
            return known
    raise Invalid("There is no rate class {name}. There are chat, embeddings and other.", name=str(name))


def _limit(value: Any) -> Limit:
    if not isinstance(value, Mapping) or not set(value) <= {"requests", "tokens"}:
        raise Invalid("A limit has requests, tokens or both, per minute.")
    for number in value.values():
        if number is not None and (isinstance(number, bool) or not isinstance(number, int) or number < 1):
            raise Invalid("A limit per minute must be a whole number of at least 1.")
    return Limit(value.get("requests"), value.get("tokens"))


def stored_limits(limits: Limits) -> dict[str, Any]:
    """The inverse of `read_limits`."""
    return {name: asdict(limit) for name, limit in limits.items()}


class Bucket:
    """Holds at most `per_minute` units and gains that many a minute; taking may leave it in debt."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self.per_minute = per_minute
        self._clock, self._at, self._level = clock, clock(), float(per_minute)

    @property
    def level(self) -> float:
        """What is in it now."""
        now = self._clock()
        gained = (now - self._at) / MINUTE * self.per_minute
        self._level, self._at = min(self._level + gained, float(self.per_minute)), now
        return self._level

    def take(self, amount: float) -> None:
        """Remove an amount, whether it is there or not."""
        self._level = self.level - amount

    def seconds_until(self, level: float) -> float:
        """How long until it holds `level`."""
        return max(level - self.level, 0.0) / self.per_minute * MINUTE


class _Meter:
    """The two buckets of one subject and class."""

    def __init__(self, limit: Limit, clock: Clock) -> None:
        self.limit = limit
        self.requests = Bucket(limit.requests, clock) if limit.requests else None
        self.tokens = Bucket(limit.tokens, clock) if limit.tokens else None

    def wait(self) -> float:
        """Seconds until a request may enter; 0 when it may now."""
        waits = [bucket.seconds_until(1.0) for bucket in (self.requests, self.tokens) if bucket]
        return max(waits, default=0.0)


class Passage:
    """One request that was measured: book its tokens here, and say in its headers what is left."""

    def __init__(self, meters: list[_Meter], heard: Callable[[int], None]) -> None:
        self._meters, self._heard = meters, heard

    def enter(self) -> None:
        """Count the request. Raises TooMany, and counts nothing, while any bucket is empty."""
        wait = max((meter.wait() for meter in self._meters), default=0.0)
        if wait > 0:
            raise TooMany(
                "Too many requests or tokens in a minute. Try again in {seconds} seconds.",
                retry_after=math.ceil(wait),
            )
        for meter in self._meters:
            if meter.requests:
                meter.requests.take(1)

    def spend(self, tokens: int) -> None:
        """Book tokens of this request, prompt and answer together."""
        self._heard(tokens)
        for meter in self._meters:
            if meter.tokens:
                meter.tokens.take(tokens)

    def headers(self) -> dict[str, str]:
        """OpenAI's `x-ratelimit-*` headers, of the limit with the least left."""
        kinds = {
            "requests": [meter.requests for meter in self._meters if meter.requests],
            "tokens": [meter.tokens for meter in self._meters if meter.tokens],
        }
        found: dict[str, str] = {}
        for kind, buckets in kinds.items():
            if buckets:
                bucket = min(buckets, key=lambda one: one.level)
                found[f"x-ratelimit-limit-{kind}"] = str(bucket.per_minute)
                found[f"x-ratelimit-remaining-{kind}"] = str(max(int(bucket.level), 0))
                found[f"x-ratelimit-reset-{kind}"] = f"{bucket.seconds_until(bucket.per_minute):.3f}s"
        return found


class Rates:
    """All buckets of this process."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._meters: dict[tuple[str, RateClass], _Meter] = {}

    def passage(
        self, kind: RateClass, subjects: Mapping[str, Limits], heard: Callable[[int], None] = lambda tokens: None
    ) -> Passage:
        """The meters of a request. `subjects` are the ids (user, key) it counts for, with the limits of each.

        `heard` is told the tokens when they are booked.
        """
        meters = [self._meter(subject, kind, limits[kind]) for subject, limits in subjects.items() if kind in limits]
        return Passage(meters, heard)

    def _meter(self, subject: str, kind: RateClass, limit: Limit) -> _Meter:
        meter = self._meters.get((subject, kind))
        if meter is None or meter.limit != limit:
            meter = self._meters[subject, kind] = _Meter(limit, self._clock)
        return meter
