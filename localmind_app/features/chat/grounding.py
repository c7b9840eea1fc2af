"""What an answer stands on: the documents a chat asks, searched before the answer and compared with it afterwards.

A chat asks the collections attached to it, those the message names, and its own, which holds the files sent along. An
answer waits until these are read, and says which of them could not be.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import Invalid, NotFound, UserError
from localmind_app.features.knowledge.answering import followup, passages, prompt, quote
from localmind_app.features.knowledge.answering.service import AnsweringService, Asked
from localmind_app.features.knowledge.tables import CollectionRow, DocumentRow
from localmind_app.features.knowledge.views import DocumentView

from .tables import ChatRow, MessageRow

MOST_COLLECTIONS = 20
POLL_SECONDS = 0.25
# Without any change for so long the answer comes without the file: the worker is gone, or has too much to do.
PATIENCE_SECONDS = 600.0
_SETTLED = ("ready", "failed", "cancelled")

# Puts files into the chat's own collection to be read, for a user id, a chat id and file ids; twice is no harm.
Attach = Callable[[str, str, Sequence[str]], Awaitable[Sequence[DocumentView]]]
Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Grounds:
    """What one answer stands on. `sources` and `found` are kept on it; `block` takes the question's place in the
    request, empty where there is nothing to add. `pieces` are the answer itself where no model is asked."""

    sources: dict[str, Any]
    found: dict[str, Any] | None = None
    block: str = ""
    pieces: tuple[str, ...] | None = None


@dataclass(frozen=True)
class _Turn:
    """What of a chat is needed for one answer. `kept` are the sources of an answer that is continued."""

    user_id: str
    question: str
    before: str
    files: dict[str, str]
    collections: list[str]
    quote: bool
    kept: dict[str, Any] | None


@dataclass(frozen=True)
class _State:
    """How far a file is."""

    id: str
    name: str
    state: str
    progress: float
    error: dict[str, Any] | None


class Grounding:
    """Grounds answers of any chat. Without `attach`, files that are sent along are not read."""

    def __init__(self, database: Database, answering: AnsweringService, attach: Attach | None = None) -> None:
        self._database, self._answering, self._attach = database, answering, attach

    async def prepare(self, message_id: str, *, starter: bool, context: int | None, tell: Tell) -> Grounds | None:
        """The grounds of an answer that is about to be written; None where no documents are asked.

        `starter`: the built-in model would answer, which cannot read. `context` is the model's, in tokens. `tell` gets
        the stages a reader waits for.
        """
        turn, chat_id = await self._database.read(lambda session: _turn(session, message_id))
        quoting = turn.quote or starter
        if turn.kept and not quoting:
            read = passages.restored(turn.kept["passages"])
            facts = {"absent": turn.kept["absent"], "whole": turn.kept["whole"]}
            return Grounds(turn.kept, block=prompt.block(read, turn.question, **facts) if read else "")
        documents, failed = await self._read(chat_id, turn, tell) if turn.files and self._attach else ([], [])
        asked, live = await self._database.read(
            lambda session: _asked(session, turn.user_id, chat_id, turn.collections)
        )
        if not asked and not failed:
            return None
        if not live:
            mode = "quote" if quoting else "model"
            sources = {"mode": mode, "absent": quoting, "whole": False, "passages": [], "failed": failed}
            return Grounds(sources, pieces=(quote.NOTHING,) if quoting else None)
        tell({"stage": "searching"})
        wanted = Asked(turn.question, asked, turn.before, documents, context or 0, quoting)
        made = await self._answering.prepare(turn.user_id, wanted)
        return Grounds({**made.sources, "failed": failed}, made.found, made.block, made.pieces if quoting else None)

    async def check(self, message_id: str) -> dict[str, Any] | None:
        """The sources of a finished answer with what its markers and sentences are worth; None where it has none."""

        def work(session: Session) -> tuple[dict[str, Any], str] | None:
            row = session.get(MessageRow, message_id)
            return (row.sources, row.text) if row is not None and row.sources and row.status != "streaming" else None

        found = await self._database.read(work)
        return await self._answering.check(*found) if found and found[0]["passages"] else None

    async def _read(self, chat_id: str, turn: _Turn, tell: Tell) -> tuple[list[str], list[dict[str, Any]]]:
        """Wait until the files of a message are read: (ids of the documents, files that could not be read)."""
        assert self._attach is not None
        try:
            attached = await self._attach(turn.user_id, chat_id, list(turn.files))
        except UserError as error:
            # The answer comes all the same, and says what it lacks.
            return [], [{"name": name, "error": error.body()["error"]} for name in turn.files.values()]
        ids = [one.id for one in attached]
        changed, seen = time.monotonic(), list[_State]()
        while True:
            states = await self._database.read(lambda session: _states(session, ids))
            if states != seen:
                changed, seen = time.monotonic(), states
            waiting = [one for one in states if one.state not in _SETTLED]
            if not waiting or time.monotonic() - changed > PATIENCE_SECONDS:
                return [one.id for one in states if one.state == "ready"], _failed(states)
            first = max(waiting, key=lambda one: one.progress)
            tell({"stage": "reading", "file": first.name, "progress": round(first.progress, 3)})
            await asyncio.sleep(POLL_SECONDS)


def named(session: Session, user_id: str, collection_ids: Iterable[str]) -> list[dict[str, str]]:
    """A person's collections as {id, name}. Raises NotFound, and Invalid for too many."""
    wanted = list(dict.fromkeys(collection_ids))
    if len(wanted) > MOST_COLLECTIONS:
        raise Invalid("At most {limit} collections can be asked at once.", limit=MOST_COLLECTIONS)
    known = {one["id"]: one for one in present(session, user_id, wanted)}
    for one in wanted:
        if one not in known:
            raise NotFound("There is no collection {collection}.", collection=one)
    return [known[one] for one in wanted]


