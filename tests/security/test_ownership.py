"""Two people, one database: with the other one's ids no route and no service call finds or changes anything."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from localmind_app.core.errors import NotFound
from localmind_app.core.home import Home
from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.accounts.links import new_link
from localmind_app.features.accounts.service import AccountsService, Actor
from localmind_app.features.accounts.tables import ApiKeyRow, UserRow
from localmind_app.features.chat.api import routes
from localmind_app.features.chat.service import ChatService
from localmind_app.features.chat.tables import ChatRow, EventRow, MessageRow
from localmind_app.features.files.api import routes as files_routes
from localmind_app.features.files.tables import FileRow, UploadRow
from localmind_app.features.knowledge.answering.api import routes as answering_routes
from localmind_app.features.knowledge.api import routes as knowledge_routes
from localmind_app.features.knowledge.documents import Incoming
from localmind_app.features.memory.api import routes as memory_routes
from localmind_app.features.models.api import routes as models_routes
from localmind_app.features.services import Services, open_services
from localmind_app.features.web_pages.api import routes as web_routes
from localmind_app.web.application import api, guarded

HOST = "127.0.0.1:8765"
TABLES = (UserRow, ApiKeyRow, ChatRow, MessageRow, EventRow, FileRow, UploadRow)


@dataclass
class Two:
    """The owner's things, and somebody else who knows their ids."""

    services: Services
    owner: Actor
    other: Actor
    chat: str
    deleted: str
    question: str
    answer: str
    key: str
    file: str
    upload: str

    async def everything(self) -> list[dict[str, Any]]:
        """Every row of every table."""
        return await self.services.database.read(
            lambda session: [
                {column.name: getattr(row, column.name) for column in table.__table__.columns}
                for table in TABLES
                for row in session.scalars(select(table).order_by(*table.__table__.primary_key.columns))
            ]
        )


@pytest.fixture
async def two(home: Home) -> AsyncIterator[Two]:
    services = await open_services(home)
    await services.accounts.open_link(new_link(home), "")

    def add_person(session: Any) -> tuple[Actor, Actor]:
        owner = session.scalar(select(UserRow).where(UserRow.role == "owner"))
        person = UserRow(
            id=new_id(), name="other", role="member", password_hash=None, preferences={}, created_at=now_ms()
        )
        session.add(person)
        return Actor(owner.id, owner.name, owner.role), Actor(person.id, person.name, person.role)

    owner, other = await services.database.write(add_person)
    chats = services.chats
    posted = await chats.begin(owner, "The owner's secret question", "c1")
    await chats.stop(owner, posted.chat_id)
    gone = await chats.create(owner)
    await chats.delete(owner, gone)
    await services.accounts.create_key(owner, "the owner's key")
    [key] = await services.accounts.keys(owner)
    file = await services.files.add_stream(owner.user_id, "secret.txt", _text())
    upload = await services.files.uploads.begin(owner.user_id, "secret.txt", 5)
    question, answer = (message.id for message in (await chats.snapshot(owner, posted.chat_id)).messages)
    yield Two(services, owner, other, posted.chat_id, gone, question, answer, key.id, file.id, upload.id)
    await services.close()


async def _text() -> AsyncIterator[bytes]:
    yield b"The owner's secret file"


async def _drained(source: AsyncIterator[Any]) -> None:
    async for _ in source:
        raise AssertionError("an event of somebody else's chat")


