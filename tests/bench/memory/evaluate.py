"""Lets the memory read a made-up life, and counts what it finds of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.ids import new_id
from localmind_app.engine.client import EngineClient
from localmind_app.features.accounts.tables import UserRow
from localmind_app.features.chat import search
from localmind_app.features.chat.tables import ChatRow, MessageRow
from localmind_app.features.memory import reading
from localmind_app.features.memory.recall import question, recall
from localmind_app.features.memory.rounds import EMBEDDER, FORM, embed_missing
from localmind_app.features.memory.service import MemoryService
from localmind_app.features.memory.store import known

from .conversations import Life, Question, Turn, answer

AT = 5


@dataclass
class Figures:
    """What came out of one life. Counters are by kind of question."""

    asked: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)  # evidence among the first five
    first: Counter[str] = field(default_factory=Counter)  # evidence first
    searched: Counter[str] = field(default_factory=Counter)  # evidence among the first five of full-history search
    outdated: list[str] = field(default_factory=list)  # questions that were given what no longer holds as current
    silent: int = 0  # absence: nothing returned
    returned: int = 0  # absence: facts returned
    stated: int = 0
    extracted: int = 0
    junk: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        """Count another life too."""
        for name, value in vars(other).items():
            mine = getattr(self, name)
            setattr(self, name, mine + value)


def person(session: Session, name: str) -> str:
    """A user of their own for each life."""
    user = UserRow(id=new_id(), name=name, role="member", password_hash=None, preferences={}, created_at=1)
    session.add(user)
    session.flush()
    return user.id


def write(session: Session, memory: MemoryService, user_id: str, chats: list[list[Turn]]) -> dict[tuple[int, int], str]:
    """Store conversations with their times; the message id of each (session, turn)."""
    ids = {}
    for number, turns in enumerate(chats):
        chat = ChatRow(
            id=new_id(turns[0].at), user_id=user_id, title="", model=None, system_prompt="", sampling={}, pinned=False,
            leaf_id=None, seq=0, floor=0, created_at=turns[0].at, updated_at=turns[0].at, deleted_at=None,
        )  # fmt: skip
        session.add(chat)
        session.flush()
        for place, turn in enumerate(turns):
            for role, text, at in (("user", turn.text, turn.at), ("assistant", answer(place), turn.at + 1000)):
                row = MessageRow(
                    id=new_id(at), chat_id=chat.id, parent_id=chat.leaf_id, role=role, text=text, status="complete",
                    created_at=at,
                )  # fmt: skip
                session.add(row)
                session.flush()
                chat.leaf_id = row.id
                search.index(session, chat.id, row.id, text)
                if role == "user":
                    ids[number, place] = row.id
                    row.memory = memory.notice(session, chat, row)
    return ids


async def read(database: Database, engine: EngineClient, user_id: str) -> None:
    """What the worker does with new messages."""
    while (await database.write(lambda session: reading.read_by_rules(session, user_id)))[0]:
        pass
    await embed_missing(database, engine, user_id)


async def evaluate(database: Database, engine: EngineClient, life: Life, name: str) -> Figures:
    """Write a life down, read it, ask its questions."""
    memory = MemoryService(database, engine)
    user_id = await database.write(lambda session: person(session, name))
    ids = await database.write(lambda session: write(session, memory, user_id, life.sessions))
    await read(database, engine, user_id)
    figures = Figures()
    told = {ids[n, p]: turn for n, turns in enumerate(life.sessions) for p, turn in enumerate(turns)}
    rows = await database.read(lambda session: known(session, user_id))
    sources = {row.message_id for row in rows}
    figures.stated = sum(turn.topic is not None for turn in told.values())
    figures.extracted = sum(turn.topic is not None and id in sources for id, turn in told.items())
    figures.junk = [
        f"{told[row.message_id or ''].text} → {row.text}" for row in rows if not told[row.message_id or ""].topic
    ]
    vectors = await engine.embed([one.text for one in life.questions], EMBEDDER)
    for one, vector in zip(life.questions, vectors, strict=True):
        asked = question(one.text, life.now, vector, FORM)
        found = await database.read(lambda session, asked=asked: recall(session, user_id, asked, AT))
        history = await database.read(lambda session, one=one: search.ranked_messages(session, user_id, one.text, AT))
        _count(
            figures,
            one,
            [entry.memory.message for entry in found],
            [e.memory.message for e in found if e.current],
            history,
            ids,
        )
    return figures


def _count(
    figures: Figures, one: Question, found: list[str | None], current: list[str | None], history: list[str],
    ids: dict[tuple[int, int], str],
) -> None:  # fmt: skip
    figures.asked[one.kind] += 1
    if one.evidence is None:
        figures.returned += len(found)
        figures.silent += not found
        return
    wanted = ids[one.evidence]
    figures.found[one.kind] += wanted in found
    figures.first[one.kind] += found[:1] == [wanted]
    figures.searched[one.kind] += wanted in history
    if wanted not in found:
        figures.missed.append(f"{one.kind}: {one.text}")
    if any(ids[old] in current for old in one.outdated):
        figures.outdated.append(one.text)
