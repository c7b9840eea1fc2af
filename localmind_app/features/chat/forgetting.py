"""Lets the engine forget what it keeps of chats that are gone for good.

Nothing is noted when a chat goes: what the engine keeps is compared with the chats there are. So what failed once, or
went with its account, is forgotten the next time.
"""

from __future__ import annotations

from sqlalchemy import select

from localmind_app.core.database import Database
from localmind_app.engine.client import EngineClient

from .tables import ChatRow

_PREFIX = "chat:"


def conversation(chat_id: str) -> str:
    """What the engine calls the conversation of a chat."""
    return _PREFIX + chat_id


async def forget_gone(database: Database, engine: EngineClient) -> int:
    """Forget the chats that are not in the database any more; those that can still be restored are.

    Returns how many. Raises EngineUnreachable, EngineError.
    """
    # The engine first: a chat it knows of was made before the chats are looked up.
    kept = {name for name in await engine.conversations() if name.startswith(_PREFIX)}
    if not kept:
        return 0
    there = await database.read(lambda session: list(session.scalars(select(ChatRow.id))))
    gone = sorted(kept.difference(map(conversation, there)))
    if gone:
        await engine.forget(gone)
    return len(gone)
