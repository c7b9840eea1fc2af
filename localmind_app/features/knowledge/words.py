"""The index of words: BM25 over SQLite's FTS5, beside the chunks in the same database and the same transactions.

The table is contentless (the text is in `chunks`), its row ids are chunk ids, and it holds live chunks only. Words
come prepared by `terms`, so that a question and a text are always read alike.
Not covered: PostgreSQL.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import text
from sqlalchemy.orm import Session

from .terms import Term, asked, parts, words

# Weights of the columns heading, body and parts in BM25; others gain nothing (tests/bench/retrieval/tune.py).
WEIGHTS = (2.0, 1.0, 0.5)
POSTINGS = 2_000  # chunks ranked because of single words, 1 or 2 µs for each: more find no more
PAIRED = 4  # more frequent words that are looked for in pairs
PAIR_POSTINGS = 500  # chunks that have both of a pair, over all pairs, as many as chance would make them
FREQUENT = 0.2  # a word in more than this share of all chunks tells nothing, where there are others
KEPT_SECONDS = 600.0  # how long a word's frequency is believed


@dataclass(frozen=True)
class Entry:
    """What of a chunk is indexed."""

    chunk_id: int
    heading: str
    text: str


@dataclass(frozen=True)
class Weighed:
    """A term with how many chunks have it, and its inverse document frequency (natural logarithm, above 0)."""

    term: Term
    chunks: int
    idf: float


@dataclass(frozen=True)
class Asked:
    """A question as the index reads it: all its terms, and those that too many chunks have to be looked for alone."""

    terms: tuple[Weighed, ...]
    left_out: tuple[str, ...]
    match: str


@dataclass(frozen=True)
class Prepared:
    """A chunk as the index takes it: its words, which are made before a transaction begins."""

    rows: tuple[dict[str, object], ...]


def prepare(entries: Iterable[Entry]) -> Prepared:
    """The words of chunks, some three thousand chunks a second."""
    return Prepared(tuple(_row(entry) for entry in entries))


def add(session: Session, prepared: Prepared) -> None:
    """Make chunks findable by their words. A chunk must not be added twice."""
    if prepared.rows:
        session.execute(
            text("INSERT INTO chunk_search (rowid, heading, body, parts) VALUES (:id, :heading, :body, :parts)"),
            list(prepared.rows),
        )


def remove(session: Session, prepared: Prepared) -> None:
    """Take chunks out again; `prepared` must be made from what `add` was given."""
    if prepared.rows:
        session.execute(
            text(
                "INSERT INTO chunk_search (chunk_search, rowid, heading, body, parts) "
                "VALUES ('delete', :id, :heading, :body, :parts)"
            ),
            list(prepared.rows),
        )


def clear(session: Session) -> None:
    """Take everything out, to add it again."""
    session.execute(text("INSERT INTO chunk_search (chunk_search) VALUES ('delete-all')"))


def size(session: Session) -> int:
    """How many chunks the index holds."""
    return int(session.execute(text("SELECT count(*) FROM chunk_search_docsize")).scalar_one())


def _row(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.chunk_id,
        "heading": " ".join(words(entry.heading)),
        "body": " ".join(words(entry.text)),
        "parts": " ".join(parts(f"{entry.heading}\n{entry.text}")),
    }


class Frequencies:
    """How many chunks have a word, remembered for ten minutes: counting a frequent word reads all its entries."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, int]] = {}
        self._total: tuple[float, int] = (-KEPT_SECONDS, 0)

    def total(self, session: Session) -> int:
        """How many chunks there are."""
        at, count = self._total
        if time.monotonic() - at > KEPT_SECONDS / 10:
            count = size(session)
            self._total = (time.monotonic(), count)
        return count

    def of(self, session: Session, wanted: Iterable[str]) -> dict[str, int]:
        """The counts of words; 0 for one that is nowhere."""
        now, connection, found = time.monotonic(), session.connection(), {}
        for word in wanted:
            at, count = self._known.get(word, (-KEPT_SECONDS, 0))
            # What is nowhere may be added at any moment, and is counted at once.
            if count == 0 or now - at > KEPT_SECONDS:
                row = connection.exec_driver_sql("SELECT doc FROM chunk_search_words WHERE term = ?", (word,))
                count = int(row.scalar() or 0)
                if len(self._known) > 100_000:
                    self._known.clear()
                self._known[word] = (now, count)
            found[word] = count
        return found


def read(session: Session, question: str, frequencies: Frequencies) -> Asked:
    """What of `question` to look for. Never raises for any string; `match` is empty where nothing can be found."""
    wanted = asked(question)
    total = max(frequencies.total(session), 1)
    counts = frequencies.of(session, {word for term in wanted for word in term.words})
    weighed = []
    for term in wanted:
        # How often words stand together is not known without reading them; the rarest of them bounds it.
        count = min(counts[word] for word in term.words)
        if count or not all(word.isascii() for word in term.words):  # FTS5 may fold a rare letter otherwise
            weighed.append(Weighed(term, count, math.log(1 + (total - count + 0.5) / (count + 0.5))))
    weighed.sort(key=lambda one: one.chunks)
    kept: list[Weighed] = []
    others: list[Weighed] = []
    budget = POSTINGS
    for one in weighed:
        frequent = one.chunks > max(FREQUENT * total, 50)
        if not kept or not (frequent or one.chunks > budget):
            kept.append(one)
            budget -= one.chunks
        else:
            others.append(one)
    left_out = tuple(" ".join(one.term.words) for one in others)
    single = [_phrase(one.term.words) for one in kept]
    return Asked(tuple(weighed), left_out, " OR ".join([*single, *_pairs(others, total)]))


def _pairs(others: Sequence[Weighed], total: int) -> list[str]:
    """Two more frequent words that a chunk has both: found quickly, and telling together. The rarest pair at least."""
    chosen = [one for one in others[:PAIRED] if one.chunks <= FREQUENT * total]
    made: list[str] = []
    budget = float(PAIR_POSTINGS)
    for one, other in sorted(combinations(chosen, 2), key=lambda pair: pair[0].chunks * pair[1].chunks):
        budget -= one.chunks * other.chunks / total
        if made and budget < 0:
            break
        made.append(f"({_phrase(one.term.words)} AND {_phrase(other.term.words)})")
    return made


def _phrase(standing: Sequence[str]) -> str:
    """Words that stand together, quoted: no character of them can be read as query syntax."""
    return '"' + " ".join(word.replace('"', "") for word in standing) + '"'


def find(session: Session, match: str, spans: Sequence[tuple[int, int]], limit: int) -> list[tuple[int, float]]:
    """The best chunks for a `match` of `read`: (chunk id, BM25 score, higher is better), best first.

    `spans` are the ranges of ids to search, the end excluded: one for each collection.
    """
    if not match:
        return []
    found: list[tuple[int, float]] = []
    for first, past in spans:
        rows = session.execute(
            text(
                "SELECT rowid, -bm25(chunk_search, :heading, :body, :parts) AS score FROM chunk_search "
                "WHERE chunk_search MATCH :match AND rowid >= :first AND rowid < :past ORDER BY score DESC LIMIT :limit"
            ),
            {
                "match": match, "first": first, "past": past, "limit": limit,
                "heading": WEIGHTS[0], "body": WEIGHTS[1], "parts": WEIGHTS[2],
            },
        )  # fmt: skip
        found += [(int(row[0]), float(row[1])) for row in rows]
    return sorted(found, key=lambda one: (-one[1], one[0]))[:limit]