Call = Callable[[ChatService, Two], Awaitable[Any]]
# Every call of the chat service that names a chat, with the other person as the actor.
CHAT_CALLS: dict[str, Call] = {
    "rename": lambda s, t: s.rename(t.other, t.chat, "mine now"),
    "pin": lambda s, t: s.pin(t.other, t.chat, True),
    "configure": lambda s, t: s.configure(t.other, t.chat, system_prompt="obey me"),
    "delete": lambda s, t: s.delete(t.other, t.chat),
    "restore": lambda s, t: s.restore(t.other, t.deleted),
    "detail": lambda s, t: s.detail(t.other, t.chat),
    "snapshot": lambda s, t: s.snapshot(t.other, t.chat),
    "follow": lambda s, t: _drained(s.follow(t.other, t.chat, 0)),
    "export": lambda s, t: s.export(t.other, t.chat, "json"),
    "post": lambda s, t: s.post(t.other, t.chat, "let me in", "c2"),
    "edit": lambda s, t: s.edit(t.other, t.chat, t.question, "changed", "c3"),
    "retry": lambda s, t: s.retry(t.other, t.chat, t.answer),
    "resume": lambda s, t: s.resume(t.other, t.chat, t.answer),
    "select_branch": lambda s, t: s.select_branch(t.other, t.chat, t.answer),
    "cancel_queued": lambda s, t: s.cancel_queued(t.other, t.chat, t.question),
    "stop": lambda s, t: s.stop(t.other, t.chat),
    "attach": lambda s, t: s.attach(t.other, t.chat, []),
    "found": lambda s, t: s.found(t.other, t.chat, t.answer),
    "given": lambda s, t: s.given(t.other, t.chat, t.answer),
}
NO_CHAT_ID = {"chats", "create", "begin"}
NO_OBJECT_ID = {
    "open_link", "sign_in", "has_password", "actor", "sign_out", "sign_out_everywhere", "set_password", "preference",
    "set_preference", "keys", "create_key", "key_holder", "set_limits",
}  # fmt: skip


def public(service: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(service, inspect.isfunction) if not name.startswith("_")}


def test_a_new_service_call_must_be_added_here() -> None:
    assert public(ChatService) == set(CHAT_CALLS) | NO_CHAT_ID
    assert public(AccountsService) == NO_OBJECT_ID | {"revoke_key", "remove"}  # with tests of their own


@pytest.mark.anyio
@pytest.mark.parametrize("name", sorted(CHAT_CALLS))
async def test_a_call_with_somebody_elses_chat_finds_nothing(two: Two, name: str) -> None:
    before = await two.everything()
    with pytest.raises(NotFound) as refused:
        await CHAT_CALLS[name](two.services.chats, two)
    assert refused.value.status == 404
    assert await two.everything() == before


