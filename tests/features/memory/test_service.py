"""Chats with a memory, over a real engine: what is kept, what the model is told, what a message says of it."""

# ruff: noqa: E501 -- a sentence is a line

from __future__ import annotations

import asyncio
import json

import pytest

from localmind_app.core.errors import Invalid, NotFound, TooLarge
from localmind_app.features.chat.tables import MessageRow
from localmind_app.features.memory.sentences import BLOCK_BEGIN

from .conftest import Remembering

pytestmark = pytest.mark.anyio


async def answered(life: Remembering, chat: str, text: str) -> MessageRow:
    """Ask and wait for the whole (short) answer."""
    await life.chats.configure(life.owner, chat, parameters={"max_tokens": 4})
    posted = await life.chats.post(life.owner, chat, text, text)
    assert posted.start is not None
    for _ in range(400):
        row = await life.database.read(lambda session: session.get_one(MessageRow, posted.start))
        if row.status != "streaming":
            return row
        await asyncio.sleep(0.05)
    raise AssertionError("no answer came")


async def test_a_fact_of_one_chat_reaches_the_prompt_of_another_and_the_answer_says_which(life: Remembering) -> None:
    source = await life.say("I live in Hamburg.", "What is a list?")
    await life.read()
    chat = await life.chats.create(life.owner, "fast")
    answer = await answered(life, chat, "Where do I live?")
    assert answer.status == "complete"
    [used] = await life.memory.of_message(life.owner, answer.id)
    assert (used.text, used.chat) == ("I live in Hamburg.", source)
    reminder = await life.memory.remind(chat, answer.id)
    assert reminder is not None
    assert reminder.text.startswith(BLOCK_BEGIN) and "I live in Hamburg." in reminder.text
    plain = await life.engine.tokenize("fast", [{"role": "user", "content": "Where do I live?"}])
    assert answer.usage is not None and answer.usage["prompt_tokens"] > plain.count + 50, "the block was in the prompt"


async def test_what_the_chat_itself_says_is_not_repeated_to_it(life: Remembering) -> None:
    chat = await life.say("I live in Hamburg.")
    await life.read()
    answer = await answered(life, chat, "Where do I live?")
    assert answer.memory is None


async def test_recalled_memories_are_not_read_again(life: Remembering) -> None:
    await life.say("I live in Hamburg.")
    await life.read()
    chat = await life.chats.create(life.owner, "fast")
    answer = await answered(life, chat, "Where do I live?")
    reminder = await life.memory.remind(chat, answer.id)
    assert reminder is not None
    await life.say(reminder.text.replace("Hamburg", "Bremen"), chat=chat)
    await life.read()
    assert await life.texts() == ["I live in Hamburg."]


async def test_remember_is_done_at_once_and_said_on_the_message(life: Remembering) -> None:
    chat = await life.say("Please remember that my locker is number 9.")
    message = (await life.chats.snapshot(life.owner, chat)).messages[0]
    [kept] = await life.memory.of_message(life.owner, message.id)
    assert (kept.text, kept.source, kept.message) == ("My locker is number 9.", "explicit", message.id)
    assert message.memory == {"remembered": [kept.id]}
    await life.read()
    assert await life.texts() == ["My locker is number 9."], "the worker does not keep it a second time"


async def test_what_stands_beside_a_wish_is_read_as_well(life: Remembering) -> None:
    await life.say(
        "My name is Ada and I live in Hamburg. Please remember that I am allergic to peanuts and I have a dog."
    )
    await life.read()
    assert sorted(await life.texts()) == [
        "I am allergic to peanuts and I have a dog.", "I live in Hamburg.", "My name is Ada.",
    ]  # fmt: skip


async def test_forget_is_done_at_once_and_can_be_undone(life: Remembering) -> None:
    await life.say("I live in Hamburg. My dog is called Nero. I'm allergic to sesame.")
    await life.read()
    chat = await life.say("Forget that I live in Hamburg.")
    message = (await life.chats.snapshot(life.owner, chat)).messages[0]
    assert await life.texts() == ["My dog is called Nero.", "I'm allergic to sesame."]
    assert message.memory is not None
    await life.memory.restore(life.owner, message.memory["forgot"])
    assert len(await life.texts()) == 3
    await life.say("Vergiss alles über mich.")
    assert await life.texts() == []


async def test_forgetting_what_is_not_known_says_so(life: Remembering) -> None:
    chat = await life.say("Forget that I live in Hamburg.")
    assert (await life.chats.snapshot(life.owner, chat)).messages[0].memory == {"forgot": []}


