"""The routes behind the guard, with the worker's own thread taking documents in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from localmind_app.core.home import Home
from localmind_app.features.knowledge.ingestion.thread import IngestionThread
from tests.features.conftest import RunningEngine
from tests.features.files.conftest import client_of, opened, tokens
from tests.features.knowledge.conftest import VectorProcess

__all__ = ["client_of", "opened", "tokens"]
pytestmark = pytest.mark.anyio
ROOT = "/api/knowledge/collections"
Client = Callable[[str], httpx.AsyncClient]


@pytest.fixture
def worker(home: Home, vectors: VectorProcess) -> Iterator[IngestionThread]:
    engine = RunningEngine(home)
    thread = IngestionThread(home)
    thread.start()
    yield thread
    thread.stop()
    engine.stop()


async def bring(client: httpx.AsyncClient, name: str, text: str) -> str:
    answer = await client.post("/api/files", content=text.encode(), headers={"X-File-Name": name})
    return str(answer.json()["id"])


async def said(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


async def settled(client: httpx.AsyncClient, collection: str) -> dict[str, int]:
    deadline = time.monotonic() + 60
    while True:
        states = (await said(await client.get(f"{ROOT}/{collection}/documents?limit=1")))["collection"]["states"]
        if not {"queued", "parsing", "embedding", "storing"} & set(states):
            return dict(states)
        assert time.monotonic() < deadline, states
        await asyncio.sleep(0.1)


async def test_from_a_drop_to_a_passage(client_of: Client, worker: IngestionThread) -> None:
    me, other = client_of("owner"), client_of("other")
    made = await said(await me.post(ROOT, json={"name": "Trips", "description": "Where I was."}), 201)
    place = f"{ROOT}/{made['id']}"
    assert (await said(await me.patch(place, json={"name": "Travels"})))["description"] == "Where I was."
    one, two = (
        await bring(me, "rome.md", "# Rome\n\nThe ferry left at noon."),
        await bring(me, "bad.pdf", "%PDF-1.4 no"),
    )
    added = await said(
        await me.post(f"{place}/documents", json={"files": [{"id": one, "name": "2024/rome.md"}, two]}), 201
    )
    rome, bad = added["documents"]
    assert (rome["name"], rome["state"], rome["file_id"]) == ("2024/rome.md", "queued", one)
    assert await settled(me, made["id"]) == {"failed": 1, "ready": 1}

    listed = await said(await me.get(f"{place}/documents?state=failed,cancelled"))
    assert [entry["id"] for entry in listed["documents"]] == [bad["id"]] and listed["next"] is None
    assert listed["documents"][0]["error"]["error"]["code"] == "unreadable"
    since = (await said(await me.get(f"/api/knowledge/documents/{rome['id']}")))["updated_at"]
    changed = await said(await me.get(f"{place}/documents?since={since}&file={one}"))
    assert [entry["id"] for entry in changed["documents"]] == [rome["id"]]
    assert (await said(await me.post(f"{place}/retry")))["states"] == {"queued": 1, "ready": 1}
    assert await settled(me, made["id"]) == {"failed": 1, "ready": 1}
    assert (await said(await me.post(f"/api/knowledge/documents/{bad['id']}/retry")))["state"] == "queued"

    found = await said(await me.post("/api/knowledge/search", json={"query": "When did the ferry leave?"}))
    assert found["hits"][0]["document_name"] == "2024/rome.md" and "noon" in found["hits"][0]["text"]
    got = await me.get(f"/api/knowledge/documents/{rome['id']}/content")
    assert got.text.startswith("# Rome") and got.headers["content-disposition"].startswith("attachment")
    details = await said(await me.get(f"/api/knowledge/documents/{rome['id']}"))
    assert details["parser"] and details["warnings"] == [] and details["searchable"]

    for method, path, body in (
        ("GET", place, None), ("PATCH", place, {"name": "Mine"}), ("DELETE", place, None),
        ("POST", f"{place}/restore", None), ("POST", f"{place}/pause", None), ("POST", f"{place}/cancel", None),
        ("GET", f"{place}/documents", None), ("POST", f"{place}/documents", {"files": [one]}),
        ("GET", f"/api/knowledge/documents/{rome['id']}", None),
        ("DELETE", f"/api/knowledge/documents/{rome['id']}", None),
        ("GET", f"/api/knowledge/documents/{rome['id']}/content", None),
        ("POST", f"/api/knowledge/documents/{rome['id']}/cancel", None),
        ("POST", "/api/knowledge/search", {"query": "ferry", "collections": [made["id"]]}),
    ):  # fmt: skip
        answer = await other.request(method, path, json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), (method, path)
    assert (await said(await other.get(ROOT))) == {"collections": []}

    assert (await said(await me.delete(f"/api/knowledge/documents/{rome['id']}"))) == {}
    assert (await me.get(f"/api/knowledge/documents/{rome['id']}")).status_code == 404
    gone = await said(await me.post("/api/knowledge/search", json={"query": "When did the ferry leave?"}))
    assert gone["hits"] == [] and (await me.get(f"/api/files/{one}")).status_code == 200
    assert (await other.post(f"/api/knowledge/documents/{rome['id']}/restore")).status_code == 404
    back = await said(await me.post(f"/api/knowledge/documents/{rome['id']}/restore"))
    assert (back["state"], back["searchable"]) == ("ready", True)
    again = await said(await me.post("/api/knowledge/search", json={"query": "When did the ferry leave?"}))
    assert again["hits"] == found["hits"] and again["absent"] is False
    assert (await said(await me.delete(place))) == {} and (await me.get(place)).status_code == 404
    assert (await said(await me.post(f"{place}/restore")))["documents"] == 2


async def test_pausing_and_following(client_of: Client, worker: IngestionThread, tmp_path: Path) -> None:
    me, other = client_of("owner"), client_of("other")
    made = await said(await me.post(ROOT, json={"name": "Notes"}), 201)
    place = f"{ROOT}/{made['id']}"
    assert (await said(await me.post(f"{place}/pause")))["paused"]
    folder = tmp_path / "notes"
    await asyncio.to_thread(_write, folder)
    assert (await said(await me.put(f"{place}/folder", json={"path": str(folder)})))["state"] == "waiting"
    deadline = time.monotonic() + 30
    while (seen := await said(await me.get(place)))["states"] != {"queued": 1}:
        assert time.monotonic() < deadline, seen
        await asyncio.sleep(0.1)
    await asyncio.sleep(1.0)
    assert (await said(await me.get(place)))["states"] == {"queued": 1}
    assert not (await said(await me.post(f"{place}/resume")))["paused"]
    assert await settled(me, made["id"]) == {"ready": 1}
    theirs = await said(await other.post(ROOT, json={"name": "Theirs"}), 201)
    refused = await other.put(f"{ROOT}/{theirs['id']}/folder", json={"path": str(folder)})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
    assert (await said(await me.delete(f"{place}/folder"))) == {}
    assert (await said(await me.get(place)))["folder"] is None


def _write(folder: Path) -> None:
    folder.mkdir()
    (folder / "a.md").write_text("# A\n\nA text.")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"name": 3}),
        ("/{id}/documents", {}),
        ("/{id}/documents", {"files": [3]}),
        ("/{id}/documents", {"files": [{"id": 3}]}),
        ("/{id}/documents", {"url": ["x"]}),
        ("/{id}/documents", [1]),
    ],
)
async def test_what_makes_no_sense_is_refused(client_of: Client, path: str, body: Any) -> None:
    me = client_of("owner")
    made = await said(await me.post(ROOT, json={"name": "Notes"}), 201)
    answer = await me.post(ROOT + path.format(id=made["id"]), json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    for query in ("limit=0", "limit=x", "since=-1", "state=odd"):
        assert (await me.get(f"{ROOT}/{made['id']}/documents?{query}")).status_code == 400
    assert (await me.get("/api/knowledge/chats/none")).status_code == 404
