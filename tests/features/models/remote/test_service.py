"""What the owner does with remote engines: add, change, order, probe, check, find."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from localmind_app.core.database import Database
from localmind_app.core.errors import EngineError, EngineUnreachable, Invalid, NotAllowed, NotFound
from localmind_app.core.home import Home
from localmind_app.features.accounts.service import Actor
from localmind_app.features.models.remote.models import OLLAMA, entries_of
from localmind_app.features.models.remote.service import RemoteService, Settings
from tests.remote_door import OLLAMA_CLOUD, Door

pytestmark = pytest.mark.anyio
OWNER = Actor("01ARZ3NDEKTSV4RRFFQ69G5FAV", "owner", "owner")
MEMBER = Actor("01ARZ3NDEKTSV4RRFFQ69G5FAW", "member", "member")


@pytest.fixture
async def remotes(database: Database, home: Home) -> AsyncIterator[RemoteService]:
    service = RemoteService(database, home)
    yield service
    await service.close()


@pytest.fixture
def ollama(tmp_path: Path) -> Iterator[Door]:
    """Ollama's lists, without an engine behind them."""
    with Door("Ollama", Home(tmp_path), key="sk-right") as door:
        yield door


async def test_the_key_is_sealed_and_never_shown(remotes: RemoteService, home: Home) -> None:
    await remotes.add(OWNER, Settings("Mine", "http://127.0.0.1:9/v1", "sk-very-secret", 0.5, 1.5, "EUR"))
    [item] = await remotes.engines(OWNER)
    assert (item.label, item.url, item.has_key, item.enabled) == ("Mine", "http://127.0.0.1:9/v1", True, True)
    assert (item.price_in, item.price_out, item.currency) == (0.5, 1.5, "EUR")
    assert "secret" not in repr(item)
    files = [path for path in home.root.rglob("*") if path.is_file()]
    assert not [path for path in files if b"very-secret" in path.read_bytes()]


async def test_a_lost_key_file_is_told_and_the_other_engines_go_on(
    remotes: RemoteService, home: Home, ollama: Door
) -> None:
    broken = await remotes.add(OWNER, Settings("Broken", ollama.url, "sk-right"))
    open_one = await remotes.add(OWNER, Settings("Open", "http://127.0.0.1:9"))
    home.seal_key.unlink()
    assert [engine.facts.id for engine in await remotes.enabled()] == [broken, open_one]
    with pytest.raises(Invalid, match="Enter it again"):
        await remotes.probe(OWNER, broken)
    assert ollama.paths == []
    await remotes.edit(OWNER, broken, Settings("Mended", ollama.url, "sk-right"))
    assert (await remotes.check(OWNER, broken)).up


@pytest.mark.parametrize(
    "settings",
    [
        Settings("", "http://host"),
        Settings("x" * 101, "http://host"),
        Settings("x", "http://user@host"),
        Settings("x", "http://169.254.169.254"),
        Settings("x", "http://host", "sk\r\nX-Header: 1"),
        Settings("x", "http://host", "schlüssel"),
        Settings("x", "http://host", price_in=-1.0),
        Settings("x", "http://host", price_out=float("nan")),
        Settings("x", "http://host", currency="euro"),
    ],
)
async def test_settings_that_make_no_sense(remotes: RemoteService, settings: Settings) -> None:
    with pytest.raises(Invalid):
        await remotes.add(OWNER, settings)
    assert await remotes.engines(OWNER) == []


async def test_only_the_owner(remotes: RemoteService) -> None:
    engine = await remotes.add(OWNER, Settings("Mine", "http://127.0.0.1:9"))
    calls: list[Callable[[], Coroutine[Any, Any, Any]]] = [
        lambda: remotes.engines(MEMBER),
        lambda: remotes.add(MEMBER, Settings("x", "http://127.0.0.1:9")),
        lambda: remotes.edit(MEMBER, engine, Settings("x", "http://127.0.0.1:9")),
        lambda: remotes.remove(MEMBER, engine),
        lambda: remotes.enable(MEMBER, engine, False),
        lambda: remotes.move(MEMBER, engine, 0),
        lambda: remotes.probe(MEMBER, engine),
        lambda: remotes.check(MEMBER, engine),
        lambda: remotes.found(MEMBER),
    ]
    for call in calls:
        with pytest.raises(NotAllowed):
            await call()
    [item] = await remotes.engines(OWNER)
    assert item.label == "Mine" and item.enabled


async def test_order_switch_and_removal(remotes: RemoteService) -> None:
    ids = [await remotes.add(OWNER, Settings(name, f"http://127.0.0.1:{at}")) for at, name in enumerate("abc", 1)]
    await remotes.move(OWNER, ids[2], 0)
    await remotes.move(OWNER, ids[0], 99)
    assert [item.label for item in await remotes.engines(OWNER)] == ["c", "b", "a"]
    await remotes.enable(OWNER, ids[1], False)
    assert [engine.facts.label for engine in await remotes.enabled()] == ["c", "a"]
    await remotes.remove(OWNER, ids[2])
    with pytest.raises(NotFound):
        await remotes.probe(OWNER, ids[2])
    assert [item.label for item in await remotes.engines(OWNER)] == ["b", "a"]


