"""Puts hostile texts wherever LocalMind shows text that somebody else may have written, straight into its data."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing

from localmind_app.core.database import Database
from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.accounts.service import add_key, ensure_owner
from localmind_app.features.chat.tables import ChatRow, MessageRow
from tests.models_factory import write_random_llama
from tests.product import Product


def add_chats(product: Product, batches: Sequence[Sequence[str]]) -> list[str]:
    """One chat per batch: every text is a title, an instruction, a question and the answer to it; returns their ids."""
    database = Database(product.home.database)
    with closing(database), database.session() as session:
        user, chats = ensure_owner(session).id, []
        for batch in batches:
            chats.append(new_id())
            session.add(_chat(chats[-1], user, batch[0], "\n".join(batch)))
            session.flush()
            parent = None
            for text in batch:
                for role in ("user", "assistant"):
                    row = MessageRow(
                        id=new_id(), chat_id=chats[-1], parent_id=parent, role=role, text=text, status="complete",
                        model=text[:100], finish="stop", error=None, usage=None, client_id=None, created_at=now_ms(),
                    )  # fmt: skip
                    session.add(row)
                    session.flush()
                    parent = row.id
            session.get_one(ChatRow, chats[-1]).leaf_id = parent
        for batch in batches:
            for text in batch[1:]:
                session.add(_chat(new_id(), user, text[:200], ""))
        return chats


def _chat(chat: str, user: str, title: str, prompt: str) -> ChatRow:
    return ChatRow(
        id=chat, user_id=user, title=title[:300], model="fast", system_prompt=prompt, sampling={}, pinned=False,
        leaf_id=None, seq=0, floor=0, created_at=now_ms(), updated_at=now_ms(), deleted_at=None,
    )  # fmt: skip


def add_key_names(product: Product, names: Sequence[str]) -> None:
    """An API key of each name."""
    database = Database(product.home.database)
    with closing(database), database.session() as session:
        for name in names:
            if name.strip():
                add_key(session, ensure_owner(session).id, name)


def add_models(product: Product, names: Sequence[str]) -> int:
    """A model file of each name that a file can have; some say it inside too. Returns how many."""
    made = 0
    for name in names:
        if "/" in name or "\0" in name or len(os.fsencode(name)) > 200 or not name.strip() or name.startswith("."):
            continue
        file = product.home.models / f"{name}.gguf"
        if made < 5:
            write_random_llama(file)
        else:
            os.link(product.home.models / "fast.gguf", file)
        made += 1
    return made
