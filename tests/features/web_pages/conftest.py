"""A site of our own, and a fetcher that may ask it: the policy names its origins, nothing else is opened."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from localmind_app.core.database import Database
from localmind_app.core.egress import EgressLedger
from localmind_app.features.accounts.service import Actor
from localmind_app.features.accounts.tables import UserRow
from localmind_app.features.web_pages.fetch import Fetcher, Limits
from localmind_app.features.web_pages.resolving import Policy
from tests.features.web_pages.fake_site import FakeSite

HOST = "pages.example"
QUICK = Limits(bytes=2_000_000, seconds=20.0, silence=10.0, redirects=5)


@pytest.fixture
async def site() -> AsyncIterator[FakeSite]:
    running = await FakeSite().start()
    yield running
    await running.stop()


@pytest.fixture
def ledger(database: Database) -> EgressLedger:
    return EgressLedger(database)


class Names:
    """A resolver: what each name stands for, and how often it was asked."""

    def __init__(self) -> None:
        self.known: dict[str, list[list[str]]] = {HOST: [["127.0.0.1"]]}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        answers = self.known.get(host)
        if not answers:
            raise OSError("no such name")
        return answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
def base(site: FakeSite) -> str:
    return f"http://{HOST}:{site.port}"


@pytest.fixture
def make(ledger: EgressLedger, names: Names, base: str) -> Callable[..., Fetcher]:
    def made(limits: Limits = QUICK, near: tuple[str, ...] = (), **more: object) -> Fetcher:
        policy = Policy(frozenset((base, *near)))
        return Fetcher(ledger, policy=policy, resolver=names, limits=limits, **more)  # type: ignore[arg-type]

    return made


@pytest.fixture
def fetcher(make: Callable[..., Fetcher]) -> Fetcher:
    return make()


def person(database: Database, name: str, role: str) -> Actor:
    with database.session() as session:
        row = UserRow(id=name, name=name, role=role, password_hash=None, preferences={}, created_at=1)
        session.add(row)
    return Actor(name, name, role)


@pytest.fixture
def owner(database: Database) -> Actor:
    return person(database, "olga", "owner")


@pytest.fixture
def user(database: Database, owner: Actor) -> Actor:
    return person(database, "ulf", "user")
