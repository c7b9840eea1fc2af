"""What a real engine keeps of a chat goes with it, once it is gone for good."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from localmind_app.core.database import Database
from localmind_app.core.errors import EngineUnreachable
from localmind_app.core.home import Home
from localmind_app.core.ids import now_ms
from localmind_app.engine.client import EngineClient
from localmind_app.features.accounts.tables import UserRow
from localmind_app.features.chat.forgetting import conversation, forget_gone
from localmind_app.features.chat.service import KEPT_AFTER_DELETE_MS, purge
from localmind_app.features.chat.tables import ChatRow
from tests.features.conftest import RunningEngine

from .conftest import add_chat

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(engine: RunningEngine) -> AsyncIterator[EngineClient]:
    made = EngineClient.local(engine.home)
    await made.unload("fast")  # with what other tests left in its memory
    yield made
    await made.close()


async def answer(client: EngineClient, name: str) -> None:
    asked = {"model": "fast", "messages": [{"role": "user", "content": f"I am {name}."}], "max_tokens": 2}
    await client.chat({**asked, "conversation": name})


def ours(names: list[str], made: set[str]) -> set[str]:
    return made.intersection(names)


async def test_a_chat_is_forgotten_when_it_cannot_be_restored_any_more(
    database: Database, client: EngineClient
) -> None:
    with database.session() as session:
        gone, restorable = add_chat(session), add_chat(session)
        gone.deleted_at = now_ms() - KEPT_AFTER_DELETE_MS - 1000
        restorable.deleted_at = now_ms()
    names = [conversation(chat.id) for chat in (gone, restorable)]
    made = {*names, "of somebody else"}
    for name in made:
        await answer(client, name)
    assert ours(await client.conversations(), made) == made

    await forget_gone(database, client)
    assert ours(await client.conversations(), made) == made
    with database.session() as session:
        assert purge(session) == 1
    assert await forget_gone(database, client) >= 1
    assert ours(await client.conversations(), made) == made - {names[0]}
    assert await forget_gone(database, client) == 0


async def test_what_went_with_its_account_is_forgotten(database: Database, client: EngineClient) -> None:
    with database.session() as session:
        chat = add_chat(session)
        session.flush()
        name = conversation(chat.id)
    await answer(client, name)
    with database.session() as session:
        session.delete(session.get_one(UserRow, chat.user_id))
    with database.session() as session:
        assert session.get(ChatRow, chat.id) is None
    await forget_gone(database, client)
    assert name not in await client.conversations()


async def test_an_engine_that_is_away_says_so(database: Database, home: Home) -> None:
    away = EngineClient.local(home)
    with pytest.raises(EngineUnreachable):
        await forget_gone(database, away)
    await away.close()
