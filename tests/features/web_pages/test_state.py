"""The acts of the settings page's section, on real services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from reflex.state import State

from localmind_app.core.home import Home
from localmind_app.features.accounts.acting import current
from localmind_app.features.accounts.links import new_link
from localmind_app.features.accounts.service import Actor
from localmind_app.features.notice import NoticeState
from localmind_app.features.services import Services, open_services
from localmind_app.features.web_pages.state import WebPagesState


@pytest.fixture
async def services(home: Home) -> AsyncIterator[Services]:
    opened = await open_services(home)
    yield opened
    await opened.close()


@pytest.fixture
async def owner(services: Services, home: Home) -> AsyncIterator[Actor]:
    token = await services.accounts.open_link(new_link(home), "")
    assert token is not None
    actor = await services.accounts.actor(token)
    assert actor is not None
    was = current.set(actor)
    yield actor
    current.reset(was)


def section() -> WebPagesState:
    root: Any = State(_reflex_internal_init=True)
    found = root.get_substate(WebPagesState.get_full_name().split("."))
    assert isinstance(found, WebPagesState)
    return found


async def act(state: WebPagesState, name: str, *given: Any) -> None:
    await WebPagesState.event_handlers[name].fn(state, *given)


async def test_from_off_to_a_searxng(services: Services, owner: Actor) -> None:
    state = section()
    await act(state, "load")
    assert (state.search, state.pages, state.engine, state.mine) == (False, False, "public", True)
    await act(state, "allow_search", True)
    await act(state, "allow_pages", True)
    assert state.search and state.pages
    await act(state, "choose", "searxng")
    assert state.engine == "searxng"
    assert (await services.web_pages.settings(owner)).engine == "public", "not before its address is known"
    await act(state, "keep_address", {"searxng": "http://user@search.lan"})
    assert "name or password" in state.error
    await act(state, "keep_address", {"searxng": "http://192.168.1.20:8888/search"})
    assert (state.error, state.searxng) == ("", "http://192.168.1.20:8888")
    kept = await services.web_pages.settings(owner)
    assert kept.body() == {"search": True, "pages": True, "engine": "searxng", "searxng": "http://192.168.1.20:8888"}
    await act(state, "choose", "public")
    await act(state, "choose", "searxng")
    assert (await services.web_pages.settings(owner)).engine == "searxng"


async def test_somebody_else_only_looks(services: Services, owner: Actor) -> None:
    was = current.set(Actor("someone", "someone", "user"))
    state = section()
    await act(state, "load")
    assert not state.mine
    await act(state, "allow_pages", True)
    assert not state.pages
    notice = (await state.get_state(NoticeState)).notice
    assert (notice.kind, "Only the owner" in notice.message) == ("error", True)
    current.reset(was)
    assert not (await services.web_pages.settings(owner)).pages