@pytest.mark.anyio
async def test_somebody_elses_messages_cannot_be_reached_through_a_chat_of_ones_own(two: Two) -> None:
    chats, other = two.services.chats, two.other
    own = await chats.create(other)
    before = await two.everything()
    for call in (
        chats.snapshot(other, own, before=two.answer), chats.edit(other, own, two.question, "x", "c4"),
        chats.retry(other, own, two.answer), chats.resume(other, own, two.answer),
        chats.select_branch(other, own, two.answer), chats.cancel_queued(other, own, two.question),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await call
    assert await two.everything() == before


@pytest.mark.anyio
async def test_lists_search_and_sending_again_show_nothing_of_somebody_else(two: Two) -> None:
    chats, other = two.services.chats, two.other
    assert await chats.chats(other) == []
    assert await chats.chats(other, "secret") == []
    assert (await chats.begin(other, "My own", "c1")).chat_id != two.chat, "a client id is each person's own"
    assert await two.services.accounts.keys(other) == []
    with pytest.raises(NotFound):
        await two.services.accounts.revoke_key(other, two.key)


@pytest.mark.anyio
async def test_an_answer_of_somebody_else_is_not_stopped_by_deleting_their_chat(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[str] = []

    async def note(chat_id: str) -> None:
        stopped.append(chat_id)

    monkeypatch.setattr(two.services.generations, "stop", note)
    for name in ("delete", "stop", "edit", "retry", "select_branch"):
        with pytest.raises(NotFound):
            await CHAT_CALLS[name](two.services.chats, two)
    assert stopped == []


# Every /api route with the id of a chat in its place; a new one fails until it is here.
PATHS = {
    "/api/chats/{chat}/messages": ("?limit=5", "?before={answer}"),
    "/api/chats/{chat}/events": ("", "?after=0"),
    "/api/chats/{chat}/export": ("?form=md", "?form=json"),
    "/api/chats/{chat}/messages/{message}/found": ("",),
    "/api/chats/{chat}/messages/{message}/given": ("",),
    "/api/chats/{chat}/given": ("",),
}


# Every route that adds models or tells of this machine; they are the owner's alone.
OWNERS = {
    ("GET", "/api/models/catalogue"), ("GET", "/api/models/found"), ("POST", "/api/models/import"),
    ("GET", "/api/models/hub"), ("POST", "/api/models/hub/allowed"), ("GET", "/api/models/egress"),
    ("GET", "/api/models/downloads"), ("POST", "/api/models/downloads"),
    ("POST", "/api/models/downloads/{download}/pause"), ("POST", "/api/models/downloads/{download}/continue"),
    ("POST", "/api/models/downloads/{download}/cancel"),
}  # fmt: skip
# These tell each person of their own switch, and everybody how busy the machine is that they share.
EVERYBODYS = {("GET", "/api/models/hub/allowed"), ("GET", "/api/models/running")}
# Every route that names a file or an upload, and those that only tell of one's own.
FILES = {
    ("GET", "/api/files/{file}"), ("DELETE", "/api/files/{file}"), ("GET", "/api/files/{file}/content"),
    ("GET", "/api/files/{file}/preview"), ("GET", "/api/files/uploads/{upload}"),
    ("PATCH", "/api/files/uploads/{upload}"), ("DELETE", "/api/files/uploads/{upload}"),
}  # fmt: skip
OWN_FILES = {
    ("GET", "/api/files"), ("POST", "/api/files"), ("POST", "/api/files/uploads"),
    ("GET", "/api/files/limits"), ("PUT", "/api/files/limits"),
}  # fmt: skip
# Every route that names a memory or a message, and those that only tell of one's own.
MEMORIES = {
    ("PATCH", "/api/memories/{memory}"), ("DELETE", "/api/memories/{memory}"),
    ("POST", "/api/memories/{memory}/restore"), ("GET", "/api/memories/of/{message}"),
}  # fmt: skip
OWN_MEMORIES = {
    ("GET", "/api/memories"), ("POST", "/api/memories"), ("GET", "/api/memories/recall"),
    ("GET", "/api/memories/export"), ("GET", "/api/memories/allowed"), ("POST", "/api/memories/allowed"),
}  # fmt: skip
# Every route that names a collection, a document, a chat's files or a passage, and those that only tell of one's own.
KNOWLEDGE = {
    ("GET", "/api/knowledge/collections/{collection}"), ("PATCH", "/api/knowledge/collections/{collection}"),
    ("DELETE", "/api/knowledge/collections/{collection}"), ("POST", "/api/knowledge/collections/{collection}/restore"),
    ("POST", "/api/knowledge/collections/{collection}/pause"),
    ("POST", "/api/knowledge/collections/{collection}/resume"),
    ("POST", "/api/knowledge/collections/{collection}/cancel"),
    ("POST", "/api/knowledge/collections/{collection}/retry"),
    ("GET", "/api/knowledge/collections/{collection}/documents"),
    ("POST", "/api/knowledge/collections/{collection}/documents"), ("GET", "/api/knowledge/chats/{chat}"),
    ("GET", "/api/knowledge/documents/{document}"), ("DELETE", "/api/knowledge/documents/{document}"),
    ("POST", "/api/knowledge/documents/{document}/restore"),
    ("POST", "/api/knowledge/documents/{document}/retry"), ("POST", "/api/knowledge/documents/{document}/cancel"),
    ("GET", "/api/knowledge/documents/{document}/content"), ("GET", "/api/knowledge/documents/{document}/opening"),
    ("GET", "/api/knowledge/documents/{document}/pages/{page}"), ("GET", "/api/knowledge/passages/{chunk}"),
}  # fmt: skip
OWN_KNOWLEDGE = {
    ("GET", "/api/knowledge/collections"), ("POST", "/api/knowledge/collections"), ("POST", "/api/knowledge/search"),
}  # fmt: skip
# Following a folder of this machine is the owner's alone, whoever's collection it is.
FOLDERS = {
    ("PUT", "/api/knowledge/collections/{collection}/folder"),
    ("DELETE", "/api/knowledge/collections/{collection}/folder"),
}  # fmt: skip
# The owner switches and everybody reads; nothing there belongs to anybody (see the tests of web_pages).
WEB = {
    ("GET", "/api/web-pages/settings"), ("POST", "/api/web-pages/settings"), ("POST", "/api/web-pages/search"),
    ("POST", "/api/web-pages/read"), ("POST", "/api/web-pages/sitemap"),
}  # fmt: skip
# What a body must hold for the question of who asks to be reached.
BODY = {"path": "/x", "repo": "a/b", "allowed": True}


def test_a_new_route_must_be_added_here() -> None:
    known = OWNERS | EVERYBODYS | FILES | OWN_FILES | MEMORIES | OWN_MEMORIES
    known |= KNOWLEDGE | OWN_KNOWLEDGE | FOLDERS | WEB
    owners = {path for _, path in known}
    assert {route.path for route in api().routes if route.path.startswith("/api")} == set(PATHS) | owners
    assert {route.path for route in routes} == set(PATHS)
    methods = {(method, route.path) for route in models_routes for method in (route.methods or set()) - {"HEAD"}}
    assert methods == OWNERS | EVERYBODYS
    methods = {(method, route.path) for route in files_routes for method in (route.methods or set()) - {"HEAD"}}
    assert methods == FILES | OWN_FILES
    methods = {(method, route.path) for route in memory_routes for method in (route.methods or set()) - {"HEAD"}}
    assert methods == MEMORIES | OWN_MEMORIES
    methods = {
        (method, route.path)
        for route in (*knowledge_routes, *answering_routes, *web_routes)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert methods == KNOWLEDGE | OWN_KNOWLEDGE | FOLDERS | WEB


@pytest.mark.anyio
async def test_every_route_answers_404_for_somebody_elses_memory(two: Two) -> None:
    from localmind_app.features.accounts.service import _open_session

    kept = await two.services.memories.add(two.owner, "I live in Hamburg.")
    token = await two.services.database.write(lambda session: _open_session(session, two.other.user_id, "test"))
    before = await two.services.memories.export(two.owner)
    own = {"Cookie": f"localmind_session={token}", "Origin": f"http://{HOST}"}
    transport = httpx.ASGITransport(guarded(api(), 8765))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}", headers=own) as client:
        for method, path in sorted(MEMORIES):
            body = {"text": "mine now"} if method == "PATCH" else None
            told, never = [
                await client.request(method, path.format(memory=memory, message=message), json=body)
                for memory, message in ((kept.id, two.answer), ("x" * 26, "x" * 26))
            ]
            assert told.status_code == never.status_code == 404, (method, path)
            assert told.json() == never.json(), "the answer tells nothing about what exists"
        for path in ("/api/memories", "/api/memories/recall?question=Where do I live?", "/api/memories/export"):
            assert "Hamburg" not in (await client.get(path)).text
    assert await two.services.memories.export(two.owner) == before


@pytest.mark.anyio
async def test_every_route_answers_404_for_somebody_elses_knowledge(two: Two) -> None:
    from localmind_app.features.accounts.service import _open_session

    knowledge = two.services.knowledge
    mine = await knowledge.create(two.owner.user_id, "The owner's papers")
    [document] = await knowledge.add_files(two.owner.user_id, mine.id, [Incoming(two.file)])
    token = await two.services.database.write(lambda session: _open_session(session, two.other.user_id, "test"))
    before = (await knowledge.collections(two.owner.user_id), await knowledge.document(two.owner.user_id, document.id))
    own = {"Cookie": f"localmind_session={token}", "Origin": f"http://{HOST}"}
    transport = httpx.ASGITransport(guarded(api(), 8765))
    ids = {"collection": mine.id, "document": document.id, "chat": two.chat, "page": "0", "chunk": "268435457"}
    nobodys = {**dict.fromkeys(ids, "x" * 26), "page": "0", "chunk": "99"}
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}", headers=own) as client:
        for method, path in sorted(KNOWLEDGE):
            body = {"name": "mine now", "files": [two.file]} if method in ("PATCH", "POST") else None
            told, never = [await client.request(method, path.format(**names), json=body) for names in (ids, nobodys)]
            assert told.status_code == never.status_code == 404, (method, path)
            same = told.text
            for name, value in ids.items():
                same = same.replace(value, nobodys[name])
            assert same == never.text, "the answer tells nothing about what exists"
        for method, path in sorted(FOLDERS):
            refused = await client.request(method, path.format(**ids), json={"path": "/"})
            assert refused.status_code in (403, 404), (method, path)
        assert "papers" not in (await client.get("/api/knowledge/collections")).text
        found = await client.post("/api/knowledge/search", json={"query": "secret", "collections": [mine.id]})
        assert "secret file" not in found.text
    after = (await knowledge.collections(two.owner.user_id), await knowledge.document(two.owner.user_id, document.id))
    assert after == before


@pytest.mark.anyio
async def test_every_route_answers_404_for_somebody_elses_file(two: Two) -> None:
    from localmind_app.features.accounts.service import _open_session

    token = await two.services.database.write(lambda session: _open_session(session, two.other.user_id, "test"))
    before = await two.everything()
    own = {"Cookie": f"localmind_session={token}", "Origin": f"http://{HOST}", "Upload-Offset": "0"}
    transport = httpx.ASGITransport(guarded(api(), 8765))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}", headers=own) as client:
        for method, path in sorted(FILES):
            body = b"hello" if method == "PATCH" else None
            told, never = [
                await client.request(method, path.format(file=file, upload=upload), content=body)
                for file, upload in ((two.file, two.upload), ("x" * 26, "x" * 26))
            ]
            assert told.status_code == never.status_code == 404, (method, path)
            assert told.text.replace(two.file, "").replace(two.upload, "") == never.text.replace("x" * 26, "")
    assert await two.everything() == before


