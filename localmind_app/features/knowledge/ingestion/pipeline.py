"""Takes documents in: while some are embedded, the next are read and those before are stored.

The database says what is to be done and keeps what was reached: the text of a document once it was read, its pieces
with their vectors batch by batch. So a killed worker goes on where it was. How far documents are is written in one
transaction for all of them, every half second; small ones are done before that and cost none.
Not covered: several workers at once.
"""

from __future__ import annotations

import asyncio
import bisect
import contextlib
import logging
import os
import time
from collections.abc import Awaitable, Callable, Sequence

from localmind_app.core.database import Database
from localmind_app.core.errors import NotFound, UserError

from ..chunks import cut
from ..embedder import BATCH, counter
from ..mend import Mender
from ..parsing.document import from_bytes, to_bytes
from ..store import Index, Portion, Read, Whole
from . import progress, queue
from .embedding import Embeds, PatientEmbedding
from .queue import CHAT, Task
from .source import Source, Text
from .staging import kept_text, prepare
from .work import Part, Work

log = logging.getLogger(__name__)

POLL_SECONDS = 0.3  # until a new document is noticed
TICK_SECONDS = 0.5
AFTER_FAILURE = 5.0  # seconds: the disk is full, or the database was locked for long
MOST_TRIES = 5  # beginnings of a document in a row that a killed worker did not end
MOST_WORKS = 64  # documents under way at once
MOST_PAGES = 4  # web pages at once, and as many more for chats: they wait for others, not for this machine
MOST_WAITING = 512  # pieces that wait to be embedded while more is read
_LOOKED_AT = 32
_BATCHES_AHEAD = 2  # embedded and not stored


