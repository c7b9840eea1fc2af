"""Read a file of any format, or draw one of its pages, without trusting it: all of it happens in a child process.

The children belong to the event loop that asks; `close` ends them, before that loop ends.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from weakref import WeakKeyDictionary

from .document import Document, from_bytes
from .doors import described, transcribed
from .limits import Limits
from .pool import Pool, Progress

_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, Pool] = WeakKeyDictionary()


async def parse(
    path: Path, name: str, *, limits: Limits | None = None, on_progress: Progress | None = None
) -> Document:
    """The document in the file at `path`, which people know as `name`; its type is found from its content.

    `on_progress` gets 0..1 now and then. Cancelling ends the work at once.
    Raises Unreadable with the reason, in one sentence.
    """
    limits = limits or Limits()
    heard = await transcribed(path, name)
    if heard is not None:
        return heard
    request = {"verb": "read", "path": _whole(path), "name": name}
    document = from_bytes(await pool().ask(request, limits, on_progress))
    return await described(path, document)


async def page_image(path: Path, page: int, width: int, *, name: str = "", limits: Limits | None = None) -> bytes:
    """A PNG of a page (from 0) of a PDF or a picture, `width` pixels wide. Raises Unreadable."""
    request = {"verb": "image", "path": _whole(path), "name": name or path.name, "page": page, "width": width}
    return await pool().ask(request, limits or Limits(), None)


def _whole(path: Path) -> str:
    return os.path.abspath(path)  # the child has another working directory


def pool() -> Pool:
    """The children of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _pools:
        _pools[loop] = Pool()
    return _pools[loop]


async def close() -> None:
    """End the children of the running event loop."""
    found = _pools.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()
