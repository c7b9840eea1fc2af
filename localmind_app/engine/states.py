"""What is kept of conversations: KV cells in the models' memory and on disk (see `text.saved_state`).

Requests say whose they are (`conversation`); who deletes a conversation asks for its cells to go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from .host import Host
from .text import state_file


async def conversations(host: Host) -> set[str]:
    """The conversations of which there is anything; those without a name are not told. Raises EngineError."""
    told = await host.ask_writers("conversations", {})
    found = await asyncio.to_thread(state_file.conversations, host.catalog.states)
    return found.union(*(one["conversations"] for one in told))


async def forget(host: Host, wanted: Collection[str]) -> None:
    """Drop what is kept of them. Of one that is being answered the memory goes with the answer's end.

    Raises EngineError when a model does not answer, OSError when a file cannot be removed.
    """
    # The models first: what one was writing to disk in this moment is there afterwards.
    await host.ask_writers("forget", {"conversations": sorted(wanted)})
    await asyncio.to_thread(state_file.forget, host.catalog.states, frozenset(wanted))
