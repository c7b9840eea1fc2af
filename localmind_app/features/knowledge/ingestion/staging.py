"""What of a document is in the database before it is searchable: its text, and the first of its pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..store import digest
from ..tables import ChunkRow, DocumentRow, ParsedRow, VectorRow
from .queue import Task, forget_parsed
from .tables import TaskRow
from .work import Work


@dataclass(frozen=True)
class Staged:
    """Version `version` is being made; `stored` pieces of it are there, or useless ones are (`discard`)."""

    version: int
    stored: int
    discard: bool


def kept_text(session: Session, task: Task) -> bytes | None:
    """The text a killed worker kept, if it is of the version that comes next."""
    row = session.get(ParsedRow, (task.document_id, task.version))
    document = session.get(DocumentRow, task.document_id)
    return row.data if row is not None and document is not None and task.version == document.version + 1 else None


def prepare(session: Session, works: Sequence[Work]) -> dict[Work, Staged]:
    """Keep the texts of `works`; those that are still wanted, with what is there of them."""
    found: dict[Work, Staged] = {}
    for work in works:
        document = session.get(DocumentRow, work.task.document_id)
        row = session.get(TaskRow, work.task.document_id)
        if document is None or row is None or row.id != work.task.id or row.cancelled:
            continue
        version = document.version + 1
        if not work.kept:
            forget_parsed(session, document.id)
            session.add(ParsedRow(document_id=document.id, version=version, data=work.data))
            row.version, row.sha256 = version, work.sha256
            if work.document is not None and work.document.media_type:
                document.media_type = work.document.media_type
            work.kept = True
        found[work] = _staged(session, work, version)
    return found


def _staged(session: Session, work: Work, version: int) -> Staged:
    rows = session.execute(
        select(ChunkRow.ordinal, ChunkRow.digest, VectorRow.chunk_id)
        .outerjoin(VectorRow, (VectorRow.chunk_id == ChunkRow.id) & (VectorRow.embedder == work.task.embedder))
        .where(ChunkRow.document_id == work.task.document_id, ChunkRow.version == version)
        .order_by(ChunkRow.ordinal)
    ).all()
    same = len(rows) <= len(work.pieces) and all(
        row[0] == at and row[1] == digest(work.pieces[at]) and row[2] is not None for at, row in enumerate(rows)
    )
    return Staged(version, len(rows) if same else 0, discard=not same)
