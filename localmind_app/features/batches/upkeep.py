"""What the worker removes each hour: files of batches that nobody has any more, since their account is gone."""

from __future__ import annotations

import time

from sqlalchemy import select

from localmind_app.core.database import Database
from localmind_app.core.home import Home

from .tables import BatchRow, FileRow

# A file is written before its row; nothing is written to one for so long unless its request is gone.
LEFT_BEHIND_SECONDS = 24 * 3600.0


def tidy(home: Home) -> int:
    """Remove them; how many."""
    database = Database(home.database)
    try:
        before = time.time() - LEFT_BEHIND_SECONDS
        old = [path for path in home.batches.glob("*") if path.is_file() and path.stat().st_mtime < before]
        with database.session() as session:
            known = {*session.scalars(select(FileRow.id)), *session.scalars(select(BatchRow.id))}
        gone = [path for path in old if path.name.split(".")[0] not in known]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)
    finally:
        database.close()
