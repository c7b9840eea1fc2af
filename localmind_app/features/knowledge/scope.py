"""Which collections a search may read, and what of them it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from localmind_app.core.errors import NotFound

from .tables import CHUNK_BITS, CollectionRow
from .vectors.names import index_name

_COLLECTIONS = CollectionRow.__table__.c  # plain columns: making objects takes longer than the whole query
_OWNED = (
    select(_COLLECTIONS.id, _COLLECTIONS.number, _COLLECTIONS.embedder, _COLLECTIONS.chunks_live)
    .where(_COLLECTIONS.id.in_(bindparam("ids", expanding=True)), _COLLECTIONS.user_id == bindparam("user_id"))
    .where(_COLLECTIONS.deleted_at.is_(None))
)


@dataclass(frozen=True)
class Scope:
    """A collection to search: its vector index, the range of its chunk ids (the end excluded), how many are live."""

    collection_id: str
    embedder: str
    index: str
    first: int
    past: int
    live: int


def scopes(session: Session, user_id: str, collection_ids: Sequence[str]) -> list[Scope]:
    """The collections asked for. Raises NotFound when one of them is not there or not this person's."""
    rows = session.execute(_OWNED, {"ids": list(collection_ids), "user_id": user_id})
    found = {row.id: row for row in rows}
    for one in collection_ids:
        if one not in found:
            raise NotFound("There is no collection {collection}.", collection=one)
    return [
        Scope(
            row.id,
            row.embedder,
            index_name(row.number, row.embedder),
            row.number << CHUNK_BITS,
            (row.number + 1) << CHUNK_BITS,
            row.chunks_live,
        )
        for row in found.values()
    ]
