"""PDF copies of office files, made when somebody wants to see their pages, and kept in the cache by content.

They can be made again and count towards nobody's quota; the ones not looked at for longest go first, and those of
contents that are gone go with the hourly upkeep.
"""

from __future__ import annotations

import asyncio
import os
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from localmind_app.core.dependencies import LIBREOFFICE
from localmind_app.core.errors import Unreadable
from localmind_app.core.ids import new_id

from ..parsing import office, run
from ..parsing.document import from_bytes, to_bytes
from .alignment import Lines

Make = Callable[[Path, str, str], Awaitable[bytes]]  # of a file, its name and type; raises Unreadable

MOST_BYTES = 512 << 20  # of all copies together
_REMEMBERED = 4  # copies whose lines are kept ready
_MOST_FAILURES = 500  # that are not tried again until the next start


@dataclass(frozen=True)
class Copy:
    """A PDF copy: the file, how many pages it has, and its lines."""

    path: Path
    pages: int
    lines: Lines


class Copies:
    """The copies below one folder."""

    def __init__(self, folder: Path, make: Make = office.to_pdf) -> None:
        self._folder, self._make = folder, make
        self._one = asyncio.Lock()  # LibreOffice takes a core and some hundred megabytes
        self._ready: OrderedDict[str, Copy] = OrderedDict()
        self._failed: OrderedDict[str, Unreadable] = OrderedDict()

    @property
    def available(self) -> bool:
        """Whether copies can be made on this machine now."""
        return LIBREOFFICE.find() is not None

    def failure(self, sha256: str) -> Unreadable | None:
        """Why no copy of this content could be made."""
        return self._failed.get(sha256)

    async def known(self, sha256: str) -> Copy | None:
        """The copy of a content, if it was made before."""
        copy = self._ready.get(sha256)
        if copy is not None and await asyncio.to_thread(_touched, copy.path):
            self._ready.move_to_end(sha256)
            return copy
        copy = await asyncio.to_thread(self._open, sha256)
        if copy is not None:
            self._ready[sha256] = copy
            while len(self._ready) > _REMEMBERED:
                self._ready.popitem(last=False)
        return copy

    async def of(self, sha256: str, path: Path, name: str, media_type: str) -> Copy:
        """The copy of the office file at `path`, made now where there is none yet. Raises Unreadable."""
        async with self._one:
            copy = await self.known(sha256)
            if copy is not None:
                return copy
            if (failure := self._failed.get(sha256)) is not None:
                raise failure
            try:
                pdf = await self._make(path, name, media_type)
                await self._keep(sha256, pdf, name)
            except Unreadable as error:
                if self.available:  # otherwise it may be installed in a moment
                    self._failed[sha256] = error
                    while len(self._failed) > _MOST_FAILURES:
                        self._failed.popitem(last=False)
                raise
            copy = await self.known(sha256)
            if copy is None:
                raise _no_pages(name)
            return copy

    async def _keep(self, sha256: str, pdf: bytes, name: str) -> None:
        unfinished = self._folder / f"{new_id()}.part"
        try:
            await asyncio.to_thread(self._write, unfinished, pdf)
            # No letters are recognized in pictures here: the text of the file itself is what was read.
            limits = replace(office.LIMITS, ocr_pages=0, pages=office.MOST_PAGES)
            try:
                document = await run.parse(unfinished, name, limits=limits)
            except Unreadable as error:  # it speaks of a file that was added; this one is our own
                raise _no_pages(name) from error
            await asyncio.to_thread(self._write, self._text(sha256), to_bytes(document))
            await asyncio.to_thread(unfinished.replace, self._pdf(sha256))
        finally:
            await asyncio.to_thread(unfinished.unlink, True)
        await asyncio.to_thread(self._tidy, sha256)

    def _write(self, place: Path, data: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as target:
            target.write(data)

    def _open(self, sha256: str) -> Copy | None:
        pdf = self._pdf(sha256)
        if not _touched(pdf):
            return None
        try:
            document = from_bytes(self._text(sha256).read_bytes())
        except (OSError, ValueError):  # cut off, or written by another version: it is made anew
            return None
        return Copy(pdf, document.pages, Lines(document))

    def _pdf(self, sha256: str) -> Path:
        return self._folder / f"{sha256}-copy.pdf"

    def _text(self, sha256: str) -> Path:
        return self._folder / f"{sha256}-copy.text"

    def _tidy(self, newest: str) -> None:
        held = []
        for path in self._folder.glob("*-copy.pdf"):
            known, text = path.stat(), path.with_suffix(".text")
            held.append((known.st_mtime, known.st_size + (text.stat().st_size if text.exists() else 0), path))
        total = sum(size for _, size, _ in held)
        for _, size, path in sorted(held):
            if total <= MOST_BYTES:
                return
            if path != self._pdf(newest):
                path.unlink(missing_ok=True)
                path.with_suffix(".text").unlink(missing_ok=True)
                total -= size


def _no_pages(name: str) -> Unreadable:
    return Unreadable("LibreOffice could not make pages of {file}; it is shown as text.", file=name)


def _touched(path: Path) -> bool:
    """Whether the copy is there; then it was looked at now."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True
