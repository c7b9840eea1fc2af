"""A chat of a known owner, on an open session: the floor that turns, tree and journal work on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.accounts.service import ensure_owner
from localmind_app.features.chat.tables import ChatRow


def add_chat(session: Session) -> ChatRow:
    """A new, empty chat of the owner."""
    now = now_ms()
    chat = ChatRow(
        id=new_id(),
        user_id=ensure_owner(session).id,
        title="",
        model=None,
        system_prompt="",
        sampling={},
        pinned=False,
        leaf_id=None,
        seq=0,
        floor=0,
        created_at=now,
        updated_at=now,
        deleted_at=None,
    )
    session.add(chat)
    session.flush()
    return chat


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.session() as opened:
        yield opened


@pytest.fixture
def chat(session: Session) -> ChatRow:
    return add_chat(session)