def present(session: Session, user_id: str, collection_ids: Sequence[str]) -> list[dict[str, str]]:
    """Those of the collections that are still there and this person's, in order."""
    rows = session.execute(
        select(CollectionRow.id, CollectionRow.name).where(
            CollectionRow.id.in_(collection_ids), CollectionRow.user_id == user_id, CollectionRow.deleted_at.is_(None)
        )
    )
    names = {row.id: row.name for row in rows}
    return [{"id": one, "name": names[one]} for one in collection_ids if one in names]


def asking(collections: list[dict[str, str]], quoting: bool) -> dict[str, Any] | None:
    """What a message of the user's keeps of whom it asks; None for a plain one."""
    return {"collections": collections, "quote": quoting} if collections or quoting else None


def _turn(session: Session, message_id: str) -> tuple[_Turn, str]:
    answer = session.get_one(MessageRow, message_id)
    chat = session.get_one(ChatRow, answer.chat_id)
    question = session.get_one(MessageRow, answer.parent_id)
    earlier = _question_before(session, question)
    asked = question.sources or {}
    collections = [one["id"] for one in asked.get("collections", [])]
    before = earlier.text if earlier else ""
    if not collections and earlier is not None and followup.rewritten(question.text, before):
        # "And in 2020?" asks whom the question before it asked.
        collections = [one["id"] for one in (earlier.sources or {}).get("collections", [])]
    turn = _Turn(
        user_id=chat.user_id,
        question=question.text,
        before=before,
        files={one["id"]: one["name"] for one in question.files or []},
        collections=list(dict.fromkeys([*chat.collections, *collections])),
        quote=bool(asked.get("quote")),
        kept=answer.sources if answer.text else None,
    )
    return turn, chat.id


def _question_before(session: Session, question: MessageRow) -> MessageRow | None:
    row = session.get(MessageRow, question.parent_id) if question.parent_id else None
    while row is not None and row.role != "user":
        row = session.get(MessageRow, row.parent_id) if row.parent_id else None
    return row


def _asked(session: Session, user_id: str, chat_id: str, collections: Sequence[str]) -> tuple[list[str], bool]:
    """The collections to search, with the chat's own, and whether there is anything in them."""
    own = select(CollectionRow.id).where(CollectionRow.kind == "chat", CollectionRow.chat_id == chat_id)
    wanted = list(dict.fromkeys([*collections, *session.scalars(own)]))
    found = [one["id"] for one in present(session, user_id, wanted)]
    live = select(func.coalesce(func.sum(CollectionRow.chunks_live), 0)).where(CollectionRow.id.in_(found))
    return found, bool(session.scalar(live))


def _states(session: Session, document_ids: Sequence[str]) -> list[_State]:
    rows = session.scalars(select(DocumentRow).where(DocumentRow.id.in_(document_ids)).order_by(DocumentRow.id))
    return [_State(row.id, row.name, "ready" if row.version else row.state, row.progress, row.error) for row in rows]


def _failed(states: Sequence[_State]) -> list[dict[str, Any]]:
    """The files that nothing can be found in, with the reason where one is known."""
    return [
        {"name": one.name, "error": one.error.get("error", one.error) if one.error else None}
        for one in states
        if one.state != "ready"
    ]
