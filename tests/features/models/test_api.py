"""The routes of getting models, through the guard, as a browser of the owner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from localmind_app.core.home import Home
from localmind_app.features.accounts.links import new_link
from localmind_app.features.models import found
from localmind_app.features.services import open_services
from localmind_app.web.application import api, guarded
from tests.features.models.fake_hub import FakeHub
from tests.models_factory import write_random_llama

pytestmark = pytest.mark.anyio
HOST = "127.0.0.1:8765"


@pytest.fixture
async def client(home: Home, hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setenv("LOCALMIND_HUB", f"{hub.base} {hub.store}")
    services = await open_services(home)
    token = await services.accounts.open_link(new_link(home), "")
    headers = {"Cookie": f"localmind_session={token}", "Origin": f"http://{HOST}"}
    transport = httpx.ASGITransport(guarded(api(), 8765))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}", headers=headers) as opened:
        yield opened
    await services.close()


async def test_the_catalogue(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/models/catalogue")
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    models = answer.json()["models"]
    assert len(models) >= 40
    assert models[0].items() >= {"state": "available", "download": None, "fraction": None, "runnable": True}.items()


async def test_from_the_switch_to_a_cancelled_download(client: httpx.AsyncClient, hub: FakeHub, gguf: bytes) -> None:
    hub.add("maker/model", "small.gguf", gguf)
    wish = {"repo": "maker/model", "path": "small.gguf"}
    for refused in (
        await client.get("/api/models/hub?search=model"),
        await client.post("/api/models/downloads", json=wish),
    ):
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
    assert (await client.get("/api/models/hub/allowed")).json() == {"allowed": False}
    assert hub.asked == []
    assert (await client.post("/api/models/hub/allowed", json={"allowed": True})).json() == {"allowed": True}
    [model] = (await client.get("/api/models/hub?search=model")).json()["models"]
    [choice] = (await client.get(f"/api/models/hub?repo={model['repo']}")).json()["choices"]
    assert choice == {"path": "small.gguf", "size": len(gguf), "parts": 1}
    started = await client.post("/api/models/downloads", json=wish)
    assert started.status_code == 201
    place = f"/api/models/downloads/{started.json()['id']}"
    assert (await client.post("/api/models/downloads", json=wish)).json()["error"]["code"] == "conflict"
    states = []
    for verb in ("pause", "continue", "cancel"):
        assert (await client.post(f"{place}/{verb}")).status_code == 200
        [download] = (await client.get("/api/models/downloads")).json()["downloads"]
        states.append(download["state"])
    assert states == ["paused", "queued", "cancelling"]
    assert (await client.post("/api/models/downloads/x/cancel")).status_code == 404
    purposes = [entry["purpose"] for entry in (await client.get("/api/models/egress")).json()["entries"]]
    assert "search for models" in purposes and "look at a model" in purposes


async def test_models_of_this_machine(
    client: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "user" / ".lmstudio" / "models" / "a" / "b"
    folder.mkdir(parents=True)
    source = write_random_llama(folder / "theirs.gguf")
    monkeypatch.setattr(found, "find", lambda find=found.find: find(tmp_path / "user", {}))
    [model] = (await client.get("/api/models/found")).json()["models"]
    assert model == {"app": "LM Studio", "label": "theirs", "name": "theirs", "path": str(source),
                     "size": source.stat().st_size}  # fmt: skip
    answer = await client.post("/api/models/import", json={"path": model["path"], "name": "Mine"})
    assert (answer.status_code, answer.json()) == (201, {"paths": ["Mine.gguf"], "linked": True})


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("import", b"{"), ("import", b"[]"), ("import", b"{}"), ("import", b'{"path": 3}'), ("downloads", b"{}"),
        ("downloads", b'{"entry": null}'), ("downloads", b'{"repo": "a/b"}'), ("hub/allowed", b'{"allowed": "yes"}'),
    ],
)  # fmt: skip
async def test_bodies_that_make_no_sense(client: httpx.AsyncClient, path: str, body: bytes) -> None:
    answer = await client.post(f"/api/models/{path}", content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
