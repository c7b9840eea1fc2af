"""Documents on an open database session: adding, listing, asking again. Somebody else's reads as not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from localmind_app.core.errors import Invalid, NotFound
from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.files.tables import FileRow

from .ingestion import queue
from .ingestion.queue import CHAT, USUAL
from .ingestion.tables import TaskRow
from .store import UNFINISHED
from .tables import CollectionRow, DocumentRow
from .trash import is_late
from .used_files import forget
from .views import DocumentView

LONGEST_NAME = 300
MOST_AT_ONCE = 5000  # files in one request
MOST_LISTED = 500
_STEP = 500
STATES = ("queued", "parsing", "embedding", "storing", "ready", "failed", "cancelled")


@dataclass(frozen=True)
class Incoming:
    """A file to add. `name` may be a path inside a folder that was dropped; without one it is the file's."""

    file_id: str
    name: str = ""


@dataclass(frozen=True)
class Wanted:
    """Which documents are listed: behind `after`, in one of `states`, with `name` in theirs, changed since `since`."""

    after: str | None = None
    limit: int = 100
    states: tuple[str, ...] = ()
    name: str = ""
    since: int = 0
    files: tuple[str, ...] = ()


def owned(
    session: Session, user_id: str, document_id: str, *, deleted: bool = False
) -> tuple[DocumentRow, CollectionRow]:
    """A person's document and its collection; with `deleted` one that can still come back. Raises NotFound."""
    row = session.get(DocumentRow, document_id)
    collection = (
        session.scalars(select(CollectionRow).where(CollectionRow.id == row.collection_id)).one() if row else None
    )
    if row is None or collection is None or row.user_id != user_id or collection.deleted_at is not None:
        raise NotFound("There is no document {document}.", document=document_id)
    if (row.deleted_at is not None) != deleted or is_late(row.deleted_at):
        raise NotFound("There is no document {document}.", document=document_id)
    return row, collection


def priority(collection: CollectionRow) -> int:
    """What a chat waits for comes first."""
    return CHAT if collection.kind == "chat" else USUAL


def add_files(
    session: Session, collection: CollectionRow, files: Sequence[tuple[FileRow, str]]
) -> tuple[list[DocumentRow], list[str]]:
    """A document for each file under a name; and contents that nobody needs any more.

    In a collection a file of a known name and other content replaces what is there. In a chat it stands beside it:
    earlier messages are about the earlier file.
    """
    there = _by_name(session, collection, [name for _, name in files])
    made: list[DocumentRow] = []
    spare: list[str] = []
    for file, name in files:
        known = there.get((name, file.sha256)) or (there.get((name, "")) if collection.kind != "chat" else None)
        if known is None:
            known = _new(collection, name, file_id=file.id, sha256=file.sha256, media_type=file.media_type)
            session.add(known)
            queue.put(session, known, priority=priority(collection), file_id=file.id, sha256=file.sha256)
        elif not _is_the_same(session, known, file):
            spare += queue.put(session, known, priority=priority(collection), file_id=file.id, sha256=file.sha256)
        elif file.id != known.file_id and collection.kind != "chat":
            spare += forget(session, [file.id])  # the same content is there
        there[name, file.sha256] = there[name, ""] = known
        made.append(known)
    collection.updated_at = now_ms()
    return made, spare


def add_address(session: Session, collection: CollectionRow, url: str, *, fresh_ms: int = 0) -> DocumentRow:
    """The document of a web page; one that is there is read again, unless that was done in the last `fresh_ms`."""
    known = session.scalars(
        select(DocumentRow).where(
            DocumentRow.collection_id == collection.id, DocumentRow.url == url, DocumentRow.deleted_at.is_(None)
        )
    ).first()
    if known is not None and fresh_ms and _is_fresh(known, fresh_ms):
        return known
    if known is None:
        known = _new(collection, url[:LONGEST_NAME], url=url)
        session.add(known)
    queue.put(session, known, priority=priority(collection), file_id=None, sha256="")
    collection.updated_at = now_ms()
    return known


def _is_fresh(document: DocumentRow, fresh_ms: int) -> bool:
    """Whether it is being read, or was just now."""
    return document.state in UNFINISHED or (document.state == "ready" and now_ms() - document.updated_at < fresh_ms)


