"""A hub of our own, and a model to put there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from localmind_app.core.database import Database
from localmind_app.core.egress import EgressLedger
from localmind_app.features.models.carrier import Carrier, origin
from tests.features.models.fake_hub import FakeHub
from tests.models_factory import write_random_llama


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    running = FakeHub()
    yield running
    running.stop()


@pytest.fixture
def ledger(database: Database) -> EgressLedger:
    return EgressLedger(database)


@pytest.fixture
async def carrier(hub: FakeHub, ledger: EgressLedger) -> AsyncIterator[Carrier]:
    trusted = frozenset({origin(hub.base), origin(hub.store)})
    opened = Carrier(ledger, trusted, patience=5.0, hub=origin(hub.base))
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real model of about a megabyte."""
    path: Path = write_random_llama(tmp_path_factory.mktemp("gguf") / "small.gguf")
    return path.read_bytes()
