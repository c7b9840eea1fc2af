"""Gated models: the owner's token opens them, is sealed at rest, and is shown to the hub and nobody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from localmind_app.core.database import Database
from localmind_app.core.errors import Invalid, NotAllowed
from localmind_app.core.home import Home
from localmind_app.features.accounts.service import Actor, ensure_owner
from localmind_app.features.accounts.tables import UserRow
from localmind_app.features.models import hub_token
from localmind_app.features.models.carrier import Carrier
from localmind_app.features.models.download import Downloader, Wanted
from localmind_app.features.models.downloads import DownloadService
from localmind_app.features.models.hub import HubClient
from localmind_app.features.models.remote.seal import Seal
from tests.features.models.fake_hub import FakeHub

from .test_downloads import Worker, owner, service, until, worker

__all__ = ["owner", "service", "worker"]  # fixtures

pytestmark = pytest.mark.anyio
HUB, TOKEN, REPO = "https://hub.example", "hf_AbC123", "maker/gated"


@pytest.fixture
def user_id(database: Database) -> str:
    with database.session() as session:
        return ensure_owner(session).id


@pytest.fixture
def gated(hub: FakeHub, gguf: bytes) -> FakeHub:
    """A hub with a model behind its makers' terms, and one who accepted them."""
    hub.add(REPO, "gated.gguf", gguf)
    hub.gated.add(REPO)
    hub.tokens |= {TOKEN, "hf_other"}
    hub.accepted.add(TOKEN)
    return hub


def test_it_is_kept_sealed_replaced_and_forgotten(home: Home, database: Database, user_id: str) -> None:
    seal = Seal(home.seal_key)
    with database.session() as session:
        assert hub_token.read(session, user_id, seal, HUB) is None
        session.get_one(UserRow, user_id).preferences = {"theme": "dark"}
        hub_token.store(session, user_id, seal, HUB, f" {TOKEN}\n")
    with database.session() as session:
        kept = session.get_one(UserRow, user_id).preferences
        assert TOKEN not in json.dumps(kept)
        assert hub_token.read(session, user_id, seal, HUB) == TOKEN
        hub_token.store(session, user_id, seal, HUB, "hf_new")
    with database.session() as session:
        assert hub_token.read(session, user_id, seal, HUB) == "hf_new"
        hub_token.clear(session, user_id)
    with database.session() as session:
        assert not hub_token.is_set(session, user_id, HUB)
        assert session.get_one(UserRow, user_id).preferences == {"theme": "dark"}


def test_it_belongs_to_the_hub_it_was_entered_for(home: Home, database: Database, user_id: str) -> None:
    seal = Seal(home.seal_key)
    with database.session() as session:
        hub_token.store(session, user_id, seal, HUB, TOKEN)
        for other in ("http://hub.example", "https://hub.example:8443", "https://mirror.example"):
            assert not hub_token.is_set(session, user_id, other)
            assert hub_token.read(session, user_id, seal, other) is None
        # Not even where somebody writes another hub beside it.
        user = session.get_one(UserRow, user_id)
        kept = {**user.preferences[hub_token.PREFERENCE], "hub": "https://evil.example"}
        user.preferences = {hub_token.PREFERENCE: kept}
        with pytest.raises(Invalid, match="cannot be read"):
            hub_token.read(session, user_id, seal, "https://evil.example")


@pytest.mark.parametrize("token", ["", "  ", "two words", "line\nbreak", "ü", "x" * 501])
def test_what_cannot_stand_in_a_header_is_no_token(home: Home, database: Database, user_id: str, token: str) -> None:
    with database.session() as session:
        with pytest.raises(Invalid, match="no access token"):
            hub_token.store(session, user_id, Seal(home.seal_key), HUB, token)
        assert not hub_token.is_set(session, user_id, HUB)


