import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import DiskFull

pytestmark = pytest.mark.anyio


async def test_wal_and_full_sync_are_on(database: Database) -> None:
    def pragmas(session: object) -> tuple[object, ...]:
        return tuple(
            session.execute(text(f"PRAGMA {name}")).scalar()  # type: ignore[attr-defined]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        )

    assert await database.read(pragmas) == ("wal", 2, 1)


async def test_a_failed_write_leaves_nothing(database: Database) -> None:
    def work(session: object) -> None:
        session.execute(text("INSERT INTO links VALUES ('a', 1, 1, NULL)"))  # type: ignore[attr-defined]
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        await database.write(work)
    count = await database.read(lambda session: session.execute(text("SELECT count(*) FROM links")).scalar())
    assert count == 0


async def test_many_writers_at_once_all_get_through(database: Database) -> None:
    other = Database(database.path)

    def insert(place: Database, name: str) -> object:
        return place.write(lambda session: session.execute(text(f"INSERT INTO links VALUES ('{name}', 1, 1, NULL)")))

    jobs = [insert(place, f"{kind}{n}") for n in range(50) for kind, place in (("a", database), ("b", other))]
    await asyncio.gather(*jobs)  # type: ignore[call-overload]
    count = await database.read(lambda session: session.execute(text("SELECT count(*) FROM links")).scalar())
    assert count == 100
    other.close()


async def test_a_full_disk_is_said_and_nothing_is_kept(database: Database) -> None:
    def limit(session: object, pages: int) -> None:
        session.execute(text(f"PRAGMA max_page_count = {pages}"))  # type: ignore[attr-defined]

    pages = await database.read(lambda session: session.execute(text("PRAGMA page_count")).scalar())
    await database.write(lambda session: limit(session, int(pages or 0) + 2))
    with pytest.raises(DiskFull, match="nothing was saved"):
        await database.write(
            lambda session: session.execute(text(f"INSERT INTO links VALUES ('{'x' * 100_000}', 1, 1, NULL)"))
        )
    await database.write(lambda session: limit(session, 1_000_000))
    await database.write(lambda session: session.execute(text("INSERT INTO links VALUES ('b', 1, 1, NULL)")))


def test_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    opened = Database(tmp_path / "fresh.db")
    opened.close()
    assert (tmp_path / "fresh.db").stat().st_mode & 0o077 == 0
    assert sqlite3.connect(tmp_path / "fresh.db").execute("SELECT 1").fetchone() == (1,)


async def test_the_generation_tells_of_every_commit_and_of_nothing_else(database: Database) -> None:
    def add(session: Session) -> None:
        session.execute(text("CREATE TABLE IF NOT EXISTS seen (at INTEGER)"))
        session.execute(text("INSERT INTO seen VALUES (1)"))

    before = database.generation()
    await database.read(lambda session: session.execute(text("SELECT 1")).scalar())
    assert database.generation() == before
    await database.write(add)
    after = database.generation()
    assert after != before
    other = Database(database.path)
    await other.write(add)
    other.close()
    assert database.generation() != after
