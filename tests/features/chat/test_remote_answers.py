"""Chats that remote engines answer: the label, the cost, who stands in, and what is kept when a server goes away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any

import pytest

from localmind_app.core.database import Database
from localmind_app.core.egress import EgressLedger
from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient
from localmind_app.features.accounts.service import Actor, ensure_owner
from localmind_app.features.chat.generation import Generations
from localmind_app.features.chat.hub import Hub
from localmind_app.features.chat.service import ChatService
from localmind_app.features.chat.views import Event, MessageView
from localmind_app.features.models.remote.service import RemoteService, Settings
from localmind_app.features.models.service import ModelService
from tests.features.conftest import RunningEngine
from tests.models_factory import write_random_llama, write_slow_llama
from tests.remote_door import OLLAMA_CLOUD, Door, TcpEngine

pytestmark = pytest.mark.anyio


class Workspace:
    """Chats over a local engine that has `home`, with remote engines beside it."""

    def __init__(self, database: Database, home: Home, engine_home: Home, silence: float = 60.0) -> None:
        self.engine = EngineClient.local(engine_home)
        self.remotes = RemoteService(database, home, silence)
        self.models = ModelService(self.engine, self.remotes)
        self.hub = Hub()
        self.generations = Generations(database, self.hub, self.engine, self.remotes)
        self.chats = ChatService(database, self.hub, self.generations)
        self.ledger = EgressLedger(database)
        with database.session() as session:
            owner = ensure_owner(session)
        self.owner = Actor(owner.id, owner.name, owner.role)

    async def add(self, label: str, url: str, *, probe: bool = True, **settings: Any) -> str:
        engine = await self.remotes.add(self.owner, Settings(label, url, **settings))
        if probe:
            await self.remotes.probe(self.owner, engine)
        return engine

    async def start(self, model: str, text: str = "Hello", max_tokens: int = 12) -> str:
        chat = await self.chats.create(self.owner, model)
        await self.chats.configure(self.owner, chat, parameters={"max_tokens": max_tokens, "seed": 1})
        await self.chats.post(self.owner, chat, text, "first")
        return chat

    async def answer(self, chat: str) -> MessageView:
        return (await self.chats.snapshot(self.owner, chat)).messages[-1]

    async def settled(self, chat: str, seconds: float = 30) -> MessageView:
        """The last message once nothing streams."""
        give_up = time.monotonic() + seconds
        while (message := await self.answer(chat)).status == "streaming":
            assert time.monotonic() < give_up, message
            await asyncio.sleep(0.02)
        return message

    async def written(self, chat: str) -> str:
        """Wait until the answer has some text; returns it."""
        give_up = time.monotonic() + 20
        while len(text := (await self.answer(chat)).text) < 12:
            assert time.monotonic() < give_up
            await asyncio.sleep(0.01)
        return text

    async def close(self) -> None:
        await self.generations.close()
        await self.remotes.close()
        await self.engine.close()


@pytest.fixture
async def workspace(database: Database, home: Home, engine: RunningEngine) -> AsyncIterator[Workspace]:
    opened = Workspace(database, home, engine.home)
    yield opened
    await opened.close()


@pytest.fixture
async def alone(database: Database, home: Home) -> AsyncIterator[Workspace]:
    """A workspace whose local engine is not there."""
    opened = Workspace(database, home, home)
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
def other_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home.open(tmp_path_factory.mktemp("other") / "home")
    write_random_llama(home.models / "faraway.gguf", seed=5)
    write_slow_llama(home.models / "tortoise.gguf")
    return home


@pytest.fixture(scope="module")
def other(other_home: Home) -> Iterator[TcpEngine]:
    """Another LocalMind's engine."""
    running = TcpEngine(other_home)
    yield running
    running.kill()


@pytest.fixture
def mortal(other_home: Home) -> Iterator[TcpEngine]:
    """One more, for a test that kills it."""
    running = TcpEngine(other_home)
    yield running
    running.kill()


@pytest.fixture
def ollama(engine: RunningEngine) -> Iterator[Door]:
    with Door("Ollama", engine.home) as door:
        yield door


@pytest.fixture
def vllm(engine: RunningEngine) -> Iterator[Door]:
    with Door("vLLM", engine.home, key="sk-right") as door:
        yield door


