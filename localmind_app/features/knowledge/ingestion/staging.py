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
    ids = [work.task.document_id for work in works]
    documents = {row.id: row for row in session.scalars(select(DocumentRow).where(DocumentRow.id.in_(ids)))}
    tasks = {row.document_id: row for row in session.scalars(select(TaskRow).where(TaskRow.document_id.in_(ids)))}
    wanted: list[tuple[Work, DocumentRow, TaskRow]] = []
    for work in works:
        document, row = documents.get(work.task.document_id), tasks.get(work.task.document_id)
        if document is None or document.deleted_at is not None:
            continue
        if row is not None and row.id == work.task.id and not row.cancelled:
            wanted.append((work, document, row))
    forget_parsed(session, [document.id for work, document, _ in wanted if not work.kept])
    staged = _staged(session, [work for work, _, _ in wanted])
    for work, document, row in wanted:
        version = document.version + 1
        if not work.kept:
            session.add(ParsedRow(document_id=document.id, version=version, data=work.data))
            row.version, row.sha256 = version, work.sha256
            if work.document is not None and work.document.media_type:
                document.media_type = work.document.media_type
            work.kept = True
        found[work] = _same(work, version, staged.get((document.id, version), []))
    return found


def _staged(session: Session, works: Sequence[Work]) -> dict[tuple[str, int], list[tuple[int, bytes, int | None]]]:
    """What is there of the versions that come next: ordinals, digests, and whether the vector is (else None)."""
    found: dict[tuple[str, int], list[tuple[int, bytes, int | None]]] = {}
    for embedder in {work.task.embedder for work in works}:
        ids = [work.task.document_id for work in works if work.task.embedder == embedder]
        rows = session.execute(
            select(ChunkRow.document_id, ChunkRow.version, ChunkRow.ordinal, ChunkRow.digest, VectorRow.chunk_id)
            .outerjoin(VectorRow, (VectorRow.chunk_id == ChunkRow.id) & (VectorRow.embedder == embedder))
            .join(DocumentRow, (DocumentRow.id == ChunkRow.document_id) & (ChunkRow.version == DocumentRow.version + 1))
            .where(ChunkRow.document_id.in_(ids))
            .order_by(ChunkRow.document_id, ChunkRow.ordinal)
        )
        for row in rows:
            found.setdefault((row[0], row[1]), []).append((row[2], row[3], row[4]))
    return found


def _same(work: Work, version: int, rows: Sequence[tuple[int, bytes, int | None]]) -> Staged:
    same = len(rows) <= len(work.pieces) and all(
        row[0] == at and row[1] == digest(work.pieces[at]) and row[2] is not None for at, row in enumerate(rows)
    )
    return Staged(version, len(rows) if same else 0, discard=not same)
