"""Brings the database to the newest schema, after a snapshot; refuses a database from a newer LocalMind."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from .errors import StartError
from .home import Home

MIGRATIONS = Path(__file__).parent / "migrations"
KEPT_SNAPSHOTS = 10


def newest_version() -> str:
    """The newest schema version: migrations are files named ``0001_reason.py``, and the number is the revision."""
    return max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def stored_version(path: Path) -> str | None:
    """The schema version a database file has; None for a new or empty file."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    with closing(sqlite3.connect(path)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError as error:
            raise StartError(
                f"The database {path} is damaged ({error}). Nothing was changed. "
                f"Put a snapshot from {path.parent / 'backups'} in its place."
            ) from error
    return str(row[0]) if row else None


def snapshot(home: Home, label: str) -> Path:
    """Copy the live database into `backups/` through SQLite's backup API; keeps the newest ten."""
    target = home.backups / f"localmind-{label}-{time.strftime('%Y%m%d-%H%M%S')}.db"
    unfinished = target.with_suffix(".part")
    with closing(sqlite3.connect(home.database)) as source, closing(sqlite3.connect(unfinished)) as copy:
        source.backup(copy)
    unfinished.chmod(0o600)
    unfinished.replace(target)
    for old in sorted(home.backups.glob("localmind-*.db"), key=lambda path: path.stat().st_mtime)[:-KEPT_SNAPSHOTS]:
        old.unlink()
    return target


def prepare(home: Home) -> None:
    """Bring `home.database` to the newest schema.

    Raises StartError when the database is damaged or comes from a newer version; it is left untouched then.
    """
    stored, newest = stored_version(home.database), newest_version()
    if stored == newest:
        return
    if stored is not None and stored > newest:
        raise StartError(
            f"The data in {home.root} was written by a newer LocalMind (schema {stored}; this one knows {newest}). "
            "Nothing was changed. Update LocalMind, or set LOCALMIND_HOME to another folder."
        )
    if stored is not None:
        snapshot(home, f"schema{stored}")
    home.database.touch(mode=0o600, exist_ok=True)
    # Imported here because a start with a current schema, the usual one, must not pay for Alembic.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database"] = home.database
    command.upgrade(config, "head")
