"""Searching by hand: the passages for a question, whether they have to do with it, and how they were found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from localmind_app.core.database import Database

from .answering import record
from .answering.relevance import relevance
from .answering.weights import weigh
from .found import Found
from .search import Search

# Lower than that of answers: somebody who looks for themself is better shown too much than nothing. Chosen on the first
# set of tests/bench/retrieval/absent.py and reported on the second; docs/benchmarks.md, "Retrieval".
FLOOR = 0.38


@dataclass(frozen=True)
class Finding:
    """What was found. `near` is `answering.relevance`; `absent` says that nothing has to do with the question."""

    found: Found
    near: float
    absent: bool


async def find(
    database: Database, search: Search, user_id: str, question: str, collections: Sequence[str], limit: int
) -> Finding:
    """The best passages. Raises as `Search.search`."""
    found = await search.search(user_id, question, collections, limit)
    terms = await database.read(lambda session: weigh(session, question, search.frequencies))
    near = relevance(found, question, terms, [f"{one.heading}\n{one.text}" for one in found.hits])
    # Without vectors only passages with words of the question were found, which says more than their share of it.
    return Finding(found, near, absent=near < FLOOR and bool(found.dense))


async def explain(database: Database, finding: Finding, collections: Sequence[str]) -> dict[str, Any]:
    """The search in the form pages read, as `answering.record` keeps it of answers."""
    found = finding.found

    def work(session: Session) -> dict[str, Any]:
        named = record.names(session, collections)
        return record.body(
            session, found, named, (), query=found.query, relevance=finding.near, absent=finding.absent, whole=False
        )

    return {**await database.read(work), "floor": FLOOR}
