"""What the memory does. Every call takes the acting user; a fact of somebody else reads as not found.

Chats call two of its methods: `notice` when a message is stored, `remind` before an answer is asked for.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import Invalid, NotFound, TooLarge, UserError
from localmind_app.core.ids import now_ms
from localmind_app.engine.client import EngineClient
from localmind_app.features.accounts.service import Actor
from localmind_app.features.accounts.tables import UserRow
from localmind_app.features.chat import tree
from localmind_app.features.chat.reminder import Reminder
from localmind_app.features.chat.tables import ChatRow, MessageRow

from . import block, explicit, reading, rules, store, words
from .fact import LONGEST_TEXT, Fact, sentence
from .recall import Question, question, recall
from .rounds import EMBEDDER, FORM
from .tables import MemoryRow
from .views import Memory, Recalled, view

LIST_LIMIT = 1000
# An answer does not wait longer for the question's vector; words, names and time find a lot without it.
EMBED_SECONDS = 1.5
NEW_AT_ONCE = 5  # memories an answer gets beside those of the answers before it
MOST_IN_PROMPT = 12
NEAR = 20  # messages: what was said in the newest ones needs no reminder
LONGEST_QUESTION = 2000


def owned(session: Session, actor: Actor, memory_id: str, *, forgotten: bool = False) -> MemoryRow:
    """The acting user's fact. Raises NotFound when it is somebody else's, forgotten, or never was."""
    row = session.get(MemoryRow, memory_id)
    if row is None or row.user_id != actor.user_id or (row.deleted_at is not None) != forgotten:
        raise NotFound("There is no such memory. It may have been forgotten.")
    return row


class MemoryService:
    """Memories in one database, with the engine's embedder."""

    def __init__(self, database: Database, engine: EngineClient) -> None:
        self._database, self._engine = database, engine

    # Seeing

    async def memories(self, actor: Actor, query: str = "") -> list[Memory]:
        """What is known of the acting user, the newest first; only what has a word of `query`, if given."""

        def work(session: Session) -> list[Memory]:
            rows = sorted(store.known(session, actor.user_id), key=lambda row: (row.created_at, row.id), reverse=True)
            wanted = words.stems(query)
            if query.strip():
                low = query.strip().casefold()
                found = set(words.ranked(session, actor.user_id, query, LIST_LIMIT))
                rows = [
                    row
                    for row in rows
                    if row.id in found or low in row.text.casefold() or (wanted and wanted <= words.stems(row.text))
                ]
            return [view(row) for row in rows[:LIST_LIMIT]]

        return await self._database.read(work)

    async def recall(self, actor: Actor, text: str, at: int | None = None, limit: int = 5) -> list[Recalled]:
        """What helps with a question that is asked at `at` (ms since 1970; now if not given)."""
        asked = await self._question(text, at or now_ms())
        return await self._database.read(lambda session: recall(session, actor.user_id, asked, limit))

    async def of_message(self, actor: Actor, message_id: str) -> list[Memory]:
        """The memories that a message names: those an answer was given, or those a message was kept in.

        Raises NotFound when the message is somebody else's; what was forgotten since is not in the list.
        """

        def work(session: Session) -> list[Memory]:
            row = session.get(MessageRow, message_id)
            chat = session.get(ChatRow, row.chat_id) if row else None
            if row is None or chat is None or chat.user_id != actor.user_id:
                raise NotFound("This message is not in the chat any more.")
            ids = [id for name in ("recalled", "remembered") for id in (row.memory or {}).get(name, [])]
            found = _by_ids(session, actor.user_id, ids)
            return [view(found[id]) for id in ids if id in found]

        return await self._database.read(work)

    async def export(self, actor: Actor) -> str:
        """Everything that is known of the acting user, ended facts too, as JSON."""

        def work(session: Session) -> str:
            rows = store.known(session, actor.user_id)
            entries = [
                {
                    **view(row).body(),
                    "span": row.span,
                    "subject": row.subject,
                    "attribute": row.attribute,
                    "value": row.value,
                }
                for row in rows
            ]
            return json.dumps(
                {"format": "localmind-memories", "version": 1, "memories": entries}, ensure_ascii=False, indent=1
            )

        return await self._database.read(work)

    # Changing

    async def add(self, actor: Actor, text: str) -> Memory:
        """Remember a sentence that the person wrote on the page. Raises Invalid and TooLarge."""
        text = _checked(text)

        def work(session: Session) -> Memory:
            fact = _read_again(text)
            row = store.add(
                session, actor.user_id, fact, said=now_ms(), chat_id=None, message_id=None, text=sentence(text)
            )
            if row is None:
                raise Invalid("This is known already. Nothing was changed.")
            return view(row)

        return await self._database.write(work)

    async def edit(self, actor: Actor, memory_id: str, text: str) -> Memory:
        """Put a fact into other words; they count from now on as the person's own. Raises Invalid and TooLarge."""
        text = _checked(text)

        def work(session: Session) -> Memory:
            row, fact = owned(session, actor, memory_id), _read_again(text)
            row.text, row.span, row.source = sentence(text), text, "explicit"
            row.subject, row.attribute, row.value = fact.subject, fact.attribute, fact.value
            row.vector = row.embedder = None
            words.index(session, actor.user_id, row.id, row.text, words.keys(row.subject, row.attribute))
            session.flush()
            return view(row)

        return await self._database.write(work)

    async def forget(self, actor: Actor, ids: Sequence[str]) -> None:
        """Forget facts; `restore` brings them back within the hour, after that they are gone for good."""
        await self._database.write(lambda session: store.forget(session, [owned(session, actor, id) for id in ids]))

    async def forget_everything(self, actor: Actor) -> list[str]:
        """Forget all facts; their ids, for `restore`."""
        return await self._database.write(lambda session: store.forget(session, store.known(session, actor.user_id)))

    async def restore(self, actor: Actor, ids: Sequence[str]) -> None:
        """Undo `forget`."""
        await self._database.write(
            lambda session: store.restore(session, [owned(session, actor, id, forgotten=True) for id in ids])
        )

    # Switches

    async def is_on(self, actor: Actor) -> bool:
        """Whether the acting user wants a memory; on until switched off."""
        return await self._database.read(lambda session: reading.is_on(session, actor.user_id))

    async def switch(self, actor: Actor, on: bool) -> None:
        """Switch the memory on or off. What is known stays; while it is off nothing is read, and nothing used.

        Messages that were written while it was off are not read later.
        """

        def work(session: Session) -> None:
            user = session.get_one(UserRow, actor.user_id)
            was = reading.is_on(session, actor.user_id)
            user.preferences = {**user.preferences, reading.PREFERENCE: on}
            if on and not was:
                _skip(session, actor.user_id)

        await self._database.write(work)

    # What chats call

    def notice(self, session: Session, chat: ChatRow, message: MessageRow) -> dict[str, Any] | None:
        """Do what a message that is being stored asks of the memory; what was done, to be kept with the message."""
        wishes = explicit.wishes(message.text)
        if not wishes or not chat.remembers or not reading.is_on(session, chat.user_id):
            return None
        done: dict[str, Any] = {}
        for wish in wishes:
            if wish.kind == "remember":
                rows = explicit.remember(
                    session, chat.user_id, wish, said=message.created_at, chat_id=chat.id, message_id=message.id
                )
                done["remembered"] = [*done.get("remembered", []), *(row.id for row in rows)]
            else:
                done["forgot"] = [*done.get("forgot", []), *explicit.forget(session, chat.user_id, wish)]
        return done

    async def remind(self, chat_id: str, answer_id: str) -> Reminder | None:
        """What the model is told of the person for the answer that is about to be written; None for nothing.

        Memories of the answers before stay in their place, so that the beginning of the prompt changes only where
        something new is recalled, and what the engine has computed of it is used again.
        """

        def look(session: Session) -> tuple[str, str, list[str], list[str]] | None:
            chat = session.get_one(ChatRow, chat_id)
            if not chat.remembers or not reading.is_on(session, chat.user_id) or not _any(session, chat.user_id):
                return None
            shown = tree.path(session, answer_id)
            asked = next((row.text for row in reversed(shown) if row.role == "user"), "")
            before = [id for row in shown if row.memory for id in row.memory.get("recalled", [])]
            return chat.user_id, asked, list(dict.fromkeys(before)), [row.id for row in shown[-NEAR:]]

        known = await self._database.read(look)
        if known is None:
            return None
        user_id, text, before, near = known
        asked = await self._question(text, now_ms())

        def work(session: Session) -> list[MemoryRow]:
            fresh = [one.memory.id for one in recall(session, user_id, asked, NEW_AT_ONCE, without=near)]
            rows = _by_ids(session, user_id, [*before, *fresh])
            return [rows[id] for id in dict.fromkeys([*before, *fresh]) if id in rows][-MOST_IN_PROMPT:]

        rows = await self._database.read(work)
        if not rows:
            return None
        record = {"recalled": [row.id for row in rows]}
        return Reminder(block.written(rows, asked.now), record, block.lines(rows, asked.now), block.FRAME)

    async def _question(self, text: str, now: int) -> Question:
        text = text[-LONGEST_QUESTION:]
        try:
            async with asyncio.timeout(EMBED_SECONDS):
                [vector] = await self._engine.embed([text], EMBEDDER)
        except (TimeoutError, UserError):
            return question(text, now)
        return question(text, now, vector, FORM)


