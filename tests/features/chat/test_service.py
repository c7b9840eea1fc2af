"""The chat service with a real database and a real engine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing

import psutil
import pytest

from localmind_app.core.database import Database
from localmind_app.core.errors import Invalid, NotFound
from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient
from localmind_app.features.accounts.service import Actor, ensure_owner
from localmind_app.features.chat import service as module
from localmind_app.features.chat.generation import Generations
from localmind_app.features.chat.hub import Hub
from localmind_app.features.chat.service import ChatService, purge
from localmind_app.features.chat.views import Event, MessageView
from tests.features.conftest import RunningEngine

pytestmark = pytest.mark.anyio
STRANGER = Actor("01ARZ3NDEKTSV4RRFFQ69G5FAV", "stranger", "owner")


class Workspace:
    """One process's worth of chat, over a given database and engine."""

    def __init__(self, database: Database, engine_home: Home) -> None:
        self.engine = EngineClient.local(engine_home)
        self.generations = Generations(database, Hub(), self.engine)
        self.chats = ChatService(database, self.generations._hub, self.generations)
        with database.session() as session:
            owner = ensure_owner(session)
        self.owner = Actor(owner.id, owner.name, owner.role)

    async def start(self, text: str, model: str = "fast", max_tokens: int = 20) -> str:
        chat = await self.chats.create(self.owner, model)
        await self.chats.configure(self.owner, chat, parameters={"max_tokens": max_tokens, "seed": 1})
        await self.chats.post(self.owner, chat, text, "first")
        return chat

    async def messages(self, chat: str) -> list[MessageView]:
        return (await self.chats.snapshot(self.owner, chat)).messages

    async def settled(self, chat: str, seconds: float = 20) -> list[MessageView]:
        """The messages once nothing streams or waits."""
        deadline = time.monotonic() + seconds
        while True:
            messages = await self.messages(chat)
            if not any(message.status in {"streaming", "queued"} for message in messages):
                return messages
            assert time.monotonic() < deadline, messages
            await asyncio.sleep(0.02)

    async def written(self, chat: str, characters: int = 30) -> str:
        """Wait until the answer has some text; returns it."""
        deadline = time.monotonic() + 20
        while len(text := (await self.messages(chat))[-1].text) < characters:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)
        return text


@pytest.fixture
async def workspace(database: Database, engine: RunningEngine) -> AsyncIterator[Workspace]:
    opened = Workspace(database, engine.home)
    yield opened
    await opened.generations.close()
    await opened.engine.close()


async def test_a_question_gets_an_answer_with_its_figures(workspace: Workspace) -> None:
    chat = await workspace.start("Hello")
    question, answer = await workspace.settled(chat)
    assert (question.text, question.status) == ("Hello", "complete")
    assert (answer.status, answer.finish, answer.model) == ("complete", "length", "fast")
    assert len(answer.text) > 20
    assert answer.usage is not None
    assert answer.usage["completion_tokens"] == 20
    assert answer.usage["context_size"] > answer.usage["context_used"] > 20


async def test_the_stream_says_exactly_what_is_stored(workspace: Workspace) -> None:
    chat = await workspace.chats.create(workspace.owner, "fast")
    await workspace.chats.configure(workspace.owner, chat, parameters={"max_tokens": 200})
    seen: list[Event] = []
    async with aclosing(workspace.chats.follow(workspace.owner, chat, 0)) as events:
        await workspace.chats.post(workspace.owner, chat, "Hello", "1")
        async for event in events:
            seen.append(event)
            if event.kind == "patch":
                break
    numbers = [event.seq for event in seen if event.seq is not None]
    assert numbers == list(range(1, len(numbers) + 1))
    text = "".join(event.data for event in seen if event.kind == "text")
    assert text == (await workspace.settled(chat))[-1].text


async def test_a_stream_goes_on_from_any_number(workspace: Workspace) -> None:
    chat = await workspace.start("Hello", model="slow", max_tokens=60)
    shown = await workspace.written(chat)
    snapshot = await workspace.chats.snapshot(workspace.owner, chat)
    text = snapshot.messages[-1].text
    assert text.startswith(shown)
    async with aclosing(workspace.chats.follow(workspace.owner, chat, snapshot.chat.seq)) as events:
        async for event in events:
            if event.kind == "text":
                text += event.data
            if event.kind == "patch":
                break
    assert text == (await workspace.settled(chat))[-1].text


async def test_a_number_that_is_too_old_asks_for_a_fresh_start(workspace: Workspace) -> None:
    chat = await workspace.start("Hello")
    await workspace.settled(chat)
    await workspace.chats.post(workspace.owner, chat, "Again", "2")
    await workspace.settled(chat)
    async with aclosing(workspace.chats.follow(workspace.owner, chat, 1)) as events:
        assert [event.kind async for event in events] == ["reset"]


