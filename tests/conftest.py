"""Fixtures every floor uses: a fresh data folder and a migrated database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.migrate import prepare


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A data folder with a database of the newest schema."""
    home = Home.open(tmp_path / "home")
    prepare(home)
    return home


@pytest.fixture
def database(home: Home) -> Iterator[Database]:
    opened = Database(home.database)
    yield opened
    opened.close()
