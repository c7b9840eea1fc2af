"""A running product for the reliability proofs, or an engine alone, and what they look at from outside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient
from tests.engine.conftest import Engine, wait_ready
from tests.product import Product, running


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One product per file: what one file kills must not disturb another."""
    with running(tmp_path_factory.mktemp("product") / "home") as started:
        started.sign_in()
        yield started


@pytest.fixture
def engine(home: Home) -> Iterator[Engine]:
    """A real engine over the test's own models; each file says in its `home` which these are."""
    started = Engine(home)
    started.start()
    yield started
    started.stop()


@pytest.fixture
async def client(engine: Engine) -> AsyncIterator[EngineClient]:
    made = EngineClient.local(engine.home)
    await wait_ready(made)
    yield made
    await made.close()
