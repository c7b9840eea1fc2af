"""The process that owns the vector index: `python -m localmind_app.features.knowledge.vectors.server`.

It answers frames (`wire`) on a Unix socket that only its owner may open; where the system has none, on a free loopback
port, and each head carries a token then. Chroma is opened by the first request that needs it. `LOCALMIND_CHROMA_URL`
names a Chroma server to use instead of the folder. A head names its `verb`; behind -> is what an answer has:

    upsert  {collection, count, width}   `count` ids, then their vectors
    query   {collections, width, limit}  vectors -> {counts: {name}, found: [hits of each vector, by collection]}
                                         the ids of all these hits, then their cosines
    ids     {collection}                 -> ids
    delete  {collection}                 ids
    drop    {collection}
    counts  {}                           -> {counts: {name}} of all there are
    renew   {seen}                       sets a damaged folder aside -> {generation}
    health  {}                           -> {open, generation, counts}

Each answer carries `generation`: whoever finds damage names the one it saw, so that two who find the same damage do
not throw away what the first of them began to build. `opened` names this opening of the files: a search checks an
index the first time it meets it there. An answer with `error` (damaged, unavailable, invalid) has a `detail`.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from localmind_app.core.home import Home
from localmind_app.core.ids import new_id
from localmind_app.engine import door

from . import wire
from .chroma import Chroma, Damaged, Hits, Vectors
from .folder import Folder

T = TypeVar("T")
Head = dict[str, Any]
Answer = tuple[Head, bytes]
CHROMA_URL = "LOCALMIND_CHROMA_URL"
_STOP_SECONDS = 2.0  # that requests under way have to end
_MOST = 1000  # hits of one query
_NOTHING: Answer = ({}, b"")


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


class Desk:
    """Answers the requests of every connection with `owner`; with `token` each of them must carry it."""

    def __init__(self, owner: Owner, token: str | None = None) -> None:
        self._owner, self._token = owner, (token or "").encode()
        self._connections: dict[asyncio.Task[None], bool] = {}  # whether a request is under way

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection until it ends."""
        task = asyncio.current_task()
        assert task is not None
        self._connections[task] = False
        try:
            while True:
                head, data = await wire.read(reader)
                self._connections[task] = True
                answer, found = await self._answer(head, data)
                writer.write(wire.pack(answer, found))
                await writer.drain()
                self._connections[task] = False
        except (OSError, asyncio.IncompleteReadError):
            return  # whoever asked is gone
        except wire.Garbled as error:
            logging.warning("the vector index was sent %s", error)
        finally:
            del self._connections[task]
            writer.close()

    async def close(self) -> None:
        """Let requests under way come to their end, and end all connections."""
        for task, busy in list(self._connections.items()):
            if not busy:
                task.cancel()
        if self._connections:
            _, late = await asyncio.wait(list(self._connections), timeout=_STOP_SECONDS)
            for task in late:
                task.cancel()

    async def _answer(self, head: Head, data: bytes) -> Answer:
        owner = self._owner
        if self._token and not hmac.compare_digest(str(head.get("token")).encode(), self._token):
            return {"error": "invalid", "detail": "The vector index wants its token."}, b""
        try:
            answer, found = await _VERBS[head["verb"]](owner, head, data)
        except Damaged as error:
            logging.exception("the vector index failed")
            kind = "unavailable" if owner.remote else "damaged"
            return {"error": kind, "detail": str(error), "generation": owner.generation}, b""
        except (KeyError, TypeError, ValueError) as error:
            return {"error": "invalid", "detail": f"{type(error).__name__}: {error}"}, b""
        return {**answer, "generation": owner.generation, "opened": owner.opened}, found


def _vectors(head: Head, data: bytes, start: int = 0) -> Vectors:
    return wire.floats_of(data, start).reshape(-1, int(head["width"]))


async def upsert(owner: Owner, head: Head, data: bytes) -> Answer:
    """Add or replace vectors."""
    ids = wire.ids_of(data, int(head["count"]))
    vectors = _vectors(head, data, 8 * len(ids))
    if len(ids) != len(vectors):
        raise ValueError("as many ids as vectors")
    await owner.do(lambda index: index.upsert(head["collection"], ids, vectors))
    return _NOTHING


async def query(owner: Owner, head: Head, data: bytes) -> Answer:
    """The nearest of each collection to each vector."""
    names, vectors, limit = list(head["collections"]), _vectors(head, data), min(int(head["limit"]), _MOST)

    def work(index: Chroma) -> tuple[dict[str, int], list[Hits]]:
        counts = {name: index.count(name) for name in names}
        found: list[Hits] = []
        for name in names:
            # Chroma warns where it is asked for more than there are, and a query of nothing is an error to it.
            most = min(limit, counts[name])
            found += index.query(name, vectors, most) if most else [[] for _ in vectors]
        return counts, found

    counts, found = await owner.do(work)
    hits = [hit for one in found for hit in one]
    written = wire.of_ids([one for one, _ in hits]) + wire.of_floats([cosine for _, cosine in hits])
    return {"counts": counts, "found": [len(one) for one in found]}, written


async def ids(owner: Owner, head: Head, data: bytes) -> Answer:
    """Every id of a collection."""
    return {}, wire.of_ids(await owner.do(lambda index: index.ids(head["collection"])))


async def delete(owner: Owner, head: Head, data: bytes) -> Answer:
    """Remove vectors."""
    gone = wire.ids_of(data, -1)
    await owner.do(lambda index: index.delete(head["collection"], gone))
    return _NOTHING


async def drop(owner: Owner, head: Head, data: bytes) -> Answer:
    """Remove a collection."""
    await owner.do(lambda index: index.drop(head["collection"]))
    return _NOTHING


async def counts(owner: Owner, head: Head, data: bytes) -> Answer:
    """How many vectors each collection has."""
    return {"counts": await owner.do(Chroma.counts)}, b""


async def renew(owner: Owner, head: Head, data: bytes) -> Answer:
    """Set a damaged folder aside."""
    await owner.renew(str(head["seen"]))
    return _NOTHING


async def health(owner: Owner, head: Head, data: bytes) -> Answer:
    """Never opens the index: a look must cost nothing."""
    return {"open": owner.is_open, "counts": await owner.do(Chroma.counts) if owner.is_open else {}}, b""


_VERBS: dict[str, Callable[[Owner, Head, bytes], Awaitable[Answer]]] = {
    verb.__name__: verb for verb in (upsert, query, ids, delete, drop, counts, renew, health)
}


async def serve(sock: socket.socket, owner: Owner, token: str | None, stopped: asyncio.Event) -> None:
    """Answer on a listening socket until `stopped`."""
    desk = Desk(owner, token)
    unix = hasattr(socket, "AF_UNIX") and sock.family == socket.AF_UNIX
    start = asyncio.start_unix_server if unix else asyncio.start_server
    server = await start(desk.meet, sock=sock, limit=wire.STREAM_LIMIT)
    try:
        await stopped.wait()
    finally:
        server.close()
        await desk.close()
        await owner.close()


async def _until_signal(sock: socket.socket, owner: Owner, token: str | None) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stopped.set))
    await serve(sock, owner, token, stopped)


def main() -> None:
    """Serve until SIGTERM, SIGINT or the end of the parent."""
    door.enter()
    home = Home.open()
    sock, token = door.listen(home.vectors_socket, home.vectors_address)
    asyncio.run(_until_signal(sock, Owner(Folder(home.vectors), os.environ.get(CHROMA_URL) or None), token))


if __name__ == "__main__":
    main()
