"""The ledger of egress: every request that leaves this machine on purpose is written down before it goes.

It does not decide what may leave: each use of the network has its own switch, and asks it first.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from .database import Base, Database
from .ids import new_id, now_ms

KEPT_MS = 90 * 24 * 3600 * 1000


class EgressRow(Base):
    """One request: when (ms since 1970), where to, what for, and the bytes of its body and of the answer's body.

    `reason` is what made LocalMind ask, such as ``chat:<id>``; empty where nothing of the kind did.
    """

    __tablename__ = "egress"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger, index=True)
    host: Mapped[str] = mapped_column(String(300))
    purpose: Mapped[str] = mapped_column(String(100))
    sent: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(100), default="")


@dataclass(frozen=True)
class Passage:
    """An entry of the ledger, as shown."""

    at: int
    host: str
    purpose: str
    sent: int
    received: int
    reason: str = ""


class EgressLedger:
    """The ledger in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, host: str, purpose: str, sent: int = 0, reason: str = "") -> str:
        """Write a request down that is about to go; the id for `finish`."""
        entry = new_id()
        texts = {"host": host[:300], "purpose": purpose[:100], "reason": reason[:100]}

        def work(session: Session) -> None:
            session.add(EgressRow(id=entry, at=now_ms(), sent=sent, received=0, **texts))

        await self._database.write(work)
        return entry

    async def finish(self, entry: str, received: int) -> None:
        """Add how much came back."""

        def work(session: Session) -> None:
            row = session.get(EgressRow, entry)
            if row is not None:
                row.received = received

        await self._database.write(work)

    async def note(self, host: str, purpose: str, size: int) -> None:
        """Write a request down that is about to go, whose answer is not counted."""
        await self.begin(host, purpose, size)

    async def entries(self, limit: int = 200) -> list[Passage]:
        """The newest entries."""

        def work(session: Session) -> list[Passage]:
            rows = session.scalars(select(EgressRow).order_by(EgressRow.id.desc()).limit(limit))
            return [Passage(row.at, row.host, row.purpose, row.sent, row.received, row.reason) for row in rows]

        return await self._database.read(work)


def purge(session: Session) -> int:
    """Remove entries older than three months; how many."""
    old = session.execute(delete(EgressRow).where(EgressRow.at < now_ms() - KEPT_MS).returning(EgressRow.id)).all()
    return len(old)
