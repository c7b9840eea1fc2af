import importlib
import pkgutil
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from localmind_app import features
from localmind_app.core.database import Base
from localmind_app.core.errors import StartError
from localmind_app.core.home import Home
from localmind_app.core.migrate import newest_version, prepare, snapshot, stored_version

for _found in pkgutil.walk_packages(features.__path__, "localmind_app.features."):
    if _found.name.endswith("tables"):
        importlib.import_module(_found.name)


def _set_version(home: Home, version: str) -> None:
    with sqlite3.connect(home.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))


def test_a_fresh_folder_gets_the_newest_schema(tmp_path: Path) -> None:
    home = Home.open(tmp_path)
    prepare(home)
    assert stored_version(home.database) == newest_version()
    assert list(home.backups.iterdir()) == []


def test_the_migrations_make_exactly_what_the_tables_say(home: Home) -> None:
    engine = create_engine(f"sqlite:///{home.database}")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: not (kind == "table" and "search" in (name or ""))}
        )
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_preparing_twice_changes_nothing(home: Home) -> None:
    before = home.database.stat().st_mtime_ns
    prepare(home)
    assert home.database.stat().st_mtime_ns == before


def test_data_from_a_newer_version_is_refused_and_untouched(home: Home) -> None:
    _set_version(home, "9999")
    before = home.database.read_bytes()
    with pytest.raises(StartError, match="newer LocalMind"):
        prepare(home)
    assert home.database.read_bytes() == before


def test_a_damaged_file_is_refused_and_untouched(tmp_path: Path) -> None:
    home = Home.open(tmp_path)
    home.database.write_bytes(b"this is not a database, it only says so" * 200)
    with pytest.raises(StartError, match="damaged"):
        prepare(home)
    assert home.database.read_bytes().startswith(b"this is not")


def test_a_snapshot_is_a_whole_database_and_old_ones_go(home: Home) -> None:
    for number in range(12):
        taken = snapshot(home, f"n{number}")
    assert stored_version(taken) == newest_version()
    assert taken.stat().st_mode & 0o077 == 0
    assert len(list(home.backups.glob("*.db"))) == 10


def test_a_failed_upgrade_leaves_the_old_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home.open(tmp_path)
    # A table the first migration wants to make is in its way.
    with sqlite3.connect(home.database) as connection:
        connection.execute("CREATE TABLE messages (id INTEGER)")
    with pytest.raises(Exception, match="already exists"):
        prepare(home)
    with sqlite3.connect(home.database) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert names == {"messages"}
