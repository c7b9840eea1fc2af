"""A memory over a fresh database, with a real engine beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.ids import new_id
from localmind_app.engine.client import EngineClient
from localmind_app.features.accounts.service import Actor, ensure_owner
from localmind_app.features.accounts.tables import UserRow
from localmind_app.features.chat.generation import Generations
from localmind_app.features.chat.hub import Hub
from localmind_app.features.chat.service import ChatService
from localmind_app.features.memory import reading
from localmind_app.features.memory.rounds import embed_missing
from localmind_app.features.memory.service import MemoryService
from tests.features.conftest import RunningEngine

DAY = 24 * 3600 * 1000


class Remembering:
    """One process's worth of chats with a memory."""

    def __init__(self, database: Database, engine: RunningEngine) -> None:
        self.database, self.engine = database, EngineClient.local(engine.home)
        self.memory = MemoryService(database, self.engine)
        self.generations = Generations(database, Hub(), self.engine, None, self.memory.remind)
        self.chats = ChatService(database, self.generations._hub, self.generations, self.memory.notice)
        with database.session() as session:
            owner = ensure_owner(session)
            other = UserRow(id=new_id(), name="other", role="member", password_hash=None, preferences={}, created_at=1)
            session.add(other)
        self.owner, self.other = Actor(owner.id, owner.name, owner.role), Actor(other.id, other.name, other.role)

    async def say(self, *texts: str, chat: str | None = None, actor: Actor | None = None) -> str:
        """Send messages, each after the answer before it was stopped; returns the chat."""
        actor = actor or self.owner
        chat = chat or await self.chats.create(actor, "fast")
        for text in texts:
            await self.chats.post(actor, chat, text, new_id())
            await self.chats.stop(actor, chat)
        return chat

    async def read(self, actor: Actor | None = None) -> None:
        """What the worker does once a minute."""
        user_id = (actor or self.owner).user_id
        await self.database.write(lambda session: reading.read_by_rules(session, user_id))
        await embed_missing(self.database, self.engine, user_id)

    async def texts(self, query: str = "", actor: Actor | None = None) -> list[str]:
        """What is known and holds, the oldest first."""
        found = await self.memory.memories(actor or self.owner, query)
        return [one.text for one in reversed(found) if one.until is None]


@pytest.fixture
async def life(database: Database, engine: RunningEngine) -> AsyncIterator[Remembering]:
    opened = Remembering(database, engine)
    yield opened
    await opened.generations.close()
    await opened.engine.close()


@pytest.fixture
def user(database: Database) -> str:
    with database.session() as session:
        return ensure_owner(session).id


def all_rows(session: Session, user_id: str) -> list[tuple[str, bool]]:
    """(text, whether it holds) of every fact, the oldest first."""
    from localmind_app.features.memory.store import known

    return [(row.text, row.valid_to is None) for row in known(session, user_id)]