async def test_another_localmind_answers_and_the_message_says_so(workspace: Workspace, other: TcpEngine) -> None:
    engine = await workspace.add("Workstation", other.url, key=other.token, price_in=1.0, price_out=10.0)
    chat = await workspace.start(f"remote:{engine}/faraway")
    answer = await workspace.settled(chat)
    assert (answer.status, answer.finish, answer.model) == ("complete", "length", f"remote:{engine}/faraway")
    assert answer.text and answer.usage and answer.usage["context_size"] == 8192
    origin = answer.origin
    assert origin is not None
    assert (origin["engine"], origin["host"], origin["model"]) == ("Workstation", "127.0.0.1", "faraway")
    assert (origin["leaves_machine"], origin["instead_of"], origin["estimated"]) == (False, "", False)
    expected = (answer.usage["prompt_tokens"] * 1.0 + 12 * 10.0) / 1e6
    assert origin["spend"] == pytest.approx(expected) and origin["currency"] == "USD"
    name, text = await workspace.chats.export(workspace.owner, chat, "md")
    assert name and "## faraway at Workstation, " in text
    assert await workspace.ledger.entries() == [], "loopback is not egress"
    [spent] = (await workspace.remotes.engines(workspace.owner))[0].spent
    assert (spent.answers, spent.tokens_written, spent.estimated) == (1, 12, False)
    assert spent.amount == pytest.approx(expected)


async def test_killed_in_the_middle_keeps_what_was_shown_and_nobody_answers_twice(
    workspace: Workspace, mortal: TcpEngine
) -> None:
    engine = await workspace.add("Workstation", mortal.url, key=mortal.token, price_out=10.0)
    chat = await workspace.start(f"remote:{engine}/tortoise", max_tokens=400)
    shown = await workspace.written(chat)
    killed = time.monotonic()
    mortal.kill()
    answer = await workspace.settled(chat)
    assert time.monotonic() - killed < 10
    assert answer.status == "interrupted" and answer.text.startswith(shown)
    assert answer.model == f"remote:{engine}/tortoise"
    assert answer.error is not None and answer.error["code"] == "engine_unreachable"
    assert "ended in the middle" in answer.error["message"]
    assert answer.origin is not None and answer.origin["instead_of"] == ""
    assert answer.origin["estimated"] and answer.origin["spend"] > 0, "what was written is paid for"
    # The local engine goes on, with a model of its own, and says so; the cost so far stays.
    await workspace.chats.configure(workspace.owner, chat, parameters={"max_tokens": 5})
    await workspace.chats.resume(workspace.owner, chat, answer.id)
    longer = await workspace.settled(chat)
    assert longer.status == "complete" and longer.text.startswith(answer.text) and len(longer.text) > len(answer.text)
    assert longer.origin is not None and longer.model == "fast"
    assert (longer.origin["instead_of"], longer.origin["spend"]) == ("Workstation", answer.origin["spend"])
    [spent] = (await workspace.remotes.engines(workspace.owner))[0].spent
    assert (spent.answers, spent.amount) == (1, answer.origin["spend"]), "the local engine costs nothing"


async def test_stopping_counts_what_the_server_can_count(workspace: Workspace, other: TcpEngine) -> None:
    engine = await workspace.add("Workstation", other.url, key=other.token, price_in=1.0, price_out=10.0)
    chat = await workspace.start(f"remote:{engine}/tortoise", max_tokens=400)
    await workspace.written(chat)
    await workspace.chats.stop(workspace.owner, chat)
    answer = await workspace.settled(chat)
    assert answer.status == "stopped" and answer.usage is not None and answer.usage["prompt_tokens"] > 0
    assert answer.origin is not None and not answer.origin["estimated"]
    cost = (answer.usage["prompt_tokens"] + 10 * answer.usage["completion_tokens"]) / 1e6
    assert answer.origin["spend"] == pytest.approx(cost)


async def test_a_wrong_key_is_told_and_nobody_stands_in(workspace: Workspace, vllm: Door) -> None:
    engine = await workspace.add("Cluster", vllm.url, key="sk-right")
    vllm.key = "sk-changed"
    answer = await workspace.settled(await workspace.start(f"remote:{engine}/fast"))
    assert (answer.status, answer.text) == ("failed", "")
    assert answer.error is not None and "refuses the key" in answer.error["message"]
    assert "sk-right" not in str(answer.error)


async def test_the_next_engine_with_the_model_stands_in_and_the_message_says_so(
    workspace: Workspace, vllm: Door, ollama: Door
) -> None:
    first = await workspace.add("Cluster", vllm.url, key="sk-right")
    second = await workspace.add("Ollama", ollama.url)
    vllm.mood = "busy"
    chat = await workspace.start(f"remote:{first}/fast")
    answer = await workspace.settled(chat)
    assert (answer.status, answer.model) == ("complete", f"remote:{second}/fast:latest")
    assert answer.origin is not None
    assert (answer.origin["engine"], answer.origin["instead_of"]) == ("Ollama", "Cluster")
    assert "the model is loading" in answer.origin["reason"]["message"]
    asked = len([path for path in vllm.paths if path.endswith("/completions")])
    # The next message does not wait for the one that failed a moment ago, and says so too.
    await workspace.chats.post(workspace.owner, chat, "More", "second")
    again = await workspace.settled(chat)
    assert again.origin is not None and again.origin["instead_of"] == "Cluster" and again.id != answer.id
    assert len([path for path in vllm.paths if path.endswith("/completions")]) == asked
    assert (await workspace.chats.detail(workspace.owner, chat)).model == f"remote:{first}/fast", "the choice stays"


