"""Files that go with a message."""

from __future__ import annotations

import json

import pytest

from localmind_app.core.errors import Invalid, NotFound
from localmind_app.features.accounts.service import Actor
from localmind_app.features.chat.service import MOST_FILES
from localmind_app.features.services import Services
from tests.features.files import chunks

pytestmark = pytest.mark.anyio


@pytest.fixture
def me(people: dict[str, str]) -> Actor:
    return Actor(people["owner"], "owner", "owner")


async def test_a_message_names_its_files_also_when_they_are_gone(opened: Services, me: Actor) -> None:
    chats, files = opened.chats, opened.files
    first = await files.add_stream(me.user_id, "a.txt", chunks.of(b"one"))
    second = await files.add_stream(me.user_id, "b.md", chunks.of(b"two"))
    posted = await chats.begin(me, "Read these", "c1", files=[first.id, second.id, first.id])
    await chats.stop(me, posted.chat_id)
    kept = [
        {"id": first.id, "name": "a.txt", "size": 3, "media_type": "text/plain"},
        {"id": second.id, "name": "b.md", "size": 3, "media_type": "text/markdown"},
    ]
    question = (await chats.snapshot(me, posted.chat_id)).messages[0]
    assert question.files == kept and question.body()["files"] == kept
    await files.delete(me.user_id, first.id)
    assert (await chats.snapshot(me, posted.chat_id)).messages[0].files == kept
    edited = await chats.edit(me, posted.chat_id, question.id, "Read them again", "c2")
    await chats.stop(me, posted.chat_id)
    shown = (await chats.snapshot(me, posted.chat_id)).messages
    assert shown[0].id == edited.message_id and shown[0].files == kept
    _, told = await chats.export(me, posted.chat_id, "json")
    assert [one["files"] for one in json.loads(told)["messages"] if one["role"] == "user"] == [kept, kept]


async def test_a_message_without_files_has_none(opened: Services, me: Actor) -> None:
    posted = await opened.chats.begin(me, "Hello", "c1")
    await opened.chats.stop(me, posted.chat_id)
    assert [message.files for message in (await opened.chats.snapshot(me, posted.chat_id)).messages] == [None, None]


async def test_a_file_that_is_not_there_keeps_the_message_from_being_sent(opened: Services, me: Actor) -> None:
    with pytest.raises(NotFound):
        await opened.chats.begin(me, "Read this", "c1", files=["nothing"])
    with pytest.raises(Invalid, match=f"{MOST_FILES} files"):
        await opened.chats.begin(me, "Read this", "c1", files=["x"] * (MOST_FILES + 1))
    assert await opened.chats.chats(me) == []