async def test_stop_keeps_what_was_written_and_continue_goes_on(workspace: Workspace) -> None:
    chat = await workspace.start("Hello", model="slow", max_tokens=400)
    shown = await workspace.written(chat)
    await workspace.chats.stop(workspace.owner, chat)
    answer = (await workspace.messages(chat))[-1]
    assert (answer.status, answer.finish) == ("stopped", "cancel")
    assert answer.text.startswith(shown)
    # The test model's words are one token each.
    assert answer.usage is not None and abs(answer.usage["completion_tokens"] - len(answer.text.split())) <= 2
    assert 0 < answer.usage["completion_tokens"] < answer.usage["context_used"] < answer.usage["context_size"]
    assert answer.usage["tokens_per_second"] > 0
    await workspace.chats.configure(workspace.owner, chat, parameters={"max_tokens": 5})
    await workspace.chats.resume(workspace.owner, chat, answer.id)
    longer = (await workspace.settled(chat))[-1]
    assert longer.id == answer.id and longer.status == "complete"
    assert longer.text.startswith(answer.text) and len(longer.text) > len(answer.text)


async def test_messages_wait_for_their_turn(workspace: Workspace) -> None:
    chat = await workspace.start("one", model="slow", max_tokens=20)
    for number in ("two", "three"):
        await workspace.chats.post(workspace.owner, chat, number, number)
    assert [message.status for message in await workspace.messages(chat)][2:] == ["queued", "queued"]
    messages = await workspace.settled(chat)
    assert [message.text for message in messages if message.role == "user"] == ["one", "two", "three"]
    assert [message.role for message in messages] == ["user", "assistant"] * 3
    assert all(message.text for message in messages)


async def test_edit_retry_and_switching_versions(workspace: Workspace) -> None:
    chat = await workspace.start("one", model="slow", max_tokens=300)
    await workspace.written(chat)
    question = (await workspace.messages(chat))[0]
    await workspace.chats.configure(workspace.owner, chat, parameters={"max_tokens": 5})
    await workspace.chats.edit(workspace.owner, chat, question.id, "one, better", "edit")
    edited, answer = await workspace.settled(chat)
    assert edited.siblings == [question.id, edited.id]
    await workspace.chats.retry(workspace.owner, chat, answer.id)
    again = (await workspace.settled(chat))[-1]
    assert again.siblings == [answer.id, again.id]
    await workspace.chats.select_branch(workspace.owner, chat, question.id)
    first, stopped = await workspace.messages(chat)
    assert (first.text, stopped.status) == ("one", "stopped")


async def test_a_killed_model_interrupts_with_its_reason_and_the_next_request_works(
    workspace: Workspace, engine: RunningEngine
) -> None:
    chat = await workspace.start("Hello", model="slow", max_tokens=400)
    shown = await workspace.written(chat)
    (child,) = [
        child
        for child in psutil.Process(engine.process.pid).children(recursive=True)
        if "slow.gguf" in " ".join(child.cmdline()) or len(psutil.Process(engine.process.pid).children()) == 1
    ] or psutil.Process(engine.process.pid).children()[-1:]
    for victim in psutil.Process(engine.process.pid).children():
        victim.kill()
    killed = time.monotonic()
    answer = (await workspace.settled(chat))[-1]
    assert time.monotonic() - killed < 30
    assert answer.status == "interrupted" and answer.text.startswith(shown)
    assert answer.error is not None and answer.error["code"] in {"model_crashed", "out_of_memory"}
    await workspace.chats.configure(workspace.owner, chat, parameters={"max_tokens": 5})
    await workspace.chats.resume(workspace.owner, chat, answer.id)
    assert (await workspace.settled(chat))[-1].status == "complete"
    assert not child.is_running()


async def test_an_engine_that_is_away_fails_with_a_sentence(workspace: Workspace, engine: RunningEngine) -> None:
    engine.kill()
    try:
        chat = await workspace.start("Hello")
        answer = (await workspace.settled(chat))[-1]
        assert (answer.status, answer.text) == ("failed", "")
        assert answer.error is not None and answer.error["code"] == "engine_unreachable"
    finally:
        engine.restart()
    await workspace.chats.retry(workspace.owner, chat, answer.id)
    assert (await workspace.settled(chat))[-1].status == "complete"


