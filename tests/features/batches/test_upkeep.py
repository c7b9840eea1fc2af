from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest
from sqlalchemy import delete

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.ids import new_id
from localmind_app.features.accounts.service import Actor, ensure_owner
from localmind_app.features.accounts.tables import UserRow
from localmind_app.features.batches.files import FileStore
from localmind_app.features.batches.tables import FileRow
from localmind_app.features.batches.upkeep import LEFT_BEHIND_SECONDS, tidy

pytestmark = pytest.mark.anyio


async def kept(home: Home, database: Database, actor: Actor) -> Path:
    files = FileStore(home, database)
    return files.path((await files.add(actor, "input.jsonl", "batch", io.BytesIO(b"{}\n"))).id)


async def test_files_of_an_account_that_is_gone_go_after_a_day(home: Home, database: Database) -> None:
    other = UserRow(id=new_id(), name="other", role="member", password_hash=None, preferences={}, created_at=1)
    with database.session() as session:
        owner = ensure_owner(session)
        session.add(other)
    mine = await kept(home, database, Actor(owner.id, owner.name, "owner"))
    theirs = await kept(home, database, Actor(other.id, other.name, "member"))
    left = home.batches / "batch-x.journal"
    left.write_bytes(b"")
    with database.session() as session:
        session.execute(delete(UserRow).where(UserRow.id == other.id))
        assert session.query(FileRow).count() == 1
    assert tidy(home) == 0  # one that is just being written has no row yet
    long_ago = time.time() - LEFT_BEHIND_SECONDS - 1
    for path in (mine, theirs, left):
        os.utime(path, (long_ago, long_ago))
    assert tidy(home) == 2
    assert list(home.batches.iterdir()) == [mine]
