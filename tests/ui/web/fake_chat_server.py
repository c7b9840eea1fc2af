"""A small chat server for tests: the chat API of the product in memory, with faults on request.

It keeps a numbered log of events per chat, so `after=` replays like the real one. Not covered: sign-in, storage.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

# The policy of localmind_app/web/policy.py without inline scripts.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; frame-src 'none'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def message(id: str, role: str, text: str, parent: str | None = None, **fields: Any) -> dict[str, Any]:
    """A whole message as the API gives it."""
    return {
        "id": id, "parent": parent, "role": role, "text": text, "status": "complete", "error": None,
        "model": "starter" if role == "assistant" else None, "siblings": [id], "created": 1_760_000_000_000,
        "usage": None, "finish": "stop" if role == "assistant" else None, **fields,
    }  # fmt: skip


@dataclass
class FakeChat:
    """One chat: its open branch, its event log and who listens."""

    id: str
    title: str = "Test"
    path: list[dict[str, Any]] = field(default_factory=list)
    log: list[tuple[int, str, Any]] = field(default_factory=list)
    watchers: list[asyncio.Queue[Any]] = field(default_factory=list)
    others: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # branches by the sibling that opens them
    floor: int = 0  # events up to here cannot be replayed

    @property
    def seq(self) -> int:
        return self.log[-1][0] if self.log else self.floor

    def find(self, id: str) -> dict[str, Any]:
        return next(one for one in self.path if one["id"] == id)

    def conversation(self, turns: int, text: str = "Message number {n}.") -> None:
        """Fills the chat with questions and answers."""
        for n in range(turns):
            parent = self.path[-1]["id"] if self.path else None
            role = "assistant" if n % 2 else "user"
            self.path.append(message(f"m{n}", role, text.format(n=n), parent))


class FakeServer:
    """Runs in a thread of its own; the methods may be called from a test."""

    def __init__(self, site: Path, more: Sequence[BaseRoute] = ()) -> None:
        self._site = site
        self._loop: asyncio.AbstractEventLoop | None = None
        self._clear()
        routes = [
            *more,
            Route("/api/chats/{chat}/messages", self._messages),
            Route("/api/chats/{chat}/events", self._events),
            Route("/command", self._command, methods=["POST"]),
            Mount("/assets", StaticFiles(directory=site / "assets")),
            Route("/{path:path}", self._page),
        ]
        self.app = Starlette(routes=routes)

    def _clear(self) -> None:
        self.chats: dict[str, FakeChat] = {}
        self.commands: list[tuple[str, list[Any]]] = []
        self.requests: list[str] = []
        self.refuse: dict[str, Any] | None = None  # what `send` answers instead of taking the message
        self.swallow = False  # `send` is taken, but its acknowledgement gets lost
        self.offline = False  # every API request fails
        self._seen: dict[str, str] = {}
        self.files: dict[str, dict[str, Any]] = {}  # what `send` may name, by id

    def reset(self) -> None:
        """Forgets every chat and ends their streams."""
        for chat in self.chats.values():
            self.drop(chat)
        self._clear()

    def chat(self, id: str = "c1") -> FakeChat:
        return self.chats.setdefault(id, FakeChat(id))

    # -- what a test makes happen --

    def emit(self, chat: FakeChat, kind: str, data: Any) -> None:
        """Applies an event to the chat, numbers it and hands it out."""
        self._on_loop(self._emit, chat, kind, data)

    def again(self, chat: FakeChat, seq: int) -> None:
        """Sends an event a second time."""
        event = next(one for one in chat.log if one[0] == seq)
        self._on_loop(lambda: [queue.put_nowait(event) for queue in chat.watchers])

    def drop(self, chat: FakeChat) -> None:
        """Breaks every open stream of the chat."""
        self._on_loop(lambda: [queue.put_nowait(None) for queue in list(chat.watchers)])

    def stream(self, chat: FakeChat, id: str, pieces: list[str], per_second: float = 100) -> threading.Thread:
        """Writes the pieces at a steady rate, from a thread."""

        def work() -> None:
            start = time.monotonic()
            for at, piece in enumerate(pieces):
                time.sleep(max(0.0, start + at / per_second - time.monotonic()))
                self.emit(chat, "text", piece)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def begin(self, chat: FakeChat, question: str = "Hello?", id: str = "a1") -> None:
        """A question and an empty answer that starts to stream."""
        parent = chat.path[-1]["id"] if chat.path else None
        self.emit(chat, "message", message(f"q-{id}", "user", question, parent))
        self.emit(chat, "message", message(id, "assistant", "", f"q-{id}", status="streaming", finish=None))

    def end(self, chat: FakeChat, id: str = "a1", **fields: Any) -> None:
        usage = {
            "prompt_tokens": 20, "completion_tokens": 42, "context_used": 62, "context_size": 4096,
            "tokens_per_second": 31.4, "duration_ms": 1337,
        }  # fmt: skip
        self.emit(chat, "patch", {"id": id, "status": "complete", "finish": "stop", "usage": usage, **fields})

    # -- the API --

    def _on_loop(self, work: Any, *args: Any) -> None:
        assert self._loop is not None
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (work(*args), done.set()))
        assert done.wait(5)

    def _emit(self, chat: FakeChat, kind: str, data: Any) -> None:
        if kind == "message":
            known = [at for at, one in enumerate(chat.path) if one["id"] == data["id"]]
            if known:
                chat.path[known[0]] = dict(data)
            else:
                chat.path.append(dict(data))
        elif kind == "patch":
            chat.find(data["id"]).update(data)
        elif kind == "text":
            live = next(one for one in reversed(chat.path) if one["status"] == "streaming")
            live["text"] += data
        event = (chat.seq + 1, kind, data)
        chat.log.append(event)
        for queue in chat.watchers:
            queue.put_nowait(event)

    async def _messages(self, request: Request) -> Response:
        self.requests.append(str(request.url.path) + "?" + str(request.url.query))
        chat = self.chats.get(request.path_params["chat"])
        if self.offline:
            return JSONResponse({}, 503)
        if chat is None:
            return JSONResponse({"error": {"message": "There is no such chat."}}, 404)
        limit = int(request.query_params.get("limit", 50))
        ids = [one["id"] for one in chat.path]
        end = ids.index(request.query_params["before"]) if "before" in request.query_params else len(ids)
        start = max(0, end - limit)
        about = {"id": chat.id, "title": chat.title, "seq": chat.seq, "leaf": ids[-1] if ids else None}
        return JSONResponse({"chat": about, "messages": chat.path[start:end], "more": start > 0})

    async def _events(self, request: Request) -> Response:
        chat = self.chats.get(request.path_params["chat"])
        self.requests.append(str(request.url.path) + "?" + str(request.url.query))
        if self.offline or chat is None:
            return JSONResponse({}, 503 if chat else 404)
        return StreamingResponse(self._follow(chat, int(request.query_params["after"])), media_type="text/event-stream")

    async def _follow(self, chat: FakeChat, after: int) -> AsyncIterator[str]:
        queue: asyncio.Queue[Any] = asyncio.Queue()
        chat.watchers.append(queue)
        try:
            yield ":\n\n"
            if after < chat.floor:
                yield "event:reset\ndata:{}\n\n"
            for event in [one for one in chat.log if one[0] > after]:
                yield self._frame(event)
            while (event := await queue.get()) is not None:
                yield self._frame(event)
        finally:
            chat.watchers.remove(queue)

    @staticmethod
    def _frame(event: tuple[int, str, Any]) -> str:
        seq, kind, data = event
        name = "" if kind == "text" else f"event:{kind}\n"
        return f"id:{seq}\n{name}data:{json.dumps(data)}\n\n"

    async def _command(self, request: Request) -> Response:
        body = await request.json()
        name, args = body["name"], body["args"]
        if self.offline:
            return JSONResponse({}, 503)
        self.commands.append((name, args))
        if name == "send":
            return self._send(*args)
        if name == "sibling":
            self._switch(self.chat(args[0]), args[1])
        if name == "cancel-queued":
            chat = self.chat(args[0])
            chat.path = [one for one in chat.path if one["id"] != args[1]]
            self._emit(chat, "path", {"leaf": chat.path[-1]["id"]})
        return JSONResponse({})

    def _send(self, chat_id: str, text: str, client_id: str, files: list[str], *asked: Any) -> Response:
        if self.refuse:
            return JSONResponse({"error": self.refuse})
        chat = self.chat(chat_id or "new-1")
        if client_id not in self._seen:
            self._seen[client_id] = f"u{len(self._seen)}"
            busy = any(one["status"] == "streaming" for one in chat.path)
            parent = chat.path[-1]["id"] if chat.path else None
            status = "queued" if busy else "complete"
            carried = [self.files[file] for file in files]
            fields = {"status": status, "files": carried or None}
            self._emit(chat, "message", message(self._seen[client_id], "user", text, parent, **fields))
        if self.swallow:
            return JSONResponse({}, 503)
        return JSONResponse({"sent": client_id, "chat": chat.id})

    def _switch(self, chat: FakeChat, id: str) -> None:
        chat.path = chat.others[id]
        self._emit(chat, "path", {"leaf": chat.path[-1]["id"]})

    async def _page(self, request: Request) -> Response:
        return FileResponse(self._site / "index.html", headers={"Content-Security-Policy": POLICY})

    # -- running --

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serves on a free port of the loopback interface; yields the origin."""
        config = uvicorn.Config(self.app, port=0, log_level="error", timeout_graceful_shutdown=1, lifespan="off")
        server = uvicorn.Server(config)

        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            await server.serve()

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        deadline = time.monotonic() + 10
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            for chat in self.chats.values():
                self.drop(chat)
            server.should_exit = True
            thread.join(5)
