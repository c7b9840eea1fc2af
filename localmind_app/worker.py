"""The worker process: does the jobs in `jobs.db` and the periodic upkeep.

Run as ``python -m localmind_app.worker``; one per data folder.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from .core.errors import StartError
from .core.home import Home
from .core.jobs import Job, Payload, Queue, register
from .core.lock import FileLock
from .core.orphan import die_with_parent
from .features.batches.runner import BatchThread
from .features.knowledge.ingestion.thread import IngestionThread
from .features.memory import job as memory_job
from .features.models.download_job import DOWNLOAD
from .features.models.workshop_job import WORKSHOP

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from .core.database import Database

HOUR = 3600.0
THREADS = 4  # two downloads and a long job of another kind leave one for what is short
LONGEST_WAIT = 1.0  # seconds until an idle thread looks for a job again
Purge = Callable[[], "Callable[[Session], int]"]


def upkeep(name: str, every: float, purge: Purge, then: Callable[[Home, Database], None] | None = None) -> Job:
    """A periodic job that removes what is no longer needed; `purge` imports the function when it is due.

    `then` removes what lies elsewhere of that, once it is gone for good.
    """

    def run(home: Home, payload: Payload) -> None:
        from .core.database import Database

        database = Database(home.database)
        try:
            with database.session() as session:
                removed = purge()(session)
            logging.getLogger(__name__).info("%s removed %d", name, removed)
            if then is not None:
                then(home, database)
        finally:
            database.close()

    return Job(name, run, repeat=True, every=every)


def _accounts() -> Callable[[Session], int]:
    from .features.accounts.service import purge

    return purge


def _chats() -> Callable[[Session], int]:
    from .features.chat.service import purge

    return purge


def _forget_chats(home: Home, database: Database) -> None:
    """Let the engine forget what it keeps of chats that are gone. Where it fails, the next time does it."""
    from .core.errors import UserError
    from .engine.client import EngineClient
    from .features.chat.forgetting import forget_gone

    async def forget() -> int:
        engine = EngineClient.local(home)
        try:
            return await forget_gone(database, engine)
        finally:
            await engine.close()

    log = logging.getLogger(__name__)
    try:
        log.info("the engine forgot %d chats", asyncio.run(forget()))
    except UserError as error:
        log.warning("the engine keeps what it computed of deleted chats until the next time: %s", error.text)


def _responses() -> Callable[[Session], int]:
    from .features.responses.service import purge

    return purge


def _egress() -> Callable[[Session], int]:
    from .core.egress import purge

    return purge


def _files(home: Home, payload: Payload) -> None:
    from .features.files.upkeep import tidy

    logging.getLogger(__name__).info("purge-files removed %d", tidy(home))


def _batches(home: Home, payload: Payload) -> None:
    from .features.batches.upkeep import tidy

    logging.getLogger(__name__).info("purge-batches removed %d", tidy(home))


def _knowledge(home: Home, payload: Payload) -> None:
    from .features.knowledge.upkeep import purge

    logging.getLogger(__name__).info("purge-knowledge removed %d", asyncio.run(purge(home)))


PERIODIC = (
    upkeep("purge-accounts", HOUR, _accounts),
    upkeep("purge-chats", HOUR, _chats, then=_forget_chats),
    upkeep("purge-responses", HOUR, _responses),
    upkeep("purge-egress", 24 * HOUR, _egress),
    Job("purge-files", _files, repeat=True, every=HOUR),
    Job("purge-batches", _batches, repeat=True, every=HOUR),
    Job("purge-knowledge", _knowledge, repeat=True, every=HOUR),
    memory_job.READ,
    memory_job.PURGE,
)
LONG = (DOWNLOAD, WORKSHOP)


def work(home: Home) -> None:
    """Do jobs until the process is told to stop. Raises StartError when another worker serves this folder."""
    with FileLock(home.run / "worker.lock") as lock:
        if not lock.acquire(patience=1.0):
            raise StartError(f"Another worker does the jobs of {home.root} (process {lock.read() or '?'}).")
        lock.write(str(os.getpid()))
        queue = Queue(home)
        queue.recover()
        threads = (BatchThread(home), IngestionThread(home))
        for thread in threads:
            thread.start()
        try:
            queue.create_consumer(workers=THREADS, max_delay=LONGEST_WAIT, check_worker_health=True).run()
        finally:
            with ThreadPoolExecutor() as ending:  # together: the supervisor gives the whole process two seconds
                list(ending.map(lambda thread: thread.stop(), threads))


def main() -> None:
    """Start as a process of its own."""
    if "LOCALMIND_PORT" in os.environ:  # started by `up`, not by hand
        die_with_parent()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("huey", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    for job in (*PERIODIC, *LONG):
        register(job)
    work(Home.open())


if __name__ == "__main__":
    main()
