"""Searching by hand: the passages for a question, and how they were found in the form pages read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from localmind_app.core.database import Database

from .answering import record
from .found import Found
from .search import Search

_OF_ANSWERS = ("relevance", "floor", "absent", "whole")  # what only answers from documents have


async def find(
    database: Database, search: Search, user_id: str, question: str, collections: Sequence[str], limit: int
) -> tuple[Found, dict[str, Any]]:
    """The best passages, and the search as `answering.record` keeps it. Raises as `Search.search`."""
    found = await search.search(user_id, question, collections, limit)

    def work(session: Any) -> dict[str, Any]:
        named = record.names(session, collections)
        return record.body(session, found, named, (), query=question, relevance=0.0, absent=False, whole=False)

    body = await database.read(work)
    return found, {name: value for name, value in body.items() if name not in _OF_ANSWERS}
