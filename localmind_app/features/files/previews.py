"""Small pictures of files, drawn once and kept in the cache by content and width."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from localmind_app.core.errors import NotFound
from localmind_app.core.ids import new_id

from .views import FileView

# Page `n` of a file, so many pixels wide, as an encoded picture. It must not decode anything in this process.
Draw = Callable[[Path, int, int], Awaitable[bytes]]

WIDTHS = (160, 320, 640, 1280)  # a few only, so that nobody can fill the disk by asking for all
AT_ONCE = 2
# Pictures that decoders are hardened for, and PDF. A drawing in SVG is a program.
DRAWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/tiff", "application/pdf")


class Previews:
    """The previews below one folder."""

    def __init__(self, folder: Path, draw: Draw | None) -> None:
        self._folder, self._draw = folder, draw
        self._room = asyncio.Semaphore(AT_ONCE)

    async def picture(self, view: FileView, path: Path, width: int) -> Path:
        """The preview of a file at the first of `WIDTHS` that is not below `width`. Raises NotFound for no such thing,
        and what drawing raises for a file that cannot be read."""
        if self._draw is None or view.media_type not in DRAWN:
            raise NotFound("There is no preview of {name}.", name=view.name)
        step = next((one for one in WIDTHS if one >= width), WIDTHS[-1])
        place = self._folder / f"{view.sha256}-{step}"
        if await asyncio.to_thread(place.exists):
            return place
        async with self._room:
            if not await asyncio.to_thread(place.exists):
                await asyncio.to_thread(self._keep, place, await self._draw(path, 0, step))
        return place

    def forget(self, sha256: str) -> None:
        """Remove the previews of a content."""
        for width in WIDTHS:
            (self._folder / f"{sha256}-{width}").unlink(missing_ok=True)

    def _keep(self, place: Path, picture: bytes) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        unfinished = self._folder / f"{new_id()}.part"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT, 0o600)
        with open(descriptor, "wb") as target:
            target.write(picture)
        unfinished.replace(place)