@pytest.mark.parametrize("mood", ["dead", "silent"])
async def test_the_local_engine_is_the_last_to_stand_in(
    database: Database, home: Home, engine: RunningEngine, vllm: Door, mood: str
) -> None:
    hasty = Workspace(database, home, engine.home, silence=1.0)
    remote = await hasty.add("Cluster", vllm.url, key="sk-right")
    vllm.mood = mood
    answer = await hasty.settled(await hasty.start(f"remote:{remote}/fast"))
    assert (answer.status, answer.model) == ("complete", "fast")
    assert answer.origin is not None
    assert (answer.origin["engine"], answer.origin["instead_of"]) == ("", "Cluster")
    assert answer.origin["spend"] is None
    await hasty.close()


async def test_nobody_stands_in_who_would_take_the_text_off_this_machine(
    alone: Workspace, engine: RunningEngine, ollama: Door
) -> None:
    # A model of one name, here and in a cloud.
    with Door("hosted", engine.home) as hosted:
        near = await alone.add("Near", hosted.url)
        cloud = await alone.add("Cloud", ollama.url)
        for item in await alone.models.chat_models(alone.owner):
            assert item.leaves_machine == (item.id == f"remote:{cloud}/{OLLAMA_CLOUD}")
        hosted.mood = "busy"
        asked = len(ollama.asked)
        answer = await alone.settled(await alone.start(f"remote:{near}/{OLLAMA_CLOUD}"))
        assert answer.status == "failed" and answer.error is not None
        assert "the model is loading" in answer.error["message"] and len(ollama.asked) == asked
        assert answer.origin is not None and not answer.origin["leaves_machine"]
        # The other way round it may.
        hosted.mood, ollama.mood = "", "busy"
        answer = await alone.settled(await alone.start(f"remote:{cloud}/{OLLAMA_CLOUD}"))
        assert (answer.status, answer.model) == ("complete", f"remote:{near}/{OLLAMA_CLOUD}")
        assert answer.origin is not None and answer.origin["instead_of"] == "Cloud"
        assert answer.origin["leaves_machine"], "the first one was sent the text, and only then said that it is busy"


async def test_what_leaves_is_labelled_and_in_the_ledger_before_it_goes(workspace: Workspace, ollama: Door) -> None:
    engine = await workspace.add("Ollama", ollama.url)
    ollama.mood = "slow"
    chat = await workspace.start(f"remote:{engine}/{OLLAMA_CLOUD}", text="A secret? No.")
    give_up = time.monotonic() + 10
    while (await workspace.answer(chat)).origin is None:
        assert time.monotonic() < give_up
        await asyncio.sleep(0.01)
    waiting = await workspace.answer(chat)
    assert waiting.status == "streaming" and waiting.origin is not None and waiting.origin["leaves_machine"]
    answer = await workspace.settled(chat)
    assert answer.status == "complete" and answer.origin is not None and answer.origin["leaves_machine"]
    [entry] = await workspace.ledger.entries()
    assert (entry.host, entry.purpose) == ("127.0.0.1", "remote engine: chat") and entry.sent > len("A secret? No.")
    # When that one got the text and said nothing, the label stays with whoever answers.
    ollama.mood = "dead"
    answer = await workspace.settled(await workspace.start(f"remote:{engine}/{OLLAMA_CLOUD}"))
    assert answer.status == "complete" and answer.model == "fast"
    assert answer.origin is not None and answer.origin["leaves_machine"] and answer.origin["engine"] == ""


async def test_a_server_only_gets_what_it_knows(workspace: Workspace, ollama: Door, vllm: Door) -> None:
    for door, kind, key, name in ((ollama, "Ollama", "", "fast:latest"), (vllm, "vLLM", "sk-right", "fast")):
        engine = await workspace.add(kind, door.url, key=key)
        door.asked.clear()
        chat = await workspace.chats.create(workspace.owner, f"remote:{engine}/{name}")
        given = {"max_tokens": 5, "temperature": 0.5, "top_k": 10, "repeat_penalty": 1.1}
        await workspace.chats.configure(workspace.owner, chat, parameters=given)
        await workspace.chats.post(workspace.owner, chat, "Hi", "1")
        assert (await workspace.settled(chat)).status == "complete"
        [asked] = door.asked
        known = {"model": name, "messages": [{"role": "user", "content": "Hi"}], "stream": True, "max_tokens": 5,
                 "temperature": 0.5, "stream_options": {"include_usage": True}}  # fmt: skip
        assert asked == (known if kind == "Ollama" else {**known, "top_k": 10, "repetition_penalty": 1.1})


