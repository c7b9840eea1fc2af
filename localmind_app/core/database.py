"""The relational database: SQLite in WAL mode through SQLAlchemy.

Every write of a process goes through one thread, so writers of one process never wait for each other's locks, and
commits become visible in the order they were asked for. Reads run in a small pool beside it. `synchronous=FULL`
makes an acknowledged write survive a power cut.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, MetaData, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

from .errors import DiskFull

T = TypeVar("T")

# SQLite result codes that mean "there is no room": SQLITE_FULL, and SQLITE_IOERR and its kin from a full disk.
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC)


class Base(DeclarativeBase):
    """Root of every table class; the naming convention keeps constraint names stable for migrations."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def _engine(path: Path, begin: str) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"check_same_thread": False, "timeout": 10},
        # A logged database error must not quote what people wrote.
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # SQLAlchemy sends BEGIN itself (below): the driver's own implicit BEGIN would come too late for IMMEDIATE.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def writer_engine(path: Path) -> Engine:
    """An engine whose transactions take the write lock at once: upgrading a read lock later could fail."""
    return _engine(path, "BEGIN IMMEDIATE")


class Database:
    """One open database file.

    `read(fn)` and `write(fn)` run `fn(session)` in a thread and return its result; `write` commits, or rolls back
    and raises. Raises DiskFull when there is no room; nothing of that write is kept.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._readers = _engine(path, "BEGIN")
        self._writer = writer_engine(path)
        self._write_thread = ThreadPoolExecutor(1, thread_name_prefix="db-write")
        self._read_threads = ThreadPoolExecutor(4, thread_name_prefix="db-read")
        path.touch(mode=0o600, exist_ok=True)
        self._watching: sqlite3.Connection | None = None

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A writing session for synchronous callers (the command line, jobs)."""
        try:
            with Session(self._writer, expire_on_commit=False) as session, session.begin():
                yield session
        except OperationalError as error:
            if getattr(error.orig, "sqlite_errorcode", None) in _NO_ROOM:
                raise DiskFull("The disk is full, so nothing was saved. Free some space and try again.") from error
            raise

    def _write(self, fn: Callable[[Session], T]) -> T:
        with self.session() as session:
            return fn(session)

    def _read(self, fn: Callable[[Session], T]) -> T:
        with Session(self._readers, expire_on_commit=False) as session:
            return fn(session)

    async def read(self, fn: Callable[[Session], T]) -> T:
        """Run `fn` on a consistent snapshot."""
        return await asyncio.get_running_loop().run_in_executor(self._read_threads, self._read, fn)

    async def write(self, fn: Callable[[Session], T]) -> T:
        """Run `fn` in one transaction; when this returns, the data is on disk."""
        return await asyncio.get_running_loop().run_in_executor(self._write_thread, self._write, fn)

    def generation(self) -> int:
        """A number that is another one after every commit, of any process.

        Some microseconds: who waits for something new asks this often, and the tables only after a change. Ask from one
        thread.
        """
        if self._watching is None:
            self._watching = sqlite3.connect(self.path, isolation_level=None)
        return int(self._watching.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Finish running work and close every connection."""
        self._write_thread.shutdown()
        self._read_threads.shutdown()
        self._readers.dispose()
        self._writer.dispose()
        if self._watching is not None:
            self._watching.close()
