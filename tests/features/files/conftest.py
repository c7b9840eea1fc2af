"""The routes behind the guard, two people, and their clients. No engine: files need none."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from localmind_app.core.home import Home
from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.accounts.links import new_link
from localmind_app.features.accounts.secrets import digest
from localmind_app.features.accounts.tables import SessionRow, UserRow
from localmind_app.features.services import Services, open_services
from localmind_app.web.application import api, guarded

HOST = "127.0.0.1:8765"
OTHER_TOKEN = "other-session"


@pytest.fixture
async def opened(home: Home) -> AsyncIterator[Services]:
    services = await open_services(home)
    yield services
    await services.close()


@pytest.fixture
async def tokens(opened: Services) -> dict[str, str]:
    """Session tokens of the owner and of somebody else."""
    owner = await opened.accounts.open_link(new_link(opened.home), "")

    def add_person(session: Any) -> None:
        now = now_ms()
        person = UserRow(id=new_id(), name="other", role="member", password_hash=None, preferences={}, created_at=now)
        session.add(person)
        session.flush()
        session.add(
            SessionRow(
                digest=digest(OTHER_TOKEN),
                user_id=person.id,
                created_at=now,
                seen_at=now,
                expires_at=now + 3600_000,
                agent="",
            )
        )

    await opened.database.write(add_person)
    return {"owner": owner, "other": OTHER_TOKEN}


@pytest.fixture
async def people(opened: Services, tokens: dict[str, str]) -> dict[str, str]:
    """Ids of the owner and of somebody else."""
    found = {}
    for name, token in tokens.items():
        actor = await opened.accounts.actor(token)
        assert actor is not None
        found[name] = actor.user_id
    return found


@pytest.fixture
async def client_of(tokens: dict[str, str]) -> AsyncIterator[Callable[[str], httpx.AsyncClient]]:
    app = guarded(api(), 8765)
    async with AsyncExitStack() as stack:
        made: dict[str, httpx.AsyncClient] = {}
        for name, token in tokens.items():
            made[name] = await stack.enter_async_context(
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(app),
                    base_url=f"http://{HOST}",
                    headers={"Origin": f"http://{HOST}", "Cookie": f"localmind_session={token}"},
                )
            )
        yield made.__getitem__


@pytest.fixture
def owner(client_of: Callable[[str], httpx.AsyncClient]) -> httpx.AsyncClient:
    return client_of("owner")


@pytest.fixture
def other(client_of: Callable[[str], httpx.AsyncClient]) -> httpx.AsyncClient:
    return client_of("other")