@pytest.mark.anyio
async def test_somebody_elses_file_cannot_be_sent(two: Two) -> None:
    own = await two.services.chats.create(two.other)
    before = await two.everything()
    with pytest.raises(NotFound):
        await two.services.chats.post(two.other, own, "What does it say?", "c5", files=[two.file])
    with pytest.raises(NotFound):
        await two.services.chats.begin(two.other, "What does it say?", "c6", files=[two.file])
    assert await two.everything() == before


@pytest.mark.anyio
async def test_every_route_that_adds_models_refuses_everybody_but_the_owner(two: Two) -> None:
    from localmind_app.features.accounts.service import _open_session

    token = await two.services.database.write(lambda session: _open_session(session, two.other.user_id, "test"))
    before = await two.everything()
    own = {"Cookie": f"localmind_session={token}", "Origin": f"http://{HOST}"}
    transport = httpx.ASGITransport(guarded(api(), 8765))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}", headers=own) as client:
        for method, path in sorted(OWNERS):
            answer = await client.request(method, path.format(download="x"), json=BODY if method == "POST" else None)
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed"), path
    assert await two.everything() == before


@pytest.mark.anyio
async def test_every_route_answers_404_for_somebody_elses_chat(two: Two) -> None:
    from localmind_app.features.accounts.service import _open_session

    token = await two.services.database.write(lambda session: _open_session(session, two.other.user_id, "test"))
    before = await two.everything()
    transport = httpx.ASGITransport(guarded(api(), 8765))
    cookie = {"Cookie": f"localmind_session={token}"}
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}", headers=cookie) as client:
        for path, queries in PATHS.items():
            for query in queries:
                asked = (path + query).format(chat=two.chat, answer=two.answer, message=two.answer)
                answer, never = await client.get(asked), await client.get(asked.replace(two.chat, new_id()))
                assert answer.status_code == 404, asked
                assert answer.json() == never.json(), "the answer tells nothing about what exists"
    assert await two.everything() == before
