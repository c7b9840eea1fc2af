"""Unpacks what a server compressed, and never more of it than allowed: a bomb is stopped while it unpacks.

Only gzip and deflate are asked for, and anything else is refused unread.
"""

from __future__ import annotations

import zlib

from localmind_app.core.errors import SourceError, TooLarge

ASKED_FOR = "gzip, deflate"
_GZIP, _ZLIB, _RAW = 31, 15, -15  # window sizes as zlib tells formats apart


class Unpacker:
    """The bytes of one body, at most `limit` after unpacking. `encoding` is the Content-Encoding header."""

    def __init__(self, encoding: str, limit: int, host: str) -> None:
        names = [name for one in encoding.lower().split(",") if (name := one.strip()) not in ("", "identity")]
        if len(names) > 1 or (names and names[0] not in ("gzip", "x-gzip", "deflate")):
            raise SourceError(
                "{host} sent the page in a form that was not asked for ({form}). It was not read.",
                host=host,
                form=encoding[:50],
            )
        self._limit, self._host, self._first = limit, host, True
        self._unpack = zlib.decompressobj(_ZLIB if names == ["deflate"] else _GZIP) if names else None
        self._deflate = names == ["deflate"]
        self.data = bytearray()

    @property
    def full(self) -> bool:
        """Whether there was more than may be kept, and the rest was cut off."""
        return len(self.data) >= self._limit

    def take(self, chunk: bytes, *, cut: bool = False) -> None:
        """Add what arrived; what is over the limit is an error, or with `cut` left out.

        Raises TooLarge, and SourceError when it is damaged.
        """
        if self._unpack is None:
            self._add(chunk, cut)
            return
        while chunk and not (cut and self.full):
            if self._unpack.eof:  # gzip members may follow each other; what else follows is ignored
                if self._deflate or not chunk.startswith(b"\x1f\x8b"):
                    return
                self._unpack = zlib.decompressobj(_GZIP)
            self._add(self._unpacked(chunk), cut)
            chunk = self._unpack.unused_data if self._unpack.eof else self._unpack.unconsumed_tail

    def _unpacked(self, chunk: bytes) -> bytes:
        assert self._unpack is not None
        room = self._limit - len(self.data) + 1  # one byte over the limit shows that there is more
        first, self._first = self._first, False
        try:
            return self._unpack.decompress(chunk, room)
        except zlib.error as error:
            if not (first and self._deflate):
                raise self._damaged() from error
        self._unpack = zlib.decompressobj(_RAW)  # some servers leave the header of "deflate" out
        try:
            return self._unpack.decompress(chunk, room)
        except zlib.error as error:
            raise self._damaged() from error

    def end(self) -> bytes:
        """Everything. Raises SourceError when the end is missing."""
        if self._unpack is not None and not self._unpack.eof and self.data:
            raise self._damaged()
        return bytes(self.data)

    def _add(self, data: bytes, cut: bool) -> None:
        self.data += data
        if len(self.data) > self._limit:
            if not cut:
                raise too_large(self._host, self._limit)
            del self.data[self._limit :]

    def _damaged(self) -> SourceError:
        return SourceError("What {host} sent is damaged, so it was not read. Try again later.", host=self._host)


def too_large(host: str, limit: int) -> TooLarge:
    """The error of a body over its limit."""
    return TooLarge(
        "What {host} sends is larger than {limit} MB, the most that is read of one page. Nothing was kept.",
        host=host,
        limit=max(1, limit // 1_000_000),
    )
