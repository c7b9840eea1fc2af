"""The way of bytes from a request to their place: gathered into blocks, looked at, kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from localmind_app.core.errors import Invalid
from localmind_app.core.files.part import BLOCK, Part
from localmind_app.core.files.sniff import HEAD_BYTES, sniff

from .limits import FileLimits


async def blocks(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in pieces of about `BLOCK`: a thread for each small piece of a socket would cost more than it."""
    waiting = bytearray()
    async for chunk in chunks:
        waiting += chunk
        if len(waiting) >= BLOCK:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def check_head(limits: FileLimits, head: bytes, name: str) -> None:
    """Raises Invalid as soon as the beginning says that a file of this kind is not taken."""
    limits.check_type(sniff(head[:HEAD_BYTES], name))


async def examined(part: Part, name: str, announced: str | None = None) -> tuple[str, str]:
    """The SHA-256 and the media type of a finished part, which is on the disk when this returns.

    Raises Invalid when it is empty or its SHA-256 is not the announced one.
    """
    sha256, media_type = await asyncio.to_thread(_examined, part, name)
    if announced is not None and sha256 != announced:
        raise Invalid(
            "The file did not arrive as it was sent: its SHA-256 is another. Nothing was kept; upload it again."
        )
    return sha256, media_type


def _examined(part: Part, name: str) -> tuple[str, str]:
    head = part.head(HEAD_BYTES)
    if not head:
        raise Invalid("The file is empty. Nothing was kept.")
    return part.finish(), sniff(head, name, part.path)
