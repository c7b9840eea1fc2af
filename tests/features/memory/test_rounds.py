"""The worker's round with a real engine: a model that answers by schema, vectors, near duplicates."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.jobs import JOBS, register
from localmind_app.engine.client import EngineClient
from localmind_app.features.memory import extraction
from localmind_app.features.memory.job import PURGE, READ
from localmind_app.features.memory.rounds import FORM, MemoryRound
from localmind_app.features.memory.tables import MemoryRow
from tests.features.conftest import RunningEngine
from tests.models_factory import write_script_llama

from .conftest import Remembering

pytestmark = pytest.mark.anyio
SAID = "We keep bees on our roof."


@pytest.fixture
async def model(life: Remembering, models_folder: Path) -> AsyncIterator[str]:
    """A real model whose grammar-held answer names one thing that was said, and one that was not."""
    one, other = (
        '"about":"user","attribute":"hobby","value":"bees"}',
        '"about":"us","attribute":"home","value":"Mars"}]}',
    )
    pieces = ['{"facts":[{"span":"We keep bees on our roof",', one, ',{"span":"We live on Mars now",', other]
    path = write_script_llama(models_folder / "reader.gguf", pieces, loop=False)
    await life.engine.load("reader")
    yield "reader"
    await life.engine.unload("reader")
    path.unlink()


async def test_a_loaded_model_is_asked_and_only_believed_where_the_person_said_so(
    life: Remembering, model: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = await life.say(SAID, "What is a list?")
    monkeypatch.setattr(extraction, "model_to_ask", lambda _: _named(model))  # other tests' models are loaded as well
    async with asyncio.timeout(60):  # a round asks nothing while the engine still ends the answer that was stopped
        while not (known := await life.memory.memories(life.owner)):
            await MemoryRound(home, life.engine).run()
    [kept] = known
    assert (kept.text, kept.source, kept.chat) == (SAID, "model", chat)
    await MemoryRound(home, life.engine).run()
    assert len(await life.memory.memories(life.owner)) == 1


async def _named(model: str) -> str:
    return model


async def test_the_starter_is_not_asked_and_a_loaded_model_is(life: Remembering, model: str) -> None:
    loaded = {info.id: info for info in await life.engine.models() if info.loaded and info.kind == "chat"}
    asked = await extraction.model_to_ask(life.engine)
    assert model in loaded and asked in loaded and not loaded[asked or ""].starter


async def test_without_an_engine_the_rules_still_read(life: Remembering, home: Home, tmp_path: Path) -> None:
    await life.say("I live in Hamburg.")
    away = EngineClient.local(Home.open(tmp_path / "nobody"))
    await MemoryRound(home, away).run()
    await away.close()
    assert await life.texts() == ["I live in Hamburg."]


async def test_every_fact_gets_a_vector_and_what_says_the_same_is_kept_once(life: Remembering) -> None:
    await life.memory.add(life.owner, "On Tuesdays the choir of the village meets at our place.")
    await life.read()
    await life.memory.add(life.owner, "The choir of the village meets at our place every Tuesday.")
    await life.memory.add(life.owner, "The choir of the village does not meet at our place.")
    await life.read()
    texts = await life.texts()
    assert len(texts) == 2 and texts[0].startswith("On Tuesdays") and "not" in texts[1]

    def vectors(session: object) -> list[tuple[int, str | None]]:
        return [(len(row.vector or b""), row.embedder) for row in session.query(MemoryRow)]  # type: ignore[attr-defined]

    assert set(await life.database.read(vectors)) == {(384 * 2, FORM)}


def test_the_jobs_run_on_an_empty_folder(home: Home, database: Database) -> None:
    for job in (READ, PURGE):
        register(job)
        assert JOBS[job.name] is job
        job.run(home, {})


async def test_the_engine_can_be_killed_meanwhile(life: Remembering, engine: RunningEngine, home: Home) -> None:
    await life.say("I live in Hamburg.")
    engine.kill()
    try:
        await MemoryRound(home, life.engine).run()
    finally:
        engine.restart()
    assert await life.texts() == ["I live in Hamburg."]
    await life.read()
    assert (await life.memory.recall(life.owner, "Which town is my home?"))[0].ranks["dense"] == 1