async def test_a_model_that_is_gone_and_a_prompt_that_is_too_long(workspace: Workspace) -> None:
    chat = await workspace.start("Hello", model="deleted-yesterday")
    answer = (await workspace.settled(chat))[-1]
    assert answer.error is not None and answer.error["code"] == "model_not_found"
    chat = await workspace.start("word " * 20_000)
    question, answer = await workspace.settled(chat)
    assert question.text == "word " * 20_000
    assert answer.error is not None and answer.error["code"] == "context_length_exceeded"


async def test_another_process_finds_interrupted_answers_after_a_crash(
    workspace: Workspace, database: Database, engine: RunningEngine
) -> None:
    chat = await workspace.start("Hello", model="slow", max_tokens=400)
    shown = await workspace.written(chat)
    task = workspace.generations._running[chat][1]
    task.cancel()
    await asyncio.wait([task])
    successor = Workspace(database, engine.home)
    assert await successor.generations.recover() == 1
    answer = (await successor.messages(chat))[-1]
    assert answer.status == "interrupted" and answer.text.startswith(shown)
    await successor.engine.close()


async def test_a_strangers_chat_is_not_found_whatever_is_tried(workspace: Workspace) -> None:
    chat = await workspace.start("private")
    answer = (await workspace.settled(chat))[-1]
    chats = workspace.chats
    for attempt in (
        lambda: chats.snapshot(STRANGER, chat),
        lambda: chats.detail(STRANGER, chat),
        lambda: chats.rename(STRANGER, chat, "x"),
        lambda: chats.pin(STRANGER, chat, True),
        lambda: chats.delete(STRANGER, chat),
        lambda: chats.restore(STRANGER, chat),
        lambda: chats.configure(STRANGER, chat, model="x"),
        lambda: chats.post(STRANGER, chat, "x", "x"),
        lambda: chats.edit(STRANGER, chat, answer.id, "x", "x"),
        lambda: chats.retry(STRANGER, chat, answer.id),
        lambda: chats.resume(STRANGER, chat, answer.id),
        lambda: chats.select_branch(STRANGER, chat, answer.id),
        lambda: chats.cancel_queued(STRANGER, chat, answer.id),
        lambda: chats.stop(STRANGER, chat),
        lambda: chats.export(STRANGER, chat, "md"),
        lambda: chats.follow(STRANGER, chat, 0).__anext__(),
    ):
        with pytest.raises(NotFound):
            await attempt()
    assert await chats.chats(STRANGER) == []


async def test_deleting_hides_and_restoring_brings_back(
    workspace: Workspace, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = await workspace.start("find me by needle")
    await workspace.settled(chat)
    await workspace.chats.delete(workspace.owner, chat)
    assert await workspace.chats.chats(workspace.owner) == []
    await workspace.chats.restore(workspace.owner, chat)
    assert [item.id for item in await workspace.chats.chats(workspace.owner, "needle")] == [chat]
    await workspace.chats.delete(workspace.owner, chat)
    assert await database.write(purge) == 0
    later = module.now_ms() + module.KEPT_AFTER_DELETE_MS + 1000
    monkeypatch.setattr(module, "now_ms", lambda: later)
    assert await database.write(purge) == 1
    with pytest.raises(NotFound):
        await workspace.chats.restore(workspace.owner, chat)


async def test_the_list_is_pinned_first_and_searchable(workspace: Workspace) -> None:
    first = await workspace.start("alpha question")
    second = await workspace.start("beta question")
    await workspace.settled(first)
    await workspace.settled(second)
    await workspace.chats.pin(workspace.owner, first, True)
    assert [item.id for item in await workspace.chats.chats(workspace.owner)] == [first, second]
    await workspace.chats.rename(workspace.owner, second, "  A new\n name ")
    assert [item.title for item in await workspace.chats.chats(workspace.owner, "new name")] == ["A new name"]
    with pytest.raises(Invalid):
        await workspace.chats.rename(workspace.owner, second, " ")
    assert [item.id for item in await workspace.chats.chats(workspace.owner, "alph")] == [first]
    assert [item.id for item in await workspace.chats.chats(workspace.owner, "%")] == []


async def test_a_chat_that_outgrew_the_context_goes_on_and_says_what_was_left_out(workspace: Workspace) -> None:
    chat = await workspace.start("x" * 3000, model="fast", max_tokens=3)
    await workspace.settled(chat)
    for number in range(3):
        await workspace.chats.post(workspace.owner, chat, "y" * 2500, f"more {number}")
        await workspace.settled(chat)
    answer = (await workspace.messages(chat))[-1]
    assert answer.status == "complete"
    assert answer.usage is not None
    assert answer.usage["dropped_messages"] > 0
    assert answer.usage["dropped_tokens"] >= 2500
    assert answer.usage["context_used"] <= answer.usage["context_size"]
