"""Bytes as a request brings them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

KB, MB = 1024, 1024 * 1024


async def of(content: bytes | Iterable[bytes], size: int = 64 * KB) -> AsyncIterator[bytes]:
    """A content in pieces, with room for others in between."""
    pieces = [content[at : at + size] for at in range(0, len(content), size)] if isinstance(content, bytes) else content
    for piece in pieces:
        await asyncio.sleep(0)
        yield piece


def text(size: int, seed: int = 0) -> bytes:
    """A text of exactly so many bytes, another one for each seed."""
    line = f"This is line of {seed}, as good as any other.\n".encode()
    return (line * (size // len(line) + 1))[:size]
