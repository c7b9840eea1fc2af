"""A server with another engine's manners: it lists models as Ollama, vLLM or LM Studio do; a real engine answers.

Its `mood` makes it misbehave on demand. What was asked of it is in `asked`.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient

ROOT = Path(__file__).parents[1]
OLLAMA_CLOUD = "fast-cloud"
Json = dict[str, Any]


def _event(body: Json | str) -> bytes:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return f"data: {text}\n\n".encode()


def _delta(text: Any) -> Json:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}


GZIP = {"content-encoding": "gzip"}
# What a broken server may send instead of an answer, after one good piece.
BROKEN: dict[str, bytes] = {
    "garbage": _event("{not json"),
    "number": _event("42"),
    "shapes": _event({"choices": "none"}),
    "pieces": _event(_delta(["a", "list"])),
    "deep": _event("[" * 100_000),
    "error": _event({"error": {"message": "CUDA ran out of memory"}}),
    "hostile": _event({"error": {"template": "{x.__class__}", "params": {}, "message": "boo {x}", "code": "invalid"}}),
    "cut": b"",
}


class Door:
    """One such server on a free port of this machine, from `with` to its end."""

    def __init__(self, kind: str, engine_home: Home, key: str | None = None, certificate: Path | None = None) -> None:
        self.kind, self.key, self.mood = kind, key, ""
        self.asked: list[Json] = []
        self.paths: list[str] = []
        self._home = engine_home
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}"
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._app(), log_level="critical", ws="none", timeout_graceful_shutdown=0, ssl_certfile=certificate
            )
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def __enter__(self) -> Door:
        self._thread.start()
        give_up = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < give_up
            time.sleep(0.01)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()

    def _app(self) -> Starlette:
        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            self._engine = EngineClient.local(self._home)
            yield
            await self._engine.close()

        return Starlette(
            lifespan=lifespan,
            routes=[
                Route("/v1/models", self._models),
                Route("/v1/chat/completions", self._chat, methods=["POST"]),
                Route("/v1/embeddings", self._embeddings, methods=["POST"]),
                Route("/{path:path}", self._facts, methods=["GET", "POST"]),
            ],
        )

    def _refused(self, request: Request) -> Response | None:
        self.paths.append(request.url.path)
        given = request.headers.get("authorization")
        if self.key is not None and given != f"Bearer {self.key}":
            said = f"Incorrect API key provided: {(given or '').removeprefix('Bearer ')}"
            return JSONResponse({"error": {"message": said, "code": "invalid_api_key"}}, 401)
        if self.mood == "redirect":
            return RedirectResponse("http://127.0.0.1:9/v1/elsewhere", 307)
        if self.mood == "busy":
            return JSONResponse({"error": "the model is loading"}, 503)
        if self.mood == "limit":
            return JSONResponse({"error": {"message": "too fast"}}, 429, headers={"retry-after": "7"})
        if self.mood == "page":
            return Response("<html>Please sign in</html>", media_type="text/html")
        return None

    async def _models(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        if self.mood == "silent":
            await asyncio.sleep(30)
        entries: list[Json] = [{"id": name, "object": "model", "created": 1} for name in self._names()]
        for entry in entries:
            entry |= {
                "Ollama": {"owned_by": "library"},
                "vLLM": {"owned_by": "vllm", "max_model_len": 4096, "root": entry["id"], "parent": None},
                "LM Studio": {"owned_by": "organization_owner"},
                "hosted": {"owned_by": "openai"},
            }[self.kind]
        return JSONResponse({"object": "list", "data": entries})

    def _names(self) -> list[str]:
        return {
            "Ollama": ["fast:latest", "slow:latest", OLLAMA_CLOUD, "all-minilm:latest"],
            "vLLM": ["fast"],
            "LM Studio": ["slow", "fast", "all-minilm-l6-v2"],
            "hosted": ["fast", OLLAMA_CLOUD, "text-embedding-x"],
        }[self.kind]

    async def _facts(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        path, body = request.url.path, await request.body()
        if self.kind == "vLLM" and path == "/version":
            return JSONResponse({"version": "0.28.0"})
        if self.kind == "LM Studio" and path == "/api/v0/models":
            entry = {"type": "llm", "state": "not-loaded", "max_context_length": 8192}
            entries: list[Json] = [{"id": name, **entry} for name in self._names()]
            entries[1] |= {"state": "loaded", "loaded_context_length": 2048}
            entries[2] |= {"type": "embeddings"}
            return JSONResponse({"object": "list", "data": entries})
        if self.kind == "Ollama":
            return self._ollama(path, json.loads(body or b"{}"))
        return JSONResponse({"detail": "Not Found"}, 404)

    def _ollama(self, path: str, body: Json) -> Response:
        if path == "/api/version":
            return JSONResponse({"version": "0.14.1"})
        if path == "/api/tags":
            tags: list[Json] = [{"name": name, "size": 1} for name in self._names()]
            tags[2] |= {"remote_host": "https://ollama.com:443", "remote_model": "fast"}
            return JSONResponse({"models": tags})
        if path == "/api/ps":
            return JSONResponse({"models": [{"name": "fast:latest"}]})
        if path == "/api/show":
            able = ["embedding"] if "minilm" in body["model"] else ["completion", "tools"]
            facts = {"general.architecture": "llama", "llama.context_length": 8192}
            return JSONResponse({"capabilities": able, "model_info": facts})
        return Response("404 page not found", 404)

    async def _embeddings(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        body = json.loads(await request.body())
        if "minilm" not in body["model"]:
            return JSONResponse({"error": "this model does not support embeddings"}, 400)
        return await self._pass("/v1/embeddings", {**body, "model": "all-minilm-l6-v2"})

    async def _chat(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        body = json.loads(await request.body())
        self.asked.append(body)
        if self.mood == "slow":
            await asyncio.sleep(1.0)
        if self.mood == "silent":
            await asyncio.sleep(30)
        if self.mood in BROKEN or self.mood in ("dead", "endless", "gzip", "lines", "nofigures"):
            headers = GZIP if self.mood == "gzip" else {}
            return StreamingResponse(self._broken(self.mood), media_type="text/event-stream", headers=headers)
        model = body["model"].removesuffix(":latest").removesuffix("-cloud")
        return await self._pass("/v1/chat/completions", {**body, "model": model})

    async def _broken(self, mood: str) -> AsyncIterator[bytes]:
        if mood == "dead":
            raise ConnectionResetError("as if killed before the first piece")
        if mood == "lines":  # JSON may hold these; only a line feed ends a line of a stream
            yield _event(_delta("one\u2028two\x85three"))
            yield _event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            return
        yield _event(_delta("Good beginning. "))
        if mood == "nofigures":
            yield _event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}) + _event("[DONE]")
            return
        await asyncio.sleep(0.2)  # long enough to be shown
        if mood == "endless":
            for _ in range(20):
                yield b"x" * 1024 * 1024
            return
        yield BROKEN.get(mood, b"")
        if mood == "cut":
            raise ConnectionResetError("as if killed in the middle")
        yield _event("[DONE]")

    async def _pass(self, path: str, body: Json) -> Response:
        answer = await self._engine.forward("POST", path, json.dumps(body).encode())
        kind = answer.headers.get("content-type", "application/json")
        return StreamingResponse(answer.body, answer.status, media_type=kind)


class TcpEngine:
    """A second LocalMind engine, as another machine would serve it: over TCP, with a token."""

    def __init__(self, home: Home) -> None:
        self.home = home
        home.engine_address.unlink(missing_ok=True)
        with (home.logs / "engine.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "localmind_app.engine.server", "--tcp"],
                cwd=ROOT, env={**os.environ, "LOCALMIND_HOME": str(home.root)}, stdout=log, stderr=log,
            )  # fmt: skip
        give_up = time.monotonic() + 30
        while not home.engine_address.exists():
            assert self.process.poll() is None and time.monotonic() < give_up, (home.logs / "engine.log").read_text()
            time.sleep(0.05)
        address = json.loads(home.engine_address.read_text())
        self.url, self.token = address["url"], address["token"]

    def kill(self) -> None:
        """kill -9, as a crash or a cable pulled."""
        self.process.kill()
        self.process.wait()
