"""Page images of documents, drawn when they are asked for and kept in the cache by content, page and width."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from localmind_app.core.ids import new_id

# Page `n` (from 0) of a file, so many pixels wide, as a PNG; it decodes in a process of its own.
Draw = Callable[[Path, int, int], Awaitable[bytes]]

WIDTHS = (640, 960, 1280, 1920)  # a few only, so that nobody can fill the disk by asking for all
AT_ONCE = 2
MOST_BYTES = 512 << 20  # of all pictures; those not looked at for longest go first
_CHECKED_EVERY = 32  # new pictures


class Pictures:
    """The page images below one folder."""

    def __init__(self, folder: Path, draw: Draw) -> None:
        self._folder, self._draw = folder, draw
        self._room = asyncio.Semaphore(AT_ONCE)
        self._made = 0

    async def picture(self, sha256: str, path: Path, page: int, width: int) -> Path:
        """Page `page` of the file at `path`, at the first of `WIDTHS` that is not below `width`.

        Raises what drawing raises.
        """
        step = next((one for one in WIDTHS if one >= width), WIDTHS[-1])
        place = self._folder / f"{sha256}-p{page}-{step}"
        if await asyncio.to_thread(_touched, place):
            return place
        async with self._room:
            if not await asyncio.to_thread(_touched, place):
                await asyncio.to_thread(self._keep, place, await self._draw(path, page, step))
        return place

    def _keep(self, place: Path, picture: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self._folder / f"{new_id()}.part"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT, 0o600)
        with open(descriptor, "wb") as target:
            target.write(picture)
        unfinished.replace(place)
        if self._made % _CHECKED_EVERY == 0:
            self._tidy(place)
        self._made += 1

    def _tidy(self, newest: Path) -> None:
        held = []
        for path in self._folder.iterdir():
            if path != newest and path.is_file():
                known = path.stat()
                held.append((known.st_mtime, known.st_size, path))
        total = sum(size for _, size, _ in held)
        for _, size, path in sorted(held):
            if total <= MOST_BYTES:
                return
            path.unlink(missing_ok=True)
            total -= size


def _touched(place: Path) -> bool:
    """Whether the picture is there; then it was looked at now."""
    try:
        os.utime(place)
    except FileNotFoundError:
        return False
    return True
