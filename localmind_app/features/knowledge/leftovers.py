"""What the database cannot take along when it forgets rows: an account goes with all that is its own in one moment, and
neither the index of words, which has no text, nor the vector index hears of it.

Nothing is noted when that happens: what these two have is compared with the collections and chunks there are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from localmind_app.core.database import Database

from . import words
from .store import index_names
from .tables import CollectionRow
from .vectors.client import Away, Broken, VectorClient

_STEP = 500  # chunks in one transaction
_LOOK = 20_000  # chunks whose words are read at once: each look goes through the whole index
_OURS = re.compile(r"c\d+-[a-zA-Z0-9-]{0,30}-[0-9a-f]{8}")  # as `vectors.names` makes them
_COLUMNS = ("heading", "body", "parts")


async def remove(database: Database, vectors: VectorClient) -> int:
    """Remove the words and the vector indexes of what is gone; how many chunks and indexes.

    Where the vector index is away its turn comes the next time, and that of the words too: they tell that it is needed.
    """
    gone = await database.read(_gone_chunks)
    try:
        dropped = await _drop_indexes(database, vectors, wanted=bool(gone))
    except (Away, Broken):
        return 0
    for start in range(0, len(gone), _LOOK):
        rows = await database.read(partial(_words, ids=gone[start : start + _LOOK]))
        for at in range(0, len(rows), _STEP):
            await database.write(partial(words.remove, prepared=words.Prepared(tuple(rows[at : at + _STEP]))))
    return len(gone) + dropped


def _gone_chunks(session: Session) -> list[int]:
    rows = session.execute(
        text(
            "SELECT listed.id FROM chunk_search_docsize AS listed LEFT JOIN chunks ON chunks.id = listed.id "
            "WHERE chunks.id IS NULL ORDER BY listed.id"
        )
    )
    return [int(row[0]) for row in rows]


def _words(session: Session, ids: Sequence[int]) -> list[dict[str, object]]:
    """The words of chunks as the index has them. It forgets a chunk by its words, wherever in the chunk they stand."""
    session.execute(
        text(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.chunk_search_places "
            "USING fts5vocab (main, chunk_search, 'instance')"
        )
    )
    made: dict[int, dict[str, object]] = {one: {"id": one, **dict.fromkeys(_COLUMNS, "")} for one in ids}
    rows = session.execute(
        text(
            "SELECT doc, col, group_concat(term, ' ') FROM temp.chunk_search_places "
            "WHERE doc BETWEEN :first AND :last GROUP BY doc, col"
        ),
        {"first": ids[0], "last": ids[-1]},
    )
    for chunk, column, terms in rows:
        if chunk in made:
            made[chunk][column] = terms
    return list(made.values())


async def _drop_indexes(database: Database, vectors: VectorClient, *, wanted: bool) -> int:
    """Drop vector indexes no collection has. Chroma, where nobody needed it yet, is opened only if that is `wanted`."""
    if not wanted and not (await vectors.health())["open"]:
        return 0
    # The index is asked first: a collection is in the database before anything of it is there.
    there = await vectors.counts()
    known = await database.read(_known_indexes)
    gone = [name for name in there if _OURS.fullmatch(name) and name not in known]
    for name in gone:
        await vectors.drop(name)
    return len(gone)


def _known_indexes(session: Session) -> set[str]:
    return {name for row in session.scalars(select(CollectionRow)) for name in index_names(row)}