class Pipeline:
    """Works through the tasks of one data folder, in the worker's event loop.

    `source` reads, `embedder` makes what embeds for a model, `free` is told which contents are of no more use.
    """

    def __init__(
        self,
        database: Database,
        index: Index,
        mender: Mender,
        source: Source,
        embedder: Callable[[str], Embeds],
        free: Callable[[Sequence[str]], Awaitable[None]],
    ) -> None:
        self._database, self._index, self._mender, self._source = database, index, mender, source
        self._embedding = PatientEmbedding(embedder)
        self._free = free
        self._slots = max(1, (os.cpu_count() or 1) - 1)  # one more is left to what a chat waits for
        self._works: dict[str, Work] = {}  # by document
        self._idle = -1  # what the database was when it was looked at for more
        self._ready: list[Work] = []  # read, and not embedded to the end
        self._made: asyncio.Queue[list[Part]] = asyncio.Queue(_BATCHES_AHEAD)
        self._writing = asyncio.Lock()
        self._wake_feeder, self._wake_embedder = asyncio.Event(), asyncio.Event()

    async def run(self) -> None:
        """Take in what comes, without end."""
        while True:
            try:
                await self._recover()
                async with asyncio.TaskGroup() as loops:
                    for loop in (self._feed, self._embed, self._store, self._watch):
                        loops.create_task(loop())
            except* Exception:  # whatever broke, all documents wait in the database, and a fresh start goes on there
                log.exception("Taking documents in has to wait")
            finally:
                await self._forget_all()
            await asyncio.sleep(AFTER_FAILURE)

    async def _recover(self) -> None:
        """Remove and mend what a killed worker left; nothing is under way here."""
        await self._index.recover()
        await self._mender.recover()
        await self._finish(await self._database.read(queue.ended))

    async def _forget_all(self) -> None:
        jobs = [work.job for work in self._works.values() if work.job]
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        ids = [work.task.id for work in self._works.values() if work.counted]
        self._works.clear()
        self._ready.clear()
        self._made = asyncio.Queue(_BATCHES_AHEAD)
        with contextlib.suppress(UserError):
            await self._database.write(lambda session: queue.began(session, ids, -1))

    # Reading

    async def _feed(self) -> None:
        backlog: list[Task] = []
        looked = float("-inf")
        while True:
            if self._changed(self._idle) and (not backlog or time.monotonic() - looked >= POLL_SECONDS):
                looked, self._idle = time.monotonic(), self._database.generation()
                backlog = await self._waiting()
            for task in backlog[:]:  # pages that wait for their sites keep no file from being read, nor the other way
                if self._has_room(task):
                    backlog.remove(task)
                    self._begin(task)
            self._wake_feeder.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._wake_feeder.wait()

    def _changed(self, idle: int) -> bool:
        """Whether there can be something to do: something is under way, or the database is not as it was at `idle`."""
        return bool(self._works) or self._database.generation() != idle

    async def _waiting(self) -> list[Task]:
        there = list(self._works)
        return await self._database.read(lambda session: queue.waiting(session, _LOOKED_AT, there))

    def _has_room(self, task: Task) -> bool:
        alike = [work for work in self._works.values() if work.job and work.task.is_page == task.is_page]
        reading = len(alike)
        if task.is_page and task.priority == CHAT:
            return reading < 2 * MOST_PAGES
        if task.priority == CHAT:
            return reading <= self._slots
        waiting = sum(work.left for work in self._ready)
        slots = MOST_PAGES if task.is_page else self._slots
        return reading < slots and waiting < MOST_WAITING and len(self._works) < MOST_WORKS

    def _begin(self, task: Task) -> None:
        work = Work(task)
        self._works[task.document_id] = work
        work.job = asyncio.create_task(self._read(work), name=f"read {task.document_id}")

    async def _read(self, work: Work) -> None:
        try:
            text, work.data = await self._text(work)
            work.document, work.sha256 = text.document, text.sha256
            work.pieces = await asyncio.to_thread(cut, text.document, counter(work.task.embedder))
        except UserError as error:
            await self._fail(work, error)
        except Exception as error:  # a document that finds a mistake of ours fails alone
            log.exception("The document %s could not be taken in", work.task.document_id)
            said = str(error) or type(error).__name__
            problem = UserError(
                "{name} could not be taken in: {detail}. Nothing of it was kept; everything else goes on.",
                name=work.task.name,
                detail=said,
            )
            await self._fail(work, problem)
        else:
            work.read(1.0)
            work.state = "embedding"
            bisect.insort(self._ready, work, key=lambda one: one.order)
            self._wake_embedder.set()
        finally:
            work.job = None
            self._wake_feeder.set()

    async def _text(self, work: Work) -> tuple[Text, bytes]:
        kept = await self._database.read(lambda session: kept_text(session, work.task)) if work.task.version else None
        if kept is not None:
            work.kept = True
            return Text(await asyncio.to_thread(from_bytes, kept), work.task.sha256), kept
        text = await self._source.read(work.task, work.read)
        return text, await asyncio.to_thread(to_bytes, text.document)

    # Embedding

    async def _embed(self) -> None:
        while True:
            self._wake_embedder.clear()
            parts = await self._next_parts()
            if not parts:
                await self._wake_embedder.wait()
                continue
            failed = await self._embedding.fill(parts)
            for work, error in failed.items():
                await self._fail(work, error)
            await self._made.put([part for part in parts if part.work not in failed])
            self._wake_feeder.set()

    async def _next_parts(self) -> list[Part]:
        """What is embedded in one request: pieces of the first documents in order."""
        chosen: list[Work] = []
        room = BATCH
        for work in self._ready:
            if room <= 0 or work.task.embedder != self._ready[0].task.embedder:
                break
            chosen.append(work)
            room -= max(work.left, 1)
        fresh = [work for work in chosen if not work.version]
        if fresh:
            await self._prepare(fresh)
        parts: list[Part] = []
        room = BATCH
        for work in chosen:
            if room <= 0 or work.dropped:
                continue
            part = work.take(room)
            room -= len(part.new)
            parts.append(part)
            if part.last:
                self._ready.remove(work)
        return parts

    async def _prepare(self, works: Sequence[Work]) -> None:
        """Keep what was read, and find out which vectors are there already."""
        ready = await self._database.write(lambda session: prepare(session, works))
        for work in works:
            if work not in ready:
                self._drop(work)
            elif ready[work].discard:
                await self._index.begin(work.task.document_id)
        for collection in {work.task.collection_id for work in works}:
            mine = [work for work in works if work.task.collection_id == collection and not work.dropped]
            pieces = [piece for work in mine for piece in work.pieces[ready[work].stored :]]
            if pieces:
                known = await self._index.known(collection, mine[0].task.embedder, pieces)
                for work in mine:
                    work.known = known
        for work, state in ready.items():
            work.version, work.at = state.version, state.stored
            if state.stored:
                work.store(state.stored)
                # A worker killed between database and index may have left the last of them out of the index.
                self._mender.notice([work.task.collection_id])

    # Storing

    async def _store(self) -> None:
        while True:
            parts = await self._made.get()
            async with self._writing:
                done = await self._store_all([part for part in parts if not part.work.dropped])
            await self._finish([work.task for work in done])
            for work in done:
                self._drop(work)

    async def _store_all(self, parts: Sequence[Part]) -> list[Work]:
        """The documents that are searchable now. What came together is written together."""
        gone = await self._index.add_all([_portion(part) for part in parts])
        last: dict[str, Work] = {}
        for part in parts:
            work = part.work
            if work.task.document_id in gone:
                self._gone(work)
                continue
            work.store(part.end)
            if part.last:
                work.state = "storing"
                last[work.task.document_id] = work
        refused = await self._index.commit_all([_whole(work) for work in last.values()]) if last else {}
        for document_id, error in refused.items():
            work = last.pop(document_id)
            if isinstance(error, NotFound):
                self._gone(work)
            else:
                log.info("%s is begun again: %s", document_id, error.text)  # its collection has another embedder now
                self._drop(work)
        return list(last.values())

    async def _finish(self, tasks: Sequence[Task]) -> None:
        if tasks:
            await self._free(await self._database.write(lambda session: queue.finish(session, tasks)))

    # What else may happen

    async def _watch(self) -> None:
        """Notice what people want meanwhile, and say how far everything is."""
        idle = -1
        while True:
            await asyncio.sleep(TICK_SECONDS)
            if not self._changed(idle):
                continue
            idle = self._database.generation()
            async with self._writing:  # never in the middle of storing one
                await self._end_unwanted()
            for document_id in await self._database.read(queue.cancelled):
                await self._clean(document_id)
            await self._tell(list(self._works.values()))

    async def _end_unwanted(self) -> None:
        works = [work for work in self._works.values() if work.state != "storing"]
        if not works:
            return
        ids = [work.task.document_id for work in works]
        live = await self._database.read(lambda session: queue.live(session, ids))
        for work in works:
            if live.get(work.task.document_id) != work.task.id:
                self._gone(work)

    async def _tell(self, works: Sequence[Work]) -> None:
        note = self._embedding.note
        worn_out = await progress.write(self._database, works, note, MOST_TRIES)
        for work in worn_out:
            async with self._writing:  # it may be searchable by now
                if work.state != "storing":
                    await self._fail(work, _worn_out(work.task))

    async def _clean(self, document_id: str) -> None:
        async with self._writing:
            work = self._works.get(document_id)
            if work is not None:
                self._drop(work)
            await self._index.discard(document_id)
            await self._free(await self._database.write(lambda session: queue.drop(session, document_id)))

    async def _fail(self, work: Work, error: UserError) -> None:
        if work.dropped:
            return
        work.dropped = True  # nobody goes on with it; until the reason is written, nobody begins it again either
        await self._database.write(lambda session: queue.fail(session, work.task, error.body()))
        self._drop(work)

    def _gone(self, work: Work) -> None:
        """It was removed, replaced, or its collection pauses."""
        self._drop(work)
        self._mender.notice([work.task.collection_id])  # what was just on its way into the index may be there

    def _drop(self, work: Work) -> None:
        work.dropped = True
        self._idle = -1  # it may have to begin again
        if self._works.get(work.task.document_id) is work:
            del self._works[work.task.document_id]
        if work in self._ready:
            self._ready.remove(work)
        if work.job is not None and work.job is not asyncio.current_task():
            work.job.cancel()
        self._wake_feeder.set()
        self._wake_embedder.set()


def _portion(part: Part) -> Portion:
    work, task = part.work, part.work.task
    pieces = work.pieces[part.start : part.end]
    return Portion(task.document_id, work.version, part.start, pieces, part.vectors, task.embedder)


def _whole(work: Work) -> Whole:
    assert work.document is not None
    read = Read(work.data, work.document.title, work.document.pages, work.sha256)
    return Whole(work.task.document_id, work.version, len(work.pieces), read)


def _worn_out(task: Task) -> UserError:
    return UserError(
        "{name} was being read {tries} times when the worker was stopped, so it is not tried again by itself. "
        "Nothing else was harmed; retry it, or split it and add the parts.",
        name=task.name,
        tries=task.tries,
    )
