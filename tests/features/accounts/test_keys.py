"""Keys from before there were scopes go on working."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.migrate import MIGRATIONS, prepare, stored_version
from localmind_app.features.accounts.rates import DEFAULTS
from localmind_app.features.accounts.secrets import digest
from localmind_app.features.accounts.service import AccountsService


@pytest.mark.anyio
async def test_an_old_key_may_do_everything(tmp_path: Path) -> None:
    home = Home.open(tmp_path)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["database"] = home.database
    command.upgrade(config, "0003")
    with closing(sqlite3.connect(home.database)) as old, old:
        old.execute("INSERT INTO users VALUES ('u', 'owner', 'owner', NULL, '{}', 1)")
        old.execute("INSERT INTO api_keys VALUES ('k', 'u', 'old', 'h', ?, 1, NULL)", (digest("lm-old"),))
    assert stored_version(home.database) == "0003"
    prepare(home)
    database = Database(home.database)
    holder = await AccountsService(database).key_holder("lm-old")
    database.close()
    assert holder is not None and holder.scopes is None and holder.key_limits == {}
    assert holder.user_limits == DEFAULTS
