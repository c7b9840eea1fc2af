"""What an answer was given is kept as it was sent: put together again it has exactly the tokens that the model read."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from localmind_app.core.errors import NotFound
from localmind_app.core.ids import new_id
from localmind_app.features.chat import given
from localmind_app.features.chat.grounding import Grounds
from localmind_app.features.chat.reminder import Reminder
from localmind_app.features.chat.tables import MessageRow
from localmind_app.features.memory import block
from localmind_app.features.memory.store import purge
from localmind_app.features.memory.tables import MemoryRow
from tests.features.memory.conftest import Remembering, life

__all__ = ["life"]
pytestmark = pytest.mark.anyio
SHORT = {"max_tokens": 8, "seed": 1}


async def chat_of(life: Remembering, system: str = "") -> str:
    chat = await life.chats.create(life.owner, "fast")
    await life.chats.configure(life.owner, chat, system_prompt=system, parameters=dict(SHORT))
    return chat


async def ask(life: Remembering, chat: str, text: str) -> dict[str, Any]:
    """Send a message, wait for the answer, and return what it was given."""
    await life.chats.post(life.owner, chat, text, new_id())
    deadline = time.monotonic() + 60
    while True:
        messages = (await life.chats.snapshot(life.owner, chat)).messages
        if messages[-1].status == "complete" and not life.generations._checks:
            return await life.chats.given(life.owner, chat, messages[-1].id)
        assert time.monotonic() < deadline, messages
        await asyncio.sleep(0.05)


async def record_of(life: Remembering, message: str) -> given.Record:
    kept = await life.database.read(lambda session: session.get_one(MessageRow, message).given)
    assert kept is not None
    return kept


async def test_the_record_is_what_the_model_read(life: Remembering) -> None:
    await life.memory.add(life.owner, "I live in Ghent.")
    await life.read()
    chat = await chat_of(life, "Answer briefly.")
    await ask(life, chat, "Good morning.")
    seen = await ask(life, chat, "Where do I live?")
    assert seen["system"]["text"] == "Answer briefly." and seen["system"]["tokens"] > 0
    assert [one["text"].startswith("- I live in Ghent.") for one in seen["memories"]] == [True]
    assert [one["role"] for one in seen["messages"]] == ["user", "assistant", "user"]
    assert seen["messages"][-1]["text"] == "Where do I live?"
    assert seen["counted"] and not seen["estimated"] and seen["left_out"] == {"messages": 0, "tokens": 0}

    kept = await record_of(life, seen["message"])
    rows = {one.id: one.text for one in (await life.chats.snapshot(life.owner, chat)).messages}
    lines = [one["text"] for one in kept["memories"]]
    head, end = block.FRAME.rsplit("\n", 1)
    system = "\n\n".join((kept["system"], "\n".join((head, *lines, end))))
    again = [{"role": "system", "content": system}]
    again += [{"role": one["role"], "content": one.get("text", rows[one["id"]])} for one in kept["messages"]]
    assert (await life.engine.tokenize("fast", again)).count == seen["read"]
    sizes = [one["tokens"] for one in seen["messages"]]
    parts = seen["system"]["tokens"] + seen["memory_tokens"] + sum(sizes)
    assert 0.7 * seen["read"] <= parts <= seen["read"] + 2 * len(sizes) + 4
    # Changing the chat's instructions later changes nothing of what is said about this answer.
    await life.chats.configure(life.owner, chat, system_prompt="Something else.")
    assert (await life.chats.given(life.owner, chat, seen["message"]))["system"]["text"] == "Answer briefly."


async def test_what_did_not_fit_is_said_to_be_left_out(life: Remembering) -> None:
    chat = await chat_of(life)
    seen = await ask(life, chat, "First.")
    size = seen["size"]
    words = " ".join(f"word{n}" for n in range(size // 8))
    for _ in range(12):
        seen = await ask(life, chat, words)
        if seen["left_out"]["messages"]:
            break
    out = [one["left_out"] for one in seen["messages"]]
    count = seen["left_out"]["messages"]
    assert count > 0 and out == [True] * count + [False] * (len(out) - count)
    assert sum(one["tokens"] for one in seen["messages"] if not one["left_out"]) <= size


async def test_without_an_id_it_is_the_newest_answer_and_of_others_nothing(life: Remembering) -> None:
    chat = await chat_of(life)
    with pytest.raises(NotFound):
        await life.chats.given(life.owner, chat)
    first = await ask(life, chat, "One.")
    second = await ask(life, chat, "Two.")
    assert (await life.chats.given(life.owner, chat))["message"] == second["message"]
    assert (await life.chats.given(life.owner, chat, first["message"]))["message"] == first["message"]
    other = await chat_of(life)
    with pytest.raises(NotFound):
        await life.chats.given(life.owner, other, first["message"])


async def test_a_memory_that_is_gone_for_good_leaves_no_words_behind(life: Remembering) -> None:
    kept = await life.memory.add(life.owner, "I live in Ghent.")
    await life.read()
    chat = await chat_of(life)
    seen = await ask(life, chat, "Where do I live?")
    await life.memory.forget(life.owner, [kept.id])

    def an_hour_later(session: Any) -> int:
        session.get(MemoryRow, kept.id).deleted_at -= 2 * 3600 * 1000
        session.flush()
        return purge(session)

    assert await life.database.write(an_hour_later) == 1
    record = await record_of(life, seen["message"])
    assert "Ghent" not in str(record["memories"]) and record["memories"][0]["tokens"] > 0


def test_a_question_from_documents_is_told_apart_from_its_passages() -> None:
    passages = [{"n": 1, "chunk_id": 7, "name": "mill.md", "page": None, "heading": "", "text": "Built in 1911."}]
    grounds = Grounds({"passages": passages}, block="Use this.\n[1] Built in 1911.\nQuestion: When?")
    request = {"messages": [{"role": "user", "content": grounds.block}]}
    record = given.recorded(request, [("m1", "When?")], None, grounds)
    assert record["messages"] == [{"id": "m1", "role": "user", "text": grounds.block}]
    assert record["passages"] == [{"n": 1, "text": "Built in 1911."}]


def test_memories_that_were_not_sent_are_not_in_the_record() -> None:
    """An engine elsewhere is asked without them, also where the person's own prompt has their words."""
    reminder = Reminder("- I live in Ghent.", {"recalled": ["a"]}, (("a", "- I live in Ghent."),), "")
    request = {"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}]}
    record = given.recorded(request, [("m1", "Hi")], reminder, None)
    assert record["memories"] == [] and record["system"] == "Be kind."


def test_an_answer_that_goes_on_keeps_what_there_was_of_it() -> None:
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hel"}]
    request = {"messages": messages, "continue_final_message": True}
    record = given.recorded(request, [("m1", "Hi"), ("m2", "Hel")], None, None)
    assert record["messages"][1] == {"id": "m2", "role": "assistant", "text": "Hel", "begun": True}


async def test_where_nobody_counts_tokens_are_estimated() -> None:
    record = given.recorded({"messages": [{"role": "user", "content": "x" * 40}]}, [("m1", "x" * 40)], None, None)
    made = await given.counted(record, {"m1": "x" * 40}, {}, None)
    assert made["estimated"] and made["messages"][0]["tokens"] == 10
