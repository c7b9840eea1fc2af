"""The durable list of documents to take in, on an open database session. Whoever is told first is served first.

A chat's attachments go before everything else. The web process adds and cancels; only the worker takes and ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from localmind_app.core.ids import new_id, now_ms

from ..store import UNFINISHED
from ..tables import CollectionRow, DocumentRow, ParsedRow
from ..used_files import forget
from .tables import PauseRow, TaskRow

CHAT, USUAL = 0, 1  # priorities


@dataclass(frozen=True)
class Task:
    """A document to take in; see `TaskRow`. `chat_id` is the chat that it was sent along in."""

    id: str
    document_id: str
    collection_id: str
    priority: int
    file_id: str | None
    sha256: str
    url: str | None
    name: str
    version: int
    tries: int
    embedder: str
    chat_id: str | None = None

    @property
    def is_page(self) -> bool:
        """Whether it is read from the web."""
        return self.file_id is None and self.url is not None


def put(session: Session, document: DocumentRow, *, priority: int, file_id: str | None, sha256: str) -> list[str]:
    """Let a document be read (again). What was kept of another source is forgotten; what searches find stays.

    Returns the contents that nobody needs any more (see `used_files.forget`).
    """
    session.flush()  # the document may have been made just now
    row = session.get(TaskRow, document.id)
    before = row.file_id if row is not None else None
    if row is None:
        row = TaskRow(document_id=document.id, collection_id=document.collection_id, version=0)
        session.add(row)
    elif row.sha256 != sha256 or file_id is None:
        row.version = 0
    row.id, row.priority, row.file_id, row.sha256 = new_id(), priority, file_id, sha256
    row.tries, row.cancelled, row.note = 0, False, None
    document.state, document.progress, document.error, document.updated_at = "queued", 0.0, None, now_ms()
    if document.version == 0 and file_id is not None:
        document.file_id = file_id  # nothing is cited from the one before
    return forget(session, [before])


def cancel(session: Session, document_ids: Iterable[str]) -> int:
    """Let documents be as they are; how many. The worker removes what was made already."""
    ended = 0
    for row in session.scalars(select(TaskRow).where(TaskRow.document_id.in_(list(document_ids)))):
        document = session.get_one(DocumentRow, row.document_id)
        if row.cancelled or document.state not in UNFINISHED:
            continue
        row.cancelled, row.note = True, None
        # What was searchable before still is; only the new version is given up.
        document.state, document.progress = ("ready", 1.0) if document.version else ("cancelled", 0.0)
        document.updated_at = now_ms()
        ended += 1
    return ended


_LIVE = (
    select(TaskRow, DocumentRow.url, DocumentRow.name, CollectionRow.embedder, CollectionRow.chat_id)
    .join(DocumentRow, DocumentRow.id == TaskRow.document_id)
    .join(CollectionRow, CollectionRow.id == TaskRow.collection_id)
    .outerjoin(PauseRow, PauseRow.collection_id == TaskRow.collection_id)
    .where(TaskRow.cancelled.is_(False), CollectionRow.deleted_at.is_(None), PauseRow.collection_id.is_(None))
    .where(DocumentRow.state.in_(UNFINISHED), DocumentRow.deleted_at.is_(None))
)


def waiting(session: Session, most: int, besides: Collection[str]) -> list[Task]:
    """The next tasks, in order, without those of the documents `besides`."""
    rows = session.execute(
        _LIVE.where(TaskRow.document_id.not_in(besides)).order_by(TaskRow.priority, TaskRow.id).limit(most)
    )
    return [_task(*row) for row in rows]


def live(session: Session, document_ids: Collection[str]) -> dict[str, str]:
    """Which of these documents are still to be taken in, with the id of the wish."""
    rows = session.execute(_LIVE.where(TaskRow.document_id.in_(document_ids)))
    return {row[0].document_id: row[0].id for row in rows}


def cancelled(session: Session) -> list[str]:
    """Documents whose leftovers are to be removed."""
    return list(session.scalars(select(TaskRow.document_id).where(TaskRow.cancelled.is_(True))))


def drop(session: Session, document_id: str) -> list[str]:
    """End a cancelled task, with the text that was kept for it; contents that nobody needs any more."""
    row = session.get(TaskRow, document_id)
    if row is None or not row.cancelled:
        return []
    forget_parsed(session, [document_id])
    session.delete(row)
    document = session.get_one(DocumentRow, document_id)
    if document.version and abs(document.version) == row.version:  # the wish came after the last moment
        document.file_id = row.file_id
    return forget(session, [row.file_id])


def ended(session: Session) -> list[Task]:
    """Tasks whose document was committed by a worker that was killed before it could say so."""
    rows = session.execute(
        select(TaskRow, DocumentRow.url, DocumentRow.name, CollectionRow.embedder, CollectionRow.chat_id)
        .join(DocumentRow, DocumentRow.id == TaskRow.document_id)
        .join(CollectionRow, CollectionRow.id == TaskRow.collection_id)
        .where(TaskRow.cancelled.is_(False), DocumentRow.state == "ready")
    )
    return [_task(*row) for row in rows]


def forget_parsed(session: Session, document_ids: Sequence[str]) -> None:
    """Remove the text of versions that never became searchable."""
    version = select(func.abs(DocumentRow.version)).where(DocumentRow.id == ParsedRow.document_id).scalar_subquery()
    session.connection().execute(
        delete(ParsedRow).where(ParsedRow.document_id.in_(document_ids), ParsedRow.version != version)
    )


def finish(session: Session, tasks: Sequence[Task]) -> list[str]:
    """These documents were committed; contents of what they were made of before, where nobody needs it any more."""
    left: list[str | None] = []
    ids = [task.document_id for task in tasks]
    documents = {row.id: row for row in session.scalars(select(DocumentRow).where(DocumentRow.id.in_(ids)))}
    rows = {row.document_id: row for row in session.scalars(select(TaskRow).where(TaskRow.document_id.in_(ids)))}
    for task in tasks:
        document, row = documents.get(task.document_id), rows.get(task.document_id)
        if document is None:
            continue
        if document.file_id != task.file_id:
            left.append(document.file_id)
        document.file_id = task.file_id
        if row is not None and row.id == task.id:
            session.delete(row)
        elif row is not None and not row.cancelled:  # it was replaced in the meantime
            document.state, document.progress = "queued", 0.0
    return forget(session, left)


def fail(session: Session, task: Task, error: dict[str, object]) -> None:
    """Give a document up, with the reason. Its text, if it was read, is kept for another try."""
    row = session.get(TaskRow, task.document_id)
    if row is None or row.id != task.id or row.cancelled:
        return
    document = session.get_one(DocumentRow, task.document_id)
    document.state, document.error, document.updated_at = "failed", error, now_ms()
    row.note = None


def retry(session: Session, document: DocumentRow, priority: int) -> None:
    """Let a document that failed or was cancelled be read again, from where it was."""
    row = session.get(TaskRow, document.id)
    if row is not None:
        put(session, document, priority=priority, file_id=row.file_id, sha256=row.sha256)
    else:
        put(session, document, priority=priority, file_id=document.file_id, sha256=document.sha256)


def began(session: Session, task_ids: Collection[str], by: int) -> None:
    """Count beginnings that have no end yet; with -1, those that ended in good order."""
    session.execute(update(TaskRow).where(TaskRow.id.in_(task_ids)).values(tries=TaskRow.tries + by))


def _task(row: TaskRow, url: str | None, name: str, embedder: str, chat_id: str | None) -> Task:
    return Task(
        id=row.id,
        document_id=row.document_id,
        collection_id=row.collection_id,
        priority=row.priority,
        file_id=row.file_id,
        sha256=row.sha256,
        url=url,
        name=name,
        version=row.version,
        tries=row.tries,
        embedder=embedder,
        chat_id=chat_id,
    )
