"""The table of remote engines."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Float, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from localmind_app.core.database import Base


class RemoteRow(Base):
    """A server that may answer for the local engine; its row is the owner's consent to send text there.

    `base_url` has no /v1. `sealed_key` is only readable with the key file of the data folder. Prices are per million
    tokens. `probe` is the newest `remote_probe.Probe`, `state` the newest `remote_health.State`, both None before the
    first.
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
    created_at: Mapped[int] = mapped_column(BigInteger)
