"""Identifiers: ULIDs, 26 characters, sortable by creation time, unguessable in their random part."""

from __future__ import annotations

import secrets
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(now_ms: int | None = None) -> str:
    """A new ULID (48 bits of milliseconds, 80 random bits; https://github.com/ulid/spec)."""
    value = ((now_ms or int(time.time() * 1000)) << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def now_ms() -> int:
    """The time in milliseconds since 1970, UTC: the one form in which times are stored."""
    return int(time.time() * 1000)