async def test_a_key_is_only_sent_where_it_was_entered_for(remotes: RemoteService, ollama: Door) -> None:
    engine = await remotes.add(OWNER, Settings("Mine", "http://127.0.0.1:9/v1", "sk-right"))
    with pytest.raises(Invalid, match="Enter the key again"):
        await remotes.edit(OWNER, engine, Settings("Mine", ollama.url))
    await remotes.edit(OWNER, engine, Settings("Renamed", "http://127.0.0.1:9"))
    assert [(item.label, item.has_key) for item in await remotes.engines(OWNER)] == [("Renamed", True)]
    await remotes.edit(OWNER, engine, Settings("Renamed", ollama.url, ""))
    [item] = await remotes.engines(OWNER)
    assert (item.has_key, item.url) == (False, f"{ollama.url}/v1")


async def test_a_probe_is_kept_and_forgotten_with_the_address(remotes: RemoteService, ollama: Door) -> None:
    engine = await remotes.add(OWNER, Settings("Mine", ollama.url, "sk-right"))
    ollama.mood = "nofigures"
    probe = await remotes.probe(OWNER, engine)
    assert (probe.kind, probe.version, probe.tested) == (OLLAMA, "0.14.1", "fast:latest")
    [item] = await remotes.engines(OWNER)
    assert item.probe == probe and item.state is not None and item.state.up
    opened = await remotes.engine(engine)
    assert [opened.leaves(model.id) for model in probe.models] == [False, False, True, False]
    assert [model.id for model in probe.models if model.passed_on] == [OLLAMA_CLOUD]
    await remotes.edit(OWNER, engine, Settings("Mine", "http://127.0.0.1:9", "sk-right"))
    assert (await remotes.engines(OWNER))[0].probe is None


async def test_health_is_quick_and_remembered(remotes: RemoteService, ollama: Door) -> None:
    engine = await remotes.add(OWNER, Settings("Mine", ollama.url, "sk-right"))
    state = await remotes.check(OWNER, engine)
    assert state.up and state.latency_ms is not None
    assert ollama.paths == ["/v1/models"]
    ollama.mood = "silent"
    state = await remotes.check(OWNER, engine)
    assert not state.up and state.error is not None and "does not answer (2.5 s)" in state.error["message"]
    assert (await remotes.engines(OWNER))[0].state == state
    ollama.mood, ollama.key = "", "sk-changed"
    state = await remotes.check(OWNER, engine)
    assert state.error is not None and "refuses the key" in state.error["message"]
    assert not (await remotes.engine(engine)).is_away(), "it is there, and nobody stands in for a wrong key"


async def test_a_probe_of_what_is_no_engine(remotes: RemoteService, ollama: Door) -> None:
    away = await remotes.add(OWNER, Settings("Away", "http://127.0.0.1:9"))
    with pytest.raises(EngineUnreachable):
        await remotes.probe(OWNER, away)
    page = await remotes.add(OWNER, Settings("A page", ollama.url, "sk-right"))
    ollama.mood = "page"
    with pytest.raises(EngineError, match="not with a list of models"):
        await remotes.probe(OWNER, page)
    ollama.mood = "redirect"
    with pytest.raises(EngineError, match="not followed"):
        await remotes.probe(OWNER, page)
    assert [item.probe for item in await remotes.engines(OWNER)] == [None, None]


async def test_engines_on_this_machine_are_found(remotes: RemoteService, tmp_path: Path, ollama: Door) -> None:
    with Door("vLLM", Home(tmp_path)) as vllm, Door("LM Studio", Home(tmp_path)) as page:
        page.mood = "page"
        ports = {ollama.port: "Ollama", vllm.port: "vLLM", page.port: "LM Studio", 9: "llama-server"}
        found = await remotes.found(OWNER, ports)
        assert [(one.kind, one.version, one.models, one.wants_key) for one in found] == [
            ("Ollama", "", (), True),
            ("vLLM", "0.28.0", ("fast",), False),
        ]
        await remotes.add(OWNER, Settings("Mine", vllm.url.replace("127.0.0.1", "localhost")))
        assert [one.kind for one in await remotes.found(OWNER, ports)] == ["Ollama"]


def test_lists_of_models_are_read_with_care() -> None:
    odd: list[Any] = [
        {"id": "good"},
        {"id": "good"},
        {"id": ""},
        {"id": 7},
        {"id": "x" * 500},
        {"id": "a\nb"},
        3,
        None,
        {},
    ]
    assert [entry["id"] for entry in entries_of({"data": odd})] == ["good"]
    assert entries_of({"object": "list", "data": None}) == []
    for nothing in (None, [], "data", {"data": "x"}, {"data": {"id": "x"}}):
        with pytest.raises(EngineError):
            entries_of(nothing)


async def test_what_is_read_from_the_table_is_what_was_meant(remotes: RemoteService, database: Database) -> None:
    engine = await remotes.add(OWNER, Settings("Mine", "http://127.0.0.1:9/v1", "sk"))
    await remotes.enabled()
    with sqlite3.connect(database.path) as connection:  # another process edits it
        connection.execute("UPDATE remote_engines SET label = 'Theirs' WHERE id = ?", (engine,))
    assert [one.facts.label for one in await remotes.enabled()] == ["Theirs"]
