"""The process that owns the vector index: `python -m localmind_app.features.knowledge.vectors.server`.

It serves a few JSON routes on a Unix socket that only its owner may open; where the system has none, on a free
loopback port with a token, as the engine does. Vectors travel as base64 of little-endian float32. Chroma is opened by
the first request. `LOCALMIND_CHROMA_URL` names a Chroma server to use instead of the folder.

    POST /upsert  {collection, ids, width, vectors}
    POST /query   {collections, width, vectors, limit}   {found: {name: [[[id, cosine], …] per vector]}, counts: {name}}
    POST /ids     {collection}                           {ids}
    POST /delete  {collection, ids}
    POST /drop    {collection}
    POST /renew   {seen}                                 sets a damaged folder aside; {generation}
    GET  /health                                         {open, generation, counts}

Each answer carries `generation`: whoever finds damage names the one it saw, so that two who find the same damage do
not throw away what the first of them began to build. `opened` names this opening of the files: a search checks an
index the first time it meets it there.
"""

from __future__ import annotations

import asyncio
import base64
import functools
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import numpy as np
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localmind_app.core.home import Home
from localmind_app.core.ids import new_id
from localmind_app.core.orphan import die_with_parent
from localmind_app.engine.server import TokenGuard, listen_tcp, listen_unix

from .chroma import Chroma, Damaged, Hits, Vectors
from .folder import Folder

T = TypeVar("T")
CHROMA_URL = "LOCALMIND_CHROMA_URL"
_STOP_SECONDS = 2
_MOST = 1000  # hits of one query


class Owner:
    """The one open index. With `url` a Chroma server's, which is never set aside."""

    def __init__(self, folder: Folder, url: str | None) -> None:
        self._folder, self._url = folder, url
        self._index: Chroma | None = None
        self._turn = asyncio.Lock()
        self._opening = ""

    @property
    def generation(self) -> str:
        """Which folder is in use, or the server's address."""
        return self._url or self._folder.live.name

    @property
    def remote(self) -> bool:
        """Whether the index is a Chroma server's."""
        return self._url is not None

    @property
    def opened(self) -> str:
        """Names this opening of the index: what was checked of an earlier one says nothing about it."""
        return self._opening

    @property
    def is_open(self) -> bool:
        """Whether Chroma was needed yet."""
        return self._index is not None

    async def do(self, work: Callable[[Chroma], T]) -> T:
        """Run `work` in a thread. Raises Damaged."""
        index = self._index or await self._opened()
        return await asyncio.to_thread(work, index)

    async def _opened(self) -> Chroma:
        async with self._turn:
            if self._index is None:
                self._index = await asyncio.to_thread(self._open)
                self._opening = new_id()
            return self._index

    def _open(self) -> Chroma:
        if self._url:
            return Chroma.on(self._url)
        try:
            return Chroma.at(self._folder.enter())
        except Damaged:
            logging.exception("the vector index cannot be opened")
            self._folder.set_aside()
            return Chroma.at(self._folder.enter())

    async def renew(self, seen: str) -> None:
        """Begin an empty folder, unless another one than `seen` is in use already."""
        async with self._turn:
            if self.remote or seen != self.generation:
                return
            await asyncio.to_thread(self._close)
            await asyncio.to_thread(self._folder.set_aside)

    def _close(self) -> None:
        index, self._index = self._index, None
        if index is None:
            return
        try:
            index.close()
        except Damaged:
            logging.exception("the vector index cannot be closed")
        self._folder.leave()

    async def close(self) -> None:
        """Close the files in order."""
        async with self._turn:
            await asyncio.to_thread(self._close)


def create_app(owner: Owner, token: str | None = None) -> Starlette:
    """The ASGI application over `owner`; with `token` every request must carry it."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await owner.close()

    app = Starlette(
        routes=[
            *(Route(f"/{verb.__name__}", functools.partial(_serve, verb), methods=["POST"]) for verb in _VERBS),
            Route("/health", _health, methods=["GET"]),
        ],
        lifespan=lifespan,
        middleware=[Middleware(TokenGuard, token=token)] if token else [],
    )
    app.state.owner = owner
    return app


async def _serve(verb: Callable[[Owner, dict[str, Any]], Any], request: Request) -> Response:
    owner: Owner = request.app.state.owner
    try:
        body = await request.json()
        answer = await verb(owner, body)
    except Damaged as error:
        logging.exception("the vector index failed")
        kind = "unavailable" if owner.remote else "damaged"
        return JSONResponse({"error": kind, "detail": str(error), "generation": owner.generation}, 500)
    except (KeyError, TypeError, ValueError) as error:
        return JSONResponse({"error": "invalid", "detail": f"{type(error).__name__}: {error}"}, 400)
    return JSONResponse({**(answer or {}), "generation": owner.generation, "opened": owner.opened})


async def _health(request: Request) -> Response:
    """Never opens the index: a look must cost nothing."""
    owner: Owner = request.app.state.owner
    counts = await owner.do(Chroma.counts) if owner.is_open else {}
    return JSONResponse({"open": owner.is_open, "generation": owner.generation, "counts": counts})


def _vectors(body: dict[str, Any]) -> Vectors:
    return np.frombuffer(base64.b64decode(body["vectors"]), "<f4").reshape(-1, int(body["width"]))


async def upsert(owner: Owner, body: dict[str, Any]) -> None:
    """POST /upsert."""
    ids, vectors = [int(one) for one in body["ids"]], _vectors(body)
    if len(ids) != len(vectors):
        raise ValueError("as many ids as vectors")
    await owner.do(lambda index: index.upsert(body["collection"], ids, vectors))


async def query(owner: Owner, body: dict[str, Any]) -> dict[str, Any]:
    """POST /query."""
    names, vectors, limit = list(body["collections"]), _vectors(body), min(int(body["limit"]), _MOST)

    def work(index: Chroma) -> dict[str, Any]:
        counts = {name: index.count(name) for name in names}
        # Chroma warns where it is asked for more than there are, and a query of nothing is an error to it.
        found: dict[str, list[Hits]] = {
            name: index.query(name, vectors, min(limit, counts[name])) if counts[name] else [[] for _ in vectors]
            for name in names
        }
        return {"found": found, "counts": counts}

    return await owner.do(work)


async def ids(owner: Owner, body: dict[str, Any]) -> dict[str, Any]:
    """POST /ids."""
    return {"ids": await owner.do(lambda index: index.ids(body["collection"]))}


async def delete(owner: Owner, body: dict[str, Any]) -> None:
    """POST /delete."""
    gone = [int(one) for one in body["ids"]]
    await owner.do(lambda index: index.delete(body["collection"], gone))


async def drop(owner: Owner, body: dict[str, Any]) -> None:
    """POST /drop."""
    await owner.do(lambda index: index.drop(body["collection"]))


async def renew(owner: Owner, body: dict[str, Any]) -> None:
    """POST /renew."""
    await owner.renew(str(body["seen"]))


_VERBS = (upsert, query, ids, delete, drop, renew)


def main() -> None:
    """Serve until SIGTERM, SIGINT or the end of the parent."""
    die_with_parent()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    home = Home.open()
    token = None
    if hasattr(socket, "AF_UNIX"):
        sock = listen_unix(home.vectors_socket)
        home.vectors_address.unlink(missing_ok=True)
    else:
        sock, token = listen_tcp(home.vectors_address)
    owner = Owner(Folder(home.vectors), os.environ.get(CHROMA_URL) or None)
    config = uvicorn.Config(
        create_app(owner, token),
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=_STOP_SECONDS,
        timeout_keep_alive=60,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[sock])


if __name__ == "__main__":
    main()
