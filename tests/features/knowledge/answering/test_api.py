"""The routes of sources as a page uses them, behind the guard. The engine is away: words are enough."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from localmind_app.engine.client import EngineClient
from localmind_app.features.accounts.service import Actor
from localmind_app.features.services import Services
from tests.bench.citations.answers import Answers
from tests.bench.citations.facts import stories
from tests.features.files.conftest import client_of, opened, other, owner, people, tokens  # noqa: F401
from tests.features.knowledge.conftest import Library

pytestmark = pytest.mark.anyio


async def taken_in(opened: Services, client: EngineClient, folder: Path) -> tuple[str, Any]:  # noqa: F811
    """(a collection, a PDF in it), written with an engine that the services do not have."""
    library = Library(opened.home, opened.database, client)
    try:
        collection = library.collection()
        return collection, await Answers(library).take_in(collection, stories(1, places=3)[0], "pdf", folder)
    finally:
        await library.search.close()


async def test_from_the_answer_to_the_page(
    opened: Services,  # noqa: F811
    people: dict[str, str],  # noqa: F811
    owner: httpx.AsyncClient,  # noqa: F811
    other: httpx.AsyncClient,  # noqa: F811
    engine_client: EngineClient,
    tmp_path: Path,
) -> None:
    collection, written = await taken_in(opened, engine_client, tmp_path)
    fact = written.facts[6]
    actor = Actor(people["owner"], "owner", "owner")
    posted = await opened.chats.begin(actor, fact.question(), "1", collections=[collection], quote=True)
    for _ in range(600):
        messages = (await owner.get(f"/api/chats/{posted.chat_id}/messages")).json()["messages"]
        sources = messages[-1]["sources"] or {}
        if "markers" in sources or (sources.get("absent") and messages[-1]["status"] == "complete"):
            break
        await asyncio.sleep(0.1)
    question, answer = messages
    assert question["sources"]["quote"] and question["sources"]["collections"][0]["id"] == collection
    assert fact.value in answer["text"]
    found = await owner.get(f"/api/chats/{posted.chat_id}/messages/{answer['id']}/found")
    assert found.status_code == 200 and found.json()["words"]
    (chip, *_) = answer["sources"]["markers"][0]["cited"]
    passage = next(one for one in answer["sources"]["passages"] if one["n"] == chip["n"])
    start, end = chip["quote"]
    address = f"/api/knowledge/passages/{passage['chunk_id']}"
    got = (await owner.get(f"{address}?quote={start}-{end}")).json()
    assert got["media"] == "pages" and got["document"]["pages"] >= 3
    assert got["text"] == passage["text"] and got["quote"] == [start, end]
    assert got["quote_boxes"] and all(box in got["boxes"] for box in got["quote_boxes"])
    assert {box["page"] for box in got["quote_boxes"]} == {got["page"]}
    page = f"/api/knowledge/documents/{written.document_id}/pages/{got['page']}"
    picture = await owner.get(f"{page}?width=700")
    assert picture.headers["content-type"] == "image/png" and "private" in picture.headers["cache-control"]
    assert Image.open(io.BytesIO(picture.content)).size[0] == 960
    opening = f"/api/knowledge/documents/{written.document_id}/opening"
    begun = (await owner.get(f"{opening}?pages=1")).json()
    assert (begun["media"], begun["page"], begun["paged"], begun["boxes"]) == ("pages", 0, None, [])
    # Somebody else sees nothing of it, and nonsense is refused with a sentence.
    for path in (address, page, opening, f"/api/chats/{posted.chat_id}/messages/{answer['id']}/found"):
        assert (await other.get(path)).status_code == 404
    for path in (f"{address}?quote=9", "/api/knowledge/passages/x", f"{page}?width=-1", f"{page}x"):
        refused = await owner.get(path)
        assert refused.status_code == 400 and refused.json()["error"]["message"]
    assert (await owner.get("/api/knowledge/passages/1")).status_code == 404
