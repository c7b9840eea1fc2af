"""One running product for the tests of the public API, with keys of every kind."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import httpx
import openai
import pytest

from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.accounts.keys import create_key
from localmind_app.features.accounts.secrets import digest, new_secret
from tests.product import Product, running


@pytest.fixture(scope="package")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("api") / "home") as started:
        yield started


@pytest.fixture(scope="package")
def key(product: Product) -> str:
    """A key of the owner that may do everything."""
    return create_key(product.home, "tests")


@pytest.fixture(scope="package")
def others_key(product: Product) -> str:
    """A key of a second person."""
    user, made, now = new_id(), f"lm-{new_secret()}", now_ms()
    with closing(sqlite3.connect(product.home.database, timeout=10)) as database, database:
        database.execute(
            "INSERT INTO users (id, name, role, preferences, created_at) VALUES (?, 'other', 'member', '{}', ?)",
            (user, now),
        )
        database.execute(
            "INSERT INTO api_keys (id, user_id, name, hint, digest, created_at) VALUES (?, ?, 'k', 'h', ?, ?)",
            (new_id(), user, digest(made), now),
        )
    return made


@pytest.fixture(scope="package")
def http(product: Product) -> Iterator[Callable[[str], httpx.Client]]:
    """Makes clients that speak HTTP with a key."""
    made: list[httpx.Client] = []

    def client(key: str) -> httpx.Client:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        made.append(httpx.Client(base_url=product.base, headers=headers, timeout=60))
        return made[-1]

    yield client
    for one in made:
        one.close()


@pytest.fixture(scope="package")
def api(http: Callable[[str], httpx.Client], key: str) -> httpx.Client:
    return http(key)


@pytest.fixture(scope="package")
def client(product: Product, key: str) -> Iterator[openai.OpenAI]:
    """The official client."""
    with openai.OpenAI(base_url=f"{product.base}/v1", api_key=key, max_retries=0, timeout=60) as made:
        yield made
