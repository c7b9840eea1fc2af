"""The tables of remote engines and of what they took."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Float, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from localmind_app.core.database import Base


class RemoteRow(Base):
    """A server that may answer for the local engine; its row is the owner's consent to send text there.

    `base_url` has no /v1. `sealed_key` is only readable with the key file of the data folder. Prices are per million
    tokens. `probe` is the newest `probe.Probe`, `state` the newest `engine.State`, both None before the first.
    `allowed` are the names of the models that may be used, None for all.
    """

    __tablename__ = "remote_engines"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    label: Mapped[str] = mapped_column(String(100))
    base_url: Mapped[str] = mapped_column(String(300))
    sealed_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    position: Mapped[int] = mapped_column(Integer)
    enabled: Mapped[bool]
    price_in: Mapped[float | None] = mapped_column(Float)
    price_out: Mapped[float | None] = mapped_column(Float)
    currency: Mapped[str] = mapped_column(String(3))
    probe: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    allowed: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[int] = mapped_column(BigInteger)


class SpendRow(Base):
    """What an engine took on one day (UTC, YYYY-MM-DD) in one currency: answers, tokens read and written, money.

    `estimated` where it did not count the tokens of every answer itself.
    """

    __tablename__ = "remote_spend"

    engine_id: Mapped[str] = mapped_column(ForeignKey("remote_engines.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    answers: Mapped[int] = mapped_column(Integer)
    tokens_read: Mapped[int] = mapped_column(BigInteger)
    tokens_written: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[float] = mapped_column(Float)
    estimated: Mapped[bool]
