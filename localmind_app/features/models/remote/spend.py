"""What remote engines took so far, by day: written with each answer, of chats and of the API alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from .origin import Cost
from .tables import RemoteRow, SpendRow


@dataclass(frozen=True)
class Spent:
    """A sum in one currency, since the engine was added and in this month (UTC)."""

    currency: str
    amount: float = 0.0
    month: float = 0.0
    answers: int = 0
    tokens_read: int = 0
    tokens_written: int = 0
    estimated: bool = False


def add(session: Session, engine_id: str, cost: Cost) -> None:
    """Count an answer. An engine that was removed meanwhile has no account any more."""
    if session.get(RemoteRow, engine_id) is None:
        return
    day = datetime.now(UTC).date().isoformat()
    row = session.get(SpendRow, (engine_id, day, cost.currency))
    if row is None:
        row = SpendRow(engine_id=engine_id, day=day, currency=cost.currency, answers=0, tokens_read=0,
                       tokens_written=0, amount=0.0, estimated=False)  # fmt: skip
        session.add(row)
    row.answers += 1
    row.tokens_read += cost.read
    row.tokens_written += cost.written
    row.amount += cost.amount
    row.estimated = row.estimated or cost.estimated


def spent(session: Session) -> dict[str, tuple[Spent, ...]]:
    """The sums of every engine that took anything, by its id, the newest currency first."""
    month = datetime.now(UTC).date().isoformat()[:7]
    sums: dict[str, dict[str, Spent]] = {}
    for row in session.scalars(select(SpendRow).order_by(SpendRow.day.desc())):
        known = sums.setdefault(row.engine_id, {})
        before = known.get(row.currency, Spent(row.currency))
        known[row.currency] = replace(
            before,
            amount=before.amount + row.amount,
            month=before.month + (row.amount if row.day.startswith(month) else 0.0),
            answers=before.answers + row.answers,
            tokens_read=before.tokens_read + row.tokens_read,
            tokens_written=before.tokens_written + row.tokens_written,
            estimated=before.estimated or row.estimated,
        )
    return {engine: tuple(found.values()) for engine, found in sums.items()}
