"""Downloads one file: several ranges at a time, taken up where they ended, hashed before anybody sees it.

Lengths, ranges and ETags are compared with each other, with what the hub listed, and in the end with the SHA-256. What
cannot be trusted is fetched again from its start, from the next source, or not at all.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import shutil
import time
from collections import deque
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from localmind_app.core.errors import DiskFull, NotAllowed, NotFound, SourceError, UserError
from localmind_app.core.long_jobs import Stopped

from .carrier import Carrier
from .part import PIECE_BYTES, Part, Piece, write_at
from .source import Broken, Changed, Head, Source, patiently

MARGIN_BYTES = 512 * 1024 * 1024  # room that a download leaves on the disk
SAVE_SECONDS = 2.0
BLOCK = 4 * 1024 * 1024
MOST_RESTARTS = 3
MOST_DROPS = 60  # of one piece, whatever each of them brought

# Told how many bytes of the file are there; raises `Stopped` when the download is to pause or to end.
Tell = Callable[[int], None]


@dataclass(frozen=True)
class Wanted:
    """A file and where it is. `size` and hashes are what the hub or the catalogue says; None where they do not."""

    path: str
    urls: tuple[str, ...]
    size: int | None = None
    sha256: str | None = None
    git_oid: str | None = None


def check_room(folder: Path, needed: int) -> None:
    """Raises DiskFull when the disk cannot take `needed` bytes and keep its margin."""
    free = shutil.disk_usage(folder).free
    if needed + MARGIN_BYTES > free:
        raise DiskFull(
            "There is too little room: {needed} MB more are needed, {free} MB are free. Nothing was downloaded; "
            "free some space and try again.",
            needed=(needed + MARGIN_BYTES) // 1_000_000, free=free // 1_000_000,
        )  # fmt: skip


class Downloader:
    """Fetches files through a carrier. `first_wait` (seconds) doubles from try to try."""

    def __init__(self, carrier: Carrier, *, connections: int = 4, piece_bytes: int = PIECE_BYTES,
                 first_wait: float = 0.5) -> None:  # fmt: skip
        self._carrier, self._connections = carrier, connections
        self._piece_bytes, self._first_wait = piece_bytes, first_wait

    async def fetch(self, wanted: Wanted, path: Path, tell: Tell, checking: Tell) -> str:
        """Bring all of the file to `path` and check it; its SHA-256. `checking` is told while it is hashed.

        Raises SourceError, NotFound or NotAllowed when no source has it, DiskFull (what is there is kept), and what
        `tell` raises.
        """
        last: UserError = NotFound("There is no source for {file}.", file=wanted.path)
        for url in wanted.urls:
            part = Part(path)
            try:
                source = Source(self._carrier, url)
                await self._bring(source, wanted, part, tell)
                return await _checked(source, wanted, part, checking)
            except (SourceError, NotFound, NotAllowed) as error:
                last = error
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                    raise
                raise _full(wanted) from error
        raise last

    async def _bring(self, source: Source, wanted: Wanted, part: Part, tell: Tell) -> None:
        for _ in range(MOST_RESTARTS):
            head = await patiently(source.head, lambda: tell(part.there), self._first_wait)
            _compare(source, wanted, head)
            identity = wanted.sha256 or (f"{source.url} {head.tag}" if head.tag else "")
            try:
                # Without a tag and a hash, ranges of two contents could be mixed and nobody would notice.
                if head.ranges and head.size is not None and identity:
                    part.open(identity, head.size, self._piece_bytes)
                    await self._in_pieces(source, head, part, tell)
                else:
                    await self._in_one(source, wanted, part, tell)
                return
            except Changed:
                part.drop()
        raise SourceError(
            "{file} keeps changing at {host} while it is downloaded. Nothing of it was kept; try again later.",
            file=wanted.path, host=source.host,
        )  # fmt: skip

    async def _in_pieces(self, source: Source, head: Head, part: Part, tell: Tell) -> None:
        missing = deque(piece for piece in part.pieces if not piece.done)
        with FileIO(part.path, "r+") as file:
            saver = _Saver(part, file)

            async def work() -> None:
                while missing:
                    await self._piece(source, head, missing.popleft(), saver, tell)

            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(min(self._connections, len(missing))):
                        group.create_task(work())
            except BaseExceptionGroup as failed:  # one of its errors is raised again, a stop before others
                stopped = [error for error in failed.exceptions if isinstance(error, Stopped)]
                raise [*stopped, *failed.exceptions][0] from None
            finally:
                part.save(file)

    async def _piece(self, source: Source, head: Head, piece: Piece, saver: _Saver, tell: Tell) -> None:
        drops = 0

        async def once() -> None:
            nonlocal drops
            before = piece.at
            try:
                async with aclosing(source.range(piece.at, piece.end, head)) as chunks:
                    async for chunk in chunks:
                        saver.take(piece, chunk)
                        tell(saver.there)
            except Broken:
                drops += 1
                if piece.at == before or drops > MOST_DROPS:
                    raise

        while not piece.done:
            await patiently(once, lambda: tell(saver.there), self._first_wait)

    async def _in_one(self, source: Source, wanted: Wanted, part: Part, tell: Tell) -> None:
        """From the first byte to the last: a server without ranges gives no second chance in the middle."""
        if wanted.sha256 and wanted.size is not None:
            part.open(wanted.sha256, wanted.size, max(1, wanted.size))
            if part.complete and part.pieces:
                return  # all of it came before, and only was not checked

        async def once() -> None:
            part.open("", 0)
            at = 0
            with FileIO(part.path, "r+") as file:
                async with aclosing(source.whole()) as chunks:
                    async for chunk in chunks:
                        if at // BLOCK != (at + len(chunk)) // BLOCK:
                            check_room(part.path.parent, 0)
                        write_at(file, at, chunk)
                        at += len(chunk)
                        if wanted.size is not None and at > wanted.size:
                            raise _longer(source, wanted)
                        tell(at)
                if wanted.size is not None and at < wanted.size:
                    raise Broken(_shorter(source, wanted, at))
                part.identity, part.size, part.pieces = wanted.sha256 or source.url, at, [Piece(0, at, at)]
                part.save(file)

        await patiently(once, lambda: tell(0), self._first_wait)


class _Saver:
    """Writes arriving bytes, and the note of their part about every `SAVE_SECONDS`. It waits for the disk, and so do
    the next bytes."""

    def __init__(self, part: Part, file: FileIO) -> None:
        self._part, self._file = part, file
        self.there = part.there  # counted along: a large file has a thousand pieces to add up
        self._saved = time.monotonic()

    def take(self, piece: Piece, chunk: bytes) -> None:
        """Put the next bytes of a piece where they belong. Raises OSError."""
        write_at(self._file, piece.at, chunk)
        piece.at += len(chunk)
        self.there += len(chunk)
        if time.monotonic() - self._saved >= SAVE_SECONDS:
            self._part.save(self._file)
            self._saved = time.monotonic()


async def _checked(source: Source, wanted: Wanted, part: Part, checking: Tell) -> str:
    """Hash what is there. Raises SourceError, and removes it, when it is not what it should be."""
    sha256, git = hashlib.sha256(), hashlib.sha1(b"blob %d\0" % part.size, usedforsecurity=False)

    def more(file: FileIO) -> int:
        block = file.read(BLOCK)
        sha256.update(block)
        if wanted.git_oid:
            git.update(block)
        return len(block)

    read = 0
    with FileIO(part.path) as file:
        while size := await asyncio.to_thread(more, file):
            read += size
            checking(read)
    right = wanted.sha256 in (None, sha256.hexdigest()) and wanted.git_oid in (None, git.hexdigest())
    if read != part.size or not right:
        part.drop()
        raise SourceError(
            "{file} from {host} is not what was promised: its checksum is wrong. It was removed. Try again later.",
            file=wanted.path, host=source.host,
        )  # fmt: skip
    return sha256.hexdigest()


def _compare(source: Source, wanted: Wanted, head: Head) -> None:
    """Raises SourceError when a source says itself that it has something else."""
    size = wanted.size if head.size is None else head.size
    if wanted.size is not None and size != wanted.size:
        raise SourceError(
            "{host} has {file} in another size: {size} bytes instead of {expected}. It was not taken from there.",
            host=source.host, file=wanted.path, size=size or 0, expected=wanted.size,
        )  # fmt: skip
    if wanted.sha256 and head.sha256 and head.sha256 != wanted.sha256:
        raise SourceError(
            "{host} has another version of {file} than the one that was asked for. It was not taken from there.",
            host=source.host, file=wanted.path,
        )  # fmt: skip


def _longer(source: Source, wanted: Wanted) -> SourceError:
    return SourceError("{host} sends more of {file} than there should be. It was not kept.",
                       host=source.host, file=wanted.path)  # fmt: skip


def _shorter(source: Source, wanted: Wanted, size: int) -> SourceError:
    return SourceError("{host} sent only {size} of the {expected} bytes of {file}. Try again later.",
                       host=source.host, file=wanted.path, size=size, expected=wanted.size or 0)  # fmt: skip


def _full(wanted: Wanted) -> DiskFull:
    return DiskFull(
        "The disk became full. What was downloaded of {file} is kept: free some space and continue.", file=wanted.path
    )
