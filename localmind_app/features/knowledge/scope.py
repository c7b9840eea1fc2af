"""Which collections a search may read, and what of them it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.errors import NotFound

from .tables import CollectionRow
from .vectors.names import index_name


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
    rows = session.scalars(
        select(CollectionRow).where(
            CollectionRow.id.in_(collection_ids), CollectionRow.user_id == user_id, CollectionRow.deleted_at.is_(None)
        )
    )
    found = {row.id: row for row in rows}
    for one in collection_ids:
        if one not in found:
            raise NotFound("There is no collection {collection}.", collection=one)
    return [
        Scope(
            row.id, row.embedder, index_name(row.number, row.embedder), row.first_chunk, row.past_chunk, row.chunks_live
        )
        for row in found.values()
    ]