def _new(
    collection: CollectionRow,
    name: str,
    *,
    file_id: str | None = None,
    url: str | None = None,
    sha256: str = "",
    media_type: str = "",
) -> DocumentRow:
    return DocumentRow(
        id=new_id(),
        collection_id=collection.id,
        user_id=collection.user_id,
        file_id=file_id,
        url=url,
        name=name,
        media_type=media_type,
        state="queued",
        progress=0.0,
        version=0,
        chunks=0,
        tokens=0,
        sha256=sha256,
        pages=0,
        title="",
        created_at=now_ms(),
        updated_at=now_ms(),
    )


def _by_name(session: Session, collection: CollectionRow, names: Sequence[str]) -> dict[tuple[str, str], DocumentRow]:
    """Documents of files by name and content, the newest also by its name alone."""
    found: dict[tuple[str, str], DocumentRow] = {}
    for start in range(0, len(names), _STEP):
        rows = session.scalars(
            select(DocumentRow)
            .where(DocumentRow.collection_id == collection.id, DocumentRow.url.is_(None))
            .where(DocumentRow.deleted_at.is_(None))
            .where(DocumentRow.name.in_(names[start : start + _STEP]))
            .order_by(DocumentRow.id)
        )
        for row in rows:
            found[row.name, row.sha256] = found[row.name, ""] = row
    return found


def _is_the_same(session: Session, document: DocumentRow, file: FileRow) -> bool:
    """Whether this content is what the document is, or is about to be, made of."""
    task = session.get(TaskRow, document.id)
    if task is not None and not task.cancelled and document.state != "failed":
        return task.sha256 == file.sha256
    return document.state == "ready" and document.sha256 == file.sha256


def checked_name(name: str) -> str:
    """A name, or a path with `/`, without what could lead elsewhere or be invisible. Raises Invalid."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    plain = "/".join("".join(char for char in part if char.isprintable()).strip() for part in parts)
    if not plain.strip("/"):
        raise Invalid("A document needs a name.")
    return plain[-LONGEST_NAME:]


def listed(session: Session, collection_id: str, wanted: Wanted) -> list[DocumentView]:
    """Documents of a collection, newest first."""
    query = _DOCUMENTS.where(DocumentRow.collection_id == collection_id, DocumentRow.deleted_at.is_(None))
    if wanted.after is not None:
        query = query.where(DocumentRow.id < wanted.after)
    if wanted.states:
        query = query.where(DocumentRow.state.in_(wanted.states))
    if wanted.name:
        query = query.where(DocumentRow.name.icontains(wanted.name, autoescape=True))
    if wanted.since:
        query = query.where(DocumentRow.updated_at >= wanted.since)
    if wanted.files:
        query = query.where(DocumentRow.file_id.in_(wanted.files) | TaskRow.file_id.in_(wanted.files))
    return _views(session, query.order_by(DocumentRow.id.desc()).limit(wanted.limit))


def views(session: Session, document_ids: Sequence[str]) -> list[DocumentView]:
    """These documents, in this order."""
    found: dict[str, DocumentView] = {}
    for start in range(0, len(document_ids), _STEP):
        query = _DOCUMENTS.where(DocumentRow.id.in_(document_ids[start : start + _STEP]))
        found |= {view.id: view for view in _views(session, query)}
    return [found[one] for one in document_ids if one in found]


_DOCUMENTS = (
    select(DocumentRow, TaskRow.note, FileRow.size_bytes)
    .outerjoin(TaskRow, TaskRow.document_id == DocumentRow.id)
    .outerjoin(FileRow, FileRow.id == DocumentRow.file_id)
)


def _views(session: Session, query: Select[DocumentRow, dict[str, object] | None, int]) -> list[DocumentView]:
    return [_view(*row) for row in session.execute(query)]


def _view(row: DocumentRow, note: dict[str, object] | None, size: int | None) -> DocumentView:
    return DocumentView(
        id=row.id,
        collection_id=row.collection_id,
        name=row.name,
        title=row.title,
        media_type=row.media_type,
        file_id=row.file_id,
        url=row.url,
        size=size,
        state=row.state,
        progress=row.progress,
        error=row.error,
        note=note if row.state in UNFINISHED else None,
        searchable=row.version > 0,
        version=row.version,
        chunks=row.chunks,
        tokens=row.tokens,
        pages=row.pages,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
