"""Identifiers: ULIDs, 26 characters, sortable by creation time, unguessable in their random part."""

from __future__ import annotations

import secrets
import threading
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS = 80
_lock = threading.Lock()
_last = 0


def new_id(at_ms: int | None = None) -> str:
    """A new ULID (48 bits of milliseconds, 80 random bits; https://github.com/ulid/spec).

    Ids of one process made at the current time are strictly increasing: within a millisecond the random part only
    grows, as the specification's monotonic form does.
    """
    global _last
    if at_ms is not None:
        return _encode((at_ms << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS))
    with _lock:
        fresh = (now_ms() << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
        # The step is random too, so one id does not give away the next.
        _last = fresh if fresh > _last else _last + 1 + secrets.randbits(64)
        return _encode(_last)


def _encode(value: int) -> str:
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def now_ms() -> int:
    """The time in milliseconds since 1970, UTC: the one form in which times are stored."""
    return int(time.time() * 1000)
