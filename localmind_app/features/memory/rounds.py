"""One round of the memory's upkeep: read what is new by rules and by a model, make vectors, merge what is the same.

A model is asked only while the engine does nothing for anybody else. What the engine cannot do now waits.
"""

from __future__ import annotations

import logging
import time
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import Invalid, UserError
from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient

from . import asking, extraction, reading, relevance, store, words
from .fact import Fact
from .reading import Unread
from .tables import MemoryRow

log = logging.getLogger(__name__)

LONGEST = 45.0  # seconds; the rest waits for the next round
EMBEDDER = "all-minilm-l6-v2"
# What is made of a fact with it; a row with another one is made again.
FORM = f"{EMBEDDER}, sentence and questions"
FACTS_AT_ONCE, TEXTS_AT_ONCE = 64, 64
ALIKE = 0.93  # cosine from which two sentences with the same names say the same


class MemoryRound:
    """One round over everybody's new messages."""

    def __init__(self, home: Home, engine: EngineClient | None = None) -> None:
        self._home, self._given = home, engine
        self._until = time.monotonic() + LONGEST

    async def run(self) -> None:
        """Read by rules, then by a model, then make vectors and merge. What the engine cannot do now waits."""
        database, engine = Database(self._home.database), self._given or EngineClient.local(self._home)
        try:
            for user_id in await database.read(reading.readers):
                await self._read(database, engine, user_id)
                try:
                    await embed_missing(database, engine, user_id)
                except UserError as error:
                    log.info("The memories' vectors have to wait: %s", error)
        finally:
            if self._given is None:
                await engine.close()
            database.close()

    async def _read(self, database: Database, engine: EngineClient, user_id: str) -> None:
        while time.monotonic() < self._until:
            count, added = await database.write(lambda session: reading.read_by_rules(session, user_id))
            if added:
                log.info("%d new memories by rules", added)
            if count < reading.AT_ONCE:
                break
        model = await extraction.model_to_ask(engine)
        while model is not None and time.monotonic() < self._until and await _quiet(engine):
            if not await self._ask(database, engine, model, user_id):
                break

    async def _ask(self, database: Database, engine: EngineClient, model: str, user_id: str) -> bool:
        """Let the model read the next message that it has not read; False when there is none."""

        def following(session: Session) -> list[Unread]:
            return reading.unread(session, user_id, reading.reading(session, user_id).model_to, 50)

        messages = await database.write(following)
        for message in messages:
            asked = not message.invented and bool(extraction.worth_asking(message.text))
            facts: list[Fact] = []
            try:
                facts = await extraction.read(engine, model, message.text, user_id) if asked else []
            except Invalid as error:  # this model will never read it, such as one too long for it
                log.info("A model cannot read a message for memories: %s", error)
            except UserError as error:
                log.info("The model could not read a message for memories: %s", error)
                return False
            await database.write(partial(_take, user_id=user_id, message=message, facts=facts))
            if asked:
                return True  # looks again whether anybody else wants the engine
        return bool(messages)


def _take(session: Session, user_id: str, message: Unread, facts: list[Fact]) -> None:
    reading.take(session, user_id, message, lambda _: facts)
    reading.reading(session, user_id).model_to = message.id


async def _quiet(engine: EngineClient) -> bool:
    try:
        children = (await engine.health())["children"]
    except UserError:
        return False
    return not any(child["in_flight"] for child in children)


async def embed_missing(database: Database, engine: EngineClient, user_id: str) -> int:
    """Make the vectors that are missing, and merge near duplicates among the new ones; how many were made."""
    made = 0
    while True:
        query = select(MemoryRow).where(
            MemoryRow.user_id == user_id,
            MemoryRow.deleted_at.is_(None),
            (MemoryRow.vector.is_(None)) | (MemoryRow.embedder != FORM),
        )
        texts = await database.read(partial(_texts, query=query.limit(FACTS_AT_ONCE)))
        if not texts:
            return made
        each = list(dict.fromkeys(text for all_of_one in texts.values() for text in all_of_one[1:]))
        vectors = dict(zip(each, await _embedded(engine, each), strict=True))
        stored = {id: (text, np.stack([vectors[one] for one in rest])) for id, (text, *rest) in texts.items()}
        await database.write(partial(_keep, user_id=user_id, vectors=stored))
        made += len(texts)


def _texts(session: Session, query: Select[MemoryRow]) -> dict[str, tuple[str, ...]]:
    """By fact: its text, then what of it is made vectors."""
    return {
        row.id: (
            row.text,
            words.embedded(row.text, row.subject, row.attribute),
            *asking.questions(row.subject, row.attribute, row.value),
        )
        for row in session.scalars(query)
    }


async def _embedded(engine: EngineClient, texts: list[str]) -> list[NDArray[np.float32]]:
    found: list[list[float]] = []
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        found += await engine.embed(texts[start : start + TEXTS_AT_ONCE], EMBEDDER)
    return [np.asarray(vector, np.float32) for vector in found]


def _keep(session: Session, user_id: str, vectors: dict[str, tuple[str, NDArray[np.float32]]]) -> None:
    for id, (text, made) in vectors.items():
        row = session.get(MemoryRow, id)
        if row is not None and row.text == text:  # not edited meanwhile
            row.vector, row.embedder = relevance.stored(made), FORM
    session.flush()
    dimension = next((made.shape[1] for _, made in vectors.values()), 0)
    merge(session, user_id, list(vectors), dimension)


def merge(session: Session, user_id: str, ids: list[str], dimension: int) -> int:
    """Drop those of `ids` that say what another current fact says: alike in meaning, with the same names, numbers and
    negation, and of no other key. The older one stays. Returns how many were dropped."""
    rows = [row for row in store.known(session, user_id) if row.valid_to is None and row.embedder == FORM]
    if len(rows) < 2:
        return 0
    matrix = np.stack([relevance.vectors(row.vector or b"", dimension)[0] for row in rows])
    dropped: set[str] = set()
    for place, row in enumerate(rows):
        if row.id not in ids:
            continue
        for other in np.flatnonzero(matrix[:place] @ matrix[place] >= ALIKE):
            if _one_key(row, older := rows[int(other)]) and older.id not in dropped and _same_things(row, older):
                dropped.add(row.id)
                break
    for row in rows:
        if row.id in dropped:
            words.remove(session, row.id)
            session.delete(row)
    session.flush()
    return len(dropped)


def _one_key(row: MemoryRow, older: MemoryRow) -> bool:
    """Whether no two different keys keep them apart."""
    return not (row.attribute and older.attribute) or (row.subject, row.attribute) == (older.subject, older.attribute)


def _same_things(row: MemoryRow, older: MemoryRow) -> bool:
    """Whether both name the same people, places and numbers, and both say yes or both no."""
    named = [{words.stem(name) for name in words.names(f". {one.text}")} for one in (row, older)]
    return named[0] == named[1] and store.bare(row.text)[1] == store.bare(older.text)[1]