def _any(session: Session, user_id: str) -> bool:
    query = select(MemoryRow.id).where(MemoryRow.user_id == user_id, MemoryRow.deleted_at.is_(None))
    return session.scalar(query.limit(1)) is not None


def _by_ids(session: Session, user_id: str, ids: Iterable[str]) -> dict[str, MemoryRow]:
    query = select(MemoryRow).where(MemoryRow.id.in_(list(ids)), MemoryRow.user_id == user_id)
    return {row.id: row for row in session.scalars(query.where(MemoryRow.deleted_at.is_(None)))}


def _skip(session: Session, user_id: str) -> None:
    """Count everything that was written so far as read."""
    query = select(MessageRow.id).join(ChatRow, ChatRow.id == MessageRow.chat_id).where(ChatRow.user_id == user_id)
    newest = session.scalar(query.order_by(MessageRow.id.desc()).limit(1))
    place = reading.reading(session, user_id)
    if newest is not None:
        place.rules_to = place.model_to = newest


def _checked(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Invalid("There is nothing to remember. Write a sentence first.")
    if len(text) > LONGEST_TEXT:
        raise TooLarge("A memory has at most {limit} characters. Nothing was changed.", limit=LONGEST_TEXT)
    return text


def _read_again(text: str) -> Fact:
    """The key of a sentence that was written on purpose, where a rule finds exactly one."""
    facts = rules.read(text, now_ms())
    if len(facts) == 1 and facts[0].kind == "holds":
        fact = facts[0]
        return Fact(text, fact.subject, fact.attribute, fact.value, many=fact.many, since=fact.since, source="explicit")
    return Fact(text, source="explicit")
