"""Where the files in the models folder came from."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from localmind_app.core.database import Base


class ModelFileRow(Base):
    """A file that LocalMind put into the models folder; `path` is relative to it, with slashes.

    `entry` is the id in the catalogue, where it is from there. `source` is an address or a path, `revision` the
    hub's commit. `vouched` says whose SHA-256 it was checked against: "catalogue", "hub" or "nobody".
    """

    __tablename__ = "model_files"

    path: Mapped[str] = mapped_column(String(500), primary_key=True)
    entry: Mapped[str | None] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(String(1000))
    revision: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    vouched: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[int] = mapped_column(BigInteger)
