"""The hub's API against a small hub of our own."""

from __future__ import annotations

import hashlib

import pytest

from localmind_app.core.egress import EgressLedger, purge
from localmind_app.core.errors import Invalid, NotAllowed, NotFound, SourceError
from localmind_app.features.models import hub as hub_module
from localmind_app.features.models.carrier import Carrier, configured_hub
from localmind_app.features.models.hub import HubClient, HubFile, _file, _model
from tests.features.models.fake_hub import COMMIT, FakeHub

pytestmark = pytest.mark.anyio


@pytest.fixture
def client(hub: FakeHub, carrier: Carrier) -> HubClient:
    for name in ("a-q4.gguf", "a-q8.gguf", "sub/b.gguf", "pytorch_model.bin"):
        hub.add("maker/model", name, name.encode() * 10)
    hub.add("maker/model", "config.json", b"{}")
    return HubClient(carrier, hub.base)


async def test_search_and_what_is_asked_is_in_the_ledger(hub: FakeHub, client: HubClient, ledger: EgressLedger) -> None:
    [found] = await client.search("Model")
    assert (found.repo, found.license, found.downloads, found.gated) == ("maker/model", "mit", 7, False)
    assert await client.search("nothing") == []
    entries = await ledger.entries()
    assert [(one.host, one.purpose) for one in entries] == [("127.0.0.1", "search for models")] * 2
    assert entries[0].received == 2 and entries[1].received > 100


async def test_the_files_of_a_repository_over_several_pages(client: HubClient) -> None:
    assert await client.revision("maker/model") == COMMIT
    files = {file.path: file for file in await client.files("maker/model", COMMIT)}
    assert set(files) == {"a-q4.gguf", "a-q8.gguf", "sub/b.gguf", "pytorch_model.bin", "config.json"}
    assert files["a-q4.gguf"].sha256 == hashlib.sha256(b"a-q4.gguf" * 10).hexdigest()
    assert files["config.json"] == HubFile("config.json", 2, None, hashlib.sha1(b"blob 2\0{}").hexdigest())


async def test_what_the_hub_does_not_give(client: HubClient, hub: FakeHub) -> None:
    with pytest.raises(NotFound, match="no such model"):
        await client.revision("no/body")
    with pytest.raises(NotAllowed, match="accepted its terms"):
        await client.revision("gated/model")
    for repo in ("../../etc", "a", "a/b/c", "a/..", "a b/c", "https://x/y"):
        with pytest.raises(Invalid, match="owner/name"):
            await client.files(repo)


async def test_a_hub_that_is_away_or_talks_nonsense(
    client: HubClient, carrier: Carrier, ledger: EgressLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "LARGEST_ANSWER", 20)
    with pytest.raises(SourceError, match="too long"):
        await client.search("model")
    monkeypatch.undo()
    near = Carrier(ledger, frozenset({"http://127.0.0.1:9"}))
    with pytest.raises(SourceError, match="cannot be reached"):
        await HubClient(near, "http://127.0.0.1:9").search("x")
    await near.close()
    with pytest.raises(SourceError, match="not a public https address"):
        await HubClient(carrier, "http://192.168.1.1").search("x")


@pytest.mark.parametrize("item", [{}, {"path": 1}, {"type": "file", "path": "a", "size": -1},
                                  {"type": "directory", "path": "a", "size": 1}])  # fmt: skip
def test_odd_entries_are_passed_by(item: dict[str, object]) -> None:
    assert _file(item) is None and _model(item) is None


def test_hashes_are_only_believed_to_be_hashes() -> None:
    odd = _file({"type": "file", "path": "a", "size": 1, "oid": "zz", "lfs": {"oid": "no", "size": "no"}})
    assert odd == HubFile("a", 1, None, None)
    assert _model({"id": "a/b", "downloads": "many", "tags": None, "gated": "manual"}) is not None


def test_the_hub_can_be_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOCALMIND_HUB", raising=False)
    assert configured_hub() == ("https://huggingface.co", frozenset({"https://huggingface.co"}))
    monkeypatch.setenv("LOCALMIND_HUB", "http://mirror.lan:8080/hf/ http://store.lan")
    assert configured_hub() == ("http://mirror.lan:8080/hf", frozenset({"http://mirror.lan:8080", "http://store.lan"}))


async def test_the_ledger_forgets_after_three_months(ledger: EgressLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    await ledger.note("example.org", "test", 12)
    [entry] = await ledger.entries()
    assert (entry.host, entry.purpose, entry.sent, entry.received) == ("example.org", "test", 12, 0)
    assert await ledger._database.write(purge) == 0
    monkeypatch.setattr("localmind_app.core.egress.KEPT_MS", -1000)
    assert await ledger._database.write(purge) == 1
    assert await ledger.entries() == []
