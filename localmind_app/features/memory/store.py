"""Facts go in and out: what a new one means for those that are known. Works on an open database session.

Nothing is overwritten: a newer value ends the older fact, which is kept. Only forgetting removes.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.chat import given

from . import words
from .fact import Fact, folded
from .tables import MemoryRow

KEPT_AFTER_FORGETTING_MS = 60 * 60 * 1000
_NEGATIONS = frozenset(
    ("not", "no", "never", "don't", "doesn't", "can't", "cannot", "isn't", "nicht", "kein", "keine", "keinen", "nie")
)


def known(session: Session, user_id: str) -> list[MemoryRow]:
    """Every fact of one person that is not forgotten, ended ones too, the oldest first."""
    query = select(MemoryRow).where(MemoryRow.user_id == user_id, MemoryRow.deleted_at.is_(None))
    return list(session.scalars(query.order_by(MemoryRow.created_at, MemoryRow.id)))


def add(
    session: Session,
    user_id: str,
    fact: Fact,
    *,
    said: int,
    chat_id: str | None,
    message_id: str | None,
    text: str = "",
) -> MemoryRow | None:
    """Take a fact in that was said at `said` (ms since 1970); None when it is known, or only ends another one."""
    rows = known(session, user_id)
    text = text or fact.text
    same = [row for row in rows if _same_key(row, fact)]
    if fact.kind == "ended":
        _end(same or rows, fact, said)
        return None
    twin = next((row for row in rows if row.valid_to is None and is_twin(row, fact, text)), None)
    if twin is not None and fact.kind == "holds":
        return None
    fresh = MemoryRow(
        id=new_id(),
        user_id=user_id,
        text=text,
        span=fact.span,
        message_id=message_id,
        chat_id=chat_id,
        subject=fact.subject,
        attribute=fact.attribute,
        value=fact.value,
        valid_from=min(said, fact.since) if fact.since else said,
        valid_to=None,
        superseded_by=None,
        created_at=said,
        deleted_at=None,
        source=fact.source,
        vector=None,
        embedder=None,
    )
    session.add(fresh)
    session.flush()
    if fact.kind == "held":
        fresh.valid_to = said
        if twin is not None:
            twin.valid_to, twin.superseded_by = said, fresh.id
    elif not fact.many:
        _supersede(same, fresh)
    words.index(session, user_id, fresh.id, text, words.keys(fact.subject, fact.attribute))
    session.flush()
    return fresh


def _same_key(row: MemoryRow, fact: Fact) -> bool:
    return fact.attribute is not None and (row.subject, row.attribute) == (fact.subject, fact.attribute)


def is_twin(row: MemoryRow, fact: Fact, text: str) -> bool:
    """Whether both say the same: the same value of the same key, or the same words."""
    if folded(row.text) == folded(text):
        return True
    if row.attribute and fact.attribute:
        return _same_key(row, fact) and row.value == fact.value
    return bare(row.text) == bare(text)


def bare(text: str) -> tuple[frozenset[str], bool]:
    """The stems of a sentence's content words, and whether it is a negative one."""
    spoken = text.casefold().replace("’", "'").split()
    return frozenset(words.stems(text)), any(word.strip(".,!") in _NEGATIONS for word in spoken)


def _end(rows: Iterable[MemoryRow], fact: Fact, said: int) -> None:
    """End what no longer holds: the same value, or one that has it in it ("nurse" ends "nurse at a hospital")."""
    wanted = words.stems(fact.value or "")
    for row in rows:
        right = row.attribute == fact.attribute and row.valid_to is None and row.created_at <= said
        if right and wanted and wanted <= words.stems(f"{row.value} {row.subject}"):
            row.valid_to = max(row.valid_from, said)


def _supersede(same: list[MemoryRow], fresh: MemoryRow) -> None:
    """Of one key only what was said last holds; a fact that is read late may be the older one."""
    for row in same:
        if row.created_at <= fresh.created_at:
            if row.valid_to is None:
                row.valid_to, row.superseded_by = max(row.valid_from, fresh.valid_from), fresh.id
        elif fresh.valid_to is None and (row.valid_to is None or row.superseded_by):
            fresh.valid_to, fresh.superseded_by = max(fresh.valid_from, row.valid_from), row.id


def forget(session: Session, rows: Iterable[MemoryRow]) -> list[str]:
    """Forget facts: they are found no more, and gone for good after an hour. Returns their ids."""
    ids = []
    for row in rows:
        row.deleted_at = now_ms()
        words.remove(session, row.id)
        ids.append(row.id)
    session.flush()
    return ids


def restore(session: Session, rows: Iterable[MemoryRow]) -> None:
    """Undo `forget`."""
    for row in rows:
        row.deleted_at = None
        words.index(session, row.user_id, row.id, row.text, words.keys(row.subject, row.attribute))
    session.flush()


def purge(session: Session) -> int:
    """Remove for good what was forgotten more than an hour ago; returns how many. Words that accounts left go too."""
    old = MemoryRow.deleted_at < now_ms() - KEPT_AFTER_FORGETTING_MS
    gone: dict[str, list[str]] = {}
    for id, user_id in session.execute(select(MemoryRow.id, MemoryRow.user_id).where(old)):
        gone.setdefault(user_id, []).append(id)
    for user_id, theirs in gone.items():
        given.forget(session, user_id, theirs)
    ids = [id for theirs in gone.values() for id in theirs]
    session.execute(delete(MemoryRow).where(MemoryRow.id.in_(ids)))
    words.remove_gone(session)
    return len(ids)