async def test_going_on_is_refused_where_a_server_would_begin_anew(workspace: Workspace, ollama: Door) -> None:
    engine = await workspace.add("Ollama", ollama.url)
    chat = await workspace.start(f"remote:{engine}/fast:latest", max_tokens=4)
    first = await workspace.settled(chat)
    assert first.finish == "length"
    asked = len(ollama.asked)
    await workspace.chats.resume(workspace.owner, chat, first.id)
    answer = await workspace.settled(chat)
    assert answer.text == first.text and answer.status == "interrupted"
    assert answer.error is not None and "cannot continue an answer" in answer.error["message"]
    assert len(ollama.asked) == asked


async def test_broken_streams_keep_what_was_shown(workspace: Workspace, vllm: Door) -> None:
    engine = await workspace.add("Cluster", vllm.url, key="sk-right")
    for mood in ("garbage", "pieces", "cut", "hostile", "error"):
        vllm.mood = mood
        answer = await workspace.settled(await workspace.start(f"remote:{engine}/fast"))
        assert (answer.status, answer.text) == ("interrupted", "Good beginning. "), mood
        assert answer.error is not None and "unexpected" not in answer.error["message"], mood
        await workspace.remotes.check(workspace.owner, engine)
    vllm.mood = "redirect"
    answer = await workspace.settled(await workspace.start(f"remote:{engine}/fast"))
    assert answer.status == "failed" and answer.error is not None and "not followed" in answer.error["message"]


async def test_a_server_without_figures_is_estimated(workspace: Workspace, vllm: Door) -> None:
    engine = await workspace.add("Cluster", vllm.url, key="sk-right", price_in=4.0, price_out=1.0)
    vllm.mood = "nofigures"
    answer = await workspace.settled(await workspace.start(f"remote:{engine}/fast", text="x" * 400))
    assert answer.status == "complete" and answer.origin is not None
    assert answer.origin["estimated"] and answer.origin["spend"] == pytest.approx((100 * 4.0 + 1) / 1e6)


async def test_a_removed_or_switched_off_engine_is_told(workspace: Workspace, vllm: Door) -> None:
    engine = await workspace.add("Cluster", vllm.url, key="sk-right")
    await workspace.remotes.enable(workspace.owner, engine, False)
    switched_off = await workspace.settled(await workspace.start(f"remote:{engine}/fast"))
    await workspace.remotes.remove(workspace.owner, engine)
    removed = await workspace.settled(await workspace.start(f"remote:{engine}/fast"))
    for answer in (switched_off, removed):
        assert answer.status == "failed" and answer.error is not None and answer.error["code"] == "model_not_found"


async def test_remote_models_are_listed_after_the_local_ones(
    workspace: Workspace, alone: Workspace, vllm: Door
) -> None:
    engine = await workspace.add("Cluster", vllm.url, key="sk-right")
    items = await workspace.models.chat_models(workspace.owner)
    assert [item.id for item in items] == ["fast", "slow", "starter", f"remote:{engine}/fast"]
    assert (items[-1].label, items[-1].detail, items[-1].engine) == ("fast", "Cluster · 4,096 tokens", "Cluster")
    assert not items[-1].away and not items[-1].leaves_machine
    vllm.mood = "busy"
    await workspace.remotes.check(workspace.owner, engine)
    assert (await workspace.models.chat_models(workspace.owner))[-1].away
    assert [item.id for item in await alone.models.chat_models(alone.owner)] == [f"remote:{engine}/fast"]


async def test_who_watches_learns_the_origin_while_the_answer_is_written(workspace: Workspace, vllm: Door) -> None:
    engine = await workspace.add("Cluster", vllm.url, key="sk-right")
    chat = await workspace.chats.create(workspace.owner, f"remote:{engine}/fast")
    await workspace.chats.configure(workspace.owner, chat, parameters={"max_tokens": 5})
    seen: list[Event] = []
    async with aclosing(workspace.chats.follow(workspace.owner, chat, 0)) as events:
        await workspace.chats.post(workspace.owner, chat, "Hello", "1")
        async for event in events:
            seen.append(event)
            if event.kind == "patch" and event.data.get("status"):
                break
    kinds = [event.kind for event in seen if event.seq is not None]
    assert kinds.index("patch") < kinds.index("text")
    first = next(event for event in seen if event.kind == "patch")
    assert first.data["origin"]["engine"] == "Cluster" and "status" not in first.data
