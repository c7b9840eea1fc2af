"""Keys of other servers, sealed at rest: AES-256-GCM with a key file of the data folder.

Covered: a copy of the database alone (a backup, a file sent for help) gives no key away, and a sealed key that is moved
to another engine's row cannot be opened. Not covered: who can read the whole data folder can open everything.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from localmind_app.core.errors import Invalid

_KEY_BYTES, _NONCE_BYTES = 32, 12


class Seal:
    """Seals and opens small secrets; `path` is the key file, made 0600 with the first secret."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def close(self, secret: str, owner: str) -> bytes:
        """The sealed form of `secret`, bound to the id of its owner."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self._key(make=True)).encrypt(nonce, secret.encode(), owner.encode())

    def open(self, sealed: bytes, owner: str) -> str:
        """The secret. Raises Invalid when the key file is gone or another one, or `sealed` was changed."""
        nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return AESGCM(self._key(make=False)).decrypt(nonce, rest, owner.encode()).decode()
        except (InvalidTag, FileNotFoundError, ValueError) as error:
            raise Invalid("The stored key of this engine cannot be read any more. Enter it again.") from error

    def _key(self, *, make: bool) -> bytes:
        if make and not self._path.exists():
            self._make()
        return self._path.read_bytes()

    def _make(self) -> None:
        """Write a new key whole or not at all; when two processes race, the first one's stays."""
        draft = self._path.with_name(f".{self._path.name}-{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(AESGCM.generate_key(8 * _KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, self._path)
        finally:
            draft.unlink()