async def test_a_message_that_was_read_is_not_read_again_after_forgetting(life: Remembering) -> None:
    await life.say("I live in Hamburg.")
    await life.read()
    await life.memory.forget_everything(life.owner)
    await life.read()
    assert await life.texts() == []


async def test_switched_off_nothing_is_read_used_or_caught_up_with(life: Remembering) -> None:
    await life.say("I live in Hamburg.")
    await life.read()
    await life.memory.switch(life.owner, False)
    chat = await life.say("My dog is called Nero. Remember that I like tea.")
    assert (await answered(life, await life.chats.create(life.owner, "fast"), "Where do I live?")).memory is None
    await life.memory.switch(life.owner, True)
    await life.read()
    assert await life.texts() == ["I live in Hamburg."]
    assert (await life.chats.snapshot(life.owner, chat)).messages[0].memory is None


async def test_one_chat_can_stay_out_of_it(life: Remembering) -> None:
    chat = await life.chats.create(life.owner, "fast")
    await life.chats.configure(life.owner, chat, remembers=False)
    await life.say("I live in Hamburg. Remember that I like tea.", chat=chat)
    await life.read()
    assert await life.texts() == [] and not (await life.chats.detail(life.owner, chat)).remembers
    await life.say("I live in Graz.")
    await life.read()
    assert (await answered(life, chat, "Where do I live?")).memory is None


async def test_a_play_leaves_nothing_and_what_was_said_before_it_stays(life: Remembering) -> None:
    await life.say("I live in Hamburg.", "Let's do a roleplay: you are my squire.", "My name is Sir Robin.")
    await life.read()
    assert await life.texts() == ["I live in Hamburg."]


async def test_a_fact_outlives_its_chat_without_the_link(life: Remembering) -> None:
    chat = await life.say("I live in Hamburg.")
    await life.read()

    def delete(session: object) -> None:
        from localmind_app.features.chat.tables import ChatRow

        session.delete(session.get_one(ChatRow, chat))  # type: ignore[attr-defined]

    await life.database.write(delete)
    [kept] = await life.memory.memories(life.owner)
    assert (kept.text, kept.chat, kept.message) == ("I live in Hamburg.", None, None)


async def test_a_memory_can_be_written_and_rewritten(life: Remembering) -> None:
    added = await life.memory.add(life.owner, "I live in Hamburg")
    changed = await life.memory.edit(life.owner, added.id, "I live in  Bremen")
    assert (changed.text, changed.source, changed.id) == ("I live in Bremen.", "explicit", added.id)
    await life.say("I moved to Graz.")
    await life.read()
    assert await life.texts() == ["I moved to Graz."], "the key was read from the new words"
    with pytest.raises(Invalid):
        await life.memory.add(life.owner, "I moved to Graz.")
    with pytest.raises(Invalid):
        await life.memory.edit(life.owner, added.id, "  ")
    with pytest.raises(TooLarge):
        await life.memory.add(life.owner, "x" * 501)


async def test_search_and_export_show_everything_that_is_known(life: Remembering) -> None:
    await life.say("I live in Oslo. My dog is called Nero.", "I moved to Graz.")
    await life.read()
    assert await life.texts("dogs") == ["My dog is called Nero."]
    assert await life.texts("graz") == ["I moved to Graz."]
    assert await life.texts('"*') == []
    exported = json.loads(await life.memory.export(life.owner))["memories"]
    assert [(one["text"], one["until"] is None) for one in exported] == [
        ("I live in Oslo.", False), ("My dog is called Nero.", True), ("I moved to Graz.", True),
    ]  # fmt: skip


async def test_nobody_reaches_somebody_elses_memories(life: Remembering) -> None:
    await life.say("I live in Hamburg.")
    await life.read()
    chat = await life.chats.create(life.owner, "fast")
    answer = await answered(life, chat, "Where do I live?")
    [kept], other = await life.memory.memories(life.owner), life.other
    for call in (
        life.memory.edit(other, kept.id, "x"), life.memory.forget(other, [kept.id]), life.memory.of_message(other, answer.id),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await call
    await life.memory.forget(life.owner, [kept.id])
    with pytest.raises(NotFound):
        await life.memory.restore(other, [kept.id])
    await life.memory.restore(life.owner, [kept.id])
    assert await life.texts(actor=other) == [] and await life.memory.recall(other, "Where do I live?") == []
    assert await life.memory.forget_everything(other) == [] and await life.texts() == ["I live in Hamburg."]
    assert json.loads(await life.memory.export(other))["memories"] == []
