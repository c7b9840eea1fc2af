"""Random secrets and their digests. A secret of 256 random bits needs no slow hash; a password does."""

from __future__ import annotations

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

# argon2id with the library's defaults, which follow RFC 9106's low-memory profile (64 MiB, 3 passes, 4 lanes).
_HASHER = PasswordHasher()


def new_secret() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a random secret: its SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hash_password(password: str) -> str:
    """The argon2id hash of a password (about 50 ms)."""
    return _HASHER.hash(password)


def verify_password(stored: str, password: str) -> bool:
    """Whether `password` is the one `stored` was made from (about 50 ms)."""
    try:
        return _HASHER.verify(stored, password)
    except VerifyMismatchError:
        return False
