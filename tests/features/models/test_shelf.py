"""The models that are here, with a real engine: what is told of them, and the acts on them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from localmind_app.core.database import Database
from localmind_app.core.errors import EngineUnreachable, Invalid, ModelMissing, NotAllowed
from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient
from localmind_app.features.accounts.service import Actor
from localmind_app.features.models.fits import Fits
from localmind_app.features.models.shelf import Shelf
from tests.features.conftest import RunningEngine
from tests.models_factory import write_random_llama

pytestmark = pytest.mark.anyio
OWNER = Actor("01ARZ3NDEKTSV4RRFFQ69G5FAV", "owner", "owner")
MEMBER = Actor("01ARZ3NDEKTSV4RRFFQ69G5FAW", "member", "member")


@pytest.fixture
async def shelf(engine: RunningEngine, database: Database) -> AsyncIterator[Shelf]:
    client = EngineClient.local(engine.home)
    yield Shelf(engine.home, database, client, Fits(engine.home))
    await client.close()


async def test_what_is_told_of_each_model(shelf: Shelf, models_folder: Path) -> None:
    broken = models_folder / "a-broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    try:
        items = await shelf.models(MEMBER)
    finally:
        broken.unlink()
    by_id = {item.id: item for item in items}
    assert [item.id for item in items] == ["fast", "slow", "starter", "all-minilm-l6-v2", "a-broken"]
    assert by_id["fast"].verdict in ("gpu", "part", "cpu") and by_id["fast"].speed > 0
    assert by_id["fast"].needed > by_id["fast"].size > 0
    assert (by_id["starter"].built_in, by_id["starter"].starter, by_id["starter"].linked) == (True, True, False)
    assert by_id["all-minilm-l6-v2"].verdict == "", "nobody waits for its tokens"
    assert (by_id["a-broken"].state, by_id["a-broken"].params["file"]) == ("broken", "a-broken.gguf")


async def test_what_a_loaded_model_counts(shelf: Shelf, engine: RunningEngine) -> None:
    await shelf.unload(OWNER, "fast")  # other tests may have used it
    await shelf.load(OWNER, "fast")
    [before] = [item for item in await shelf.running(MEMBER) if item.id == "fast"]
    client = EngineClient.local(engine.home)
    await client.chat({"model": "fast", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 20})
    await client.close()
    [after] = [item for item in await shelf.running(MEMBER) if item.id == "fast"]
    assert after.start == before.start and after.memory > 1_000_000
    assert (before.requests, after.requests) == (0, 1)
    assert after.decoded_tokens is not None and after.decoded_tokens >= 19, "the first one comes with the prompt"
    assert after.slots is not None and after.slots >= 1
    await shelf.pin(OWNER, "fast", True)
    assert [item.pinned for item in await shelf.running(MEMBER) if item.id == "fast"] == [True]
    await shelf.pin(OWNER, "fast", False)
    await shelf.unload(OWNER, "fast")
    assert [item for item in await shelf.running(MEMBER) if item.id == "fast"] == []


async def test_removing_takes_all_parts_and_empty_folders(shelf: Shelf, models_folder: Path) -> None:
    place = write_random_llama(models_folder / "gone.gguf")
    folder = models_folder / "maker"
    folder.mkdir()
    parts = [folder / f"big-0000{number}-of-00002.gguf" for number in (1, 2)]
    for part in parts:
        part.write_bytes(place.read_bytes())
    place.unlink()
    await shelf.load(OWNER, "fast")
    await shelf.remove(OWNER, "big")
    assert not folder.exists()
    running = [item.id for item in await shelf.running(OWNER)]
    assert "fast" in running, "others stay loaded"
    assert "big" not in running
    await shelf.unload(OWNER, "fast")


async def test_a_draft_goes_with_its_last_model(shelf: Shelf, models_folder: Path) -> None:
    first = write_random_llama(models_folder / "maker.gguf")
    parts = models_folder / "maker-00001-of-00001.gguf"
    draft, other = models_folder / "maker.draft.gguf", models_folder / "else.draft.gguf"
    for path in (parts, draft, other):
        path.write_bytes(first.read_bytes())
    both = {item.id for item in await shelf.models(OWNER)}
    assert {"maker", "maker-2", "else.draft"} <= both and "maker.draft" not in both
    await shelf.remove(OWNER, "maker-2")
    assert draft.exists(), "the other one is guessed for with it"
    await shelf.remove(OWNER, "maker")
    assert not draft.exists() and other.exists()
    assert not {"maker", "maker-2", "maker.draft"} & {item.id for item in await shelf.models(OWNER)}
    await shelf.remove(OWNER, "else.draft")
    assert not other.exists()


async def test_of_a_model_used_in_place_only_the_link_goes(shelf: Shelf, models_folder: Path, tmp_path: Path) -> None:
    original = write_random_llama(tmp_path / "original.gguf")
    (models_folder / "linked.gguf").symlink_to(original)
    [item] = [item for item in await shelf.models(OWNER) if item.id == "linked"]
    assert item.linked
    await shelf.remove(OWNER, "linked")
    assert original.exists() and not (models_folder / "linked.gguf").is_symlink()


async def test_what_is_built_in_or_not_there_is_not_removed(shelf: Shelf) -> None:
    for model in ("starter", "all-minilm-l6-v2"):
        with pytest.raises(Invalid, match="built in"):
            await shelf.remove(OWNER, model)
    with pytest.raises(ModelMissing):
        await shelf.remove(OWNER, "../starter")


async def test_only_the_owner_acts(shelf: Shelf, models_folder: Path) -> None:
    for refused in (
        shelf.load(MEMBER, "fast"),
        shelf.unload(MEMBER, "fast"),
        shelf.pin(MEMBER, "fast", True),
        shelf.release(MEMBER, "fast"),
        shelf.remove(MEMBER, "fast"),
    ):
        with pytest.raises(NotAllowed):
            await refused
    assert (models_folder / "fast.gguf").exists()


async def test_an_engine_that_is_away_is_said(home: Home, database: Database) -> None:
    client = EngineClient.local(home)
    shelf = Shelf(home, database, client, Fits(home))
    with pytest.raises(EngineUnreachable):
        await shelf.models(OWNER)
    with pytest.raises(EngineUnreachable):
        await shelf.running(OWNER)
    await client.close()