def test_without_its_key_file_it_is_said_and_can_be_forgotten(home: Home, database: Database, user_id: str) -> None:
    seal = Seal(home.seal_key)
    with database.session() as session:
        hub_token.store(session, user_id, seal, HUB, TOKEN)
        home.seal_key.unlink()
        with pytest.raises(Invalid, match="Enter it again"):
            hub_token.read(session, user_id, seal, HUB)
        assert hub_token.is_set(session, user_id, HUB)
        hub_token.clear(session, user_id)
        assert not hub_token.is_set(session, user_id, HUB)


async def fetched(hub: FakeHub, carrier: Carrier, gguf: bytes, folder: Path) -> bytes:
    url = HubClient(carrier, hub.base).address(REPO, "gated.gguf")
    part = folder / "gated.part"
    wanted = Wanted("gated.gguf", (url,), len(gguf))
    await Downloader(carrier, first_wait=0.01, piece_bytes=len(gguf) // 3).fetch(wanted, part, _heard, _heard)
    return part.read_bytes()


def _heard(count: int) -> None:
    """Nobody wants to know."""


async def test_the_hub_sees_the_token_and_nobody_it_sends_us_to(
    gated: FakeHub, carrier: Carrier, gguf: bytes, tmp_path: Path
) -> None:
    carrier.token = TOKEN
    assert await fetched(gated, carrier, gguf, tmp_path) == gguf
    assert {shown for port, shown in gated.shown if port == "hub"} == {f"Bearer {TOKEN}"}
    assert {shown for port, shown in gated.shown if port == "store"} == {None}


async def test_a_hub_that_redirects_elsewhere_does_not_take_it_along(
    gated: FakeHub, carrier: Carrier, gguf: bytes, tmp_path: Path
) -> None:
    second = FakeHub()
    try:
        gated.trouble.redirect = f"{second.base}/api/models?search=&filter=gguf"
        trusting = Carrier(carrier._ledger, carrier._trusted | {second.base}, hub=gated.base)
        trusting.token = TOKEN
        async with trusting.get(f"{gated.base}/{REPO}/resolve/main/gated.gguf", "test") as reply:
            assert reply.response.status_code == 200
            assert (reply.at_hub, reply.with_token) == (False, False)
        await trusting.close()
        assert second.shown == [("hub", None)]
    finally:
        second.stop()


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (None, "only to people who accepted its terms. Accept them on the model's page there, then enter your"),
        ("hf_wrong", "does not accept your access token"),
        ("hf_other", "Your account at the hub may not have this model"),
    ],
)
async def test_a_refusal_says_what_to_do(
    gated: FakeHub, carrier: Carrier, gguf: bytes, tmp_path: Path, token: str | None, said: str
) -> None:
    carrier.token = token
    with pytest.raises(NotAllowed, match=said) as refused:
        await fetched(gated, carrier, gguf, tmp_path)
    assert token is None or token not in refused.value.text
    assert not (tmp_path / "gated.part").exists()


async def test_a_gated_model_comes_through_the_worker_once_the_token_is_there(
    gated: FakeHub, home: Home, service: DownloadService, owner: Actor, worker: Worker, gguf: bytes
) -> None:
    worker.start()
    await service.start_file(owner, REPO, "gated.gguf")
    failed = await until(lambda one: one.state == "failed", service, owner)
    assert failed.error is not None and "accepted its terms" in json.dumps(failed.error)

    await service.set_hub_token(owner, TOKEN)
    assert await service.has_hub_token(owner)
    await service.resume(owner, failed.id)
    await until(lambda one: one.state == "done", service, owner)
    assert (home.models / "gated.gguf").read_bytes() == gguf
    assert {shown for port, shown in gated.shown if port == "store"} == {None}
    assert TOKEN.encode() not in b"".join(file.read_bytes() for file in home.logs.iterdir())
    assert TOKEN.encode() not in home.database.read_bytes()

    await service.forget_hub_token(owner)
    assert not await service.has_hub_token(owner)


async def test_only_the_owner_has_one(service: DownloadService) -> None:
    guest = Actor("somebody", "guest", "user")
    for call in (service.has_hub_token, service.forget_hub_token):
        with pytest.raises(NotAllowed):
            await call(guest)
    with pytest.raises(NotAllowed):
        await service.set_hub_token(guest, TOKEN)
