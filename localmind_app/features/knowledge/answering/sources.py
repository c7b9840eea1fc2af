"""Sources as a viewer shows them: a passage where it stands, a document at its beginning, pictures of pages.

Every call takes the acting user; a document or passage of somebody else reads as not found.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import NotFound
from localmind_app.features.files.service import FileService

from ..found import Span
from ..parsing import office
from ..parsing.document import Box, Document, from_bytes
from ..tables import ChunkRow, CollectionRow, DocumentRow, ParsedRow
from . import paged, spans
from .copies import Copies
from .offsets import Offsets
from .pictures import Pictures

LONGEST_OPENING = 100_000  # characters of a document that is shown as text from its beginning


@dataclass(frozen=True)
class Place:
    """A passage in its document: what a viewer shows."""

    row: Any
    document: Document
    span: Span


class SourceService:
    """The sources in one database."""

    def __init__(self, database: Database, files: FileService, pictures: Pictures, copies: Copies) -> None:
        self._database, self._files, self._pictures, self._copies = database, files, pictures, copies

    async def passage(
        self, user_id: str, chunk_id: int, span: tuple[int, int] | None = None, *, make: bool = False
    ) -> dict[str, Any]:
        """A passage where it stands: page and boxes, or the text around it. `span` is a part of it in UTF-16 units.

        Office files stand on the pages of their PDF copy, once there is one; with `make` it is made now (see `paged`).
        Raises NotFound when it is somebody else's, or its document was read anew since.
        """
        place = await self._database.read(lambda session: _place(session, user_id, chunk_id))
        row, document = place.row, place.document
        offsets = Offsets(row.text)
        found = spans.pieces(document, place.span, row.text)
        whole = spans.boxes(document, found, 0, len(row.text))
        own: list[Box] = []
        if span is not None:
            start, end = sorted(offsets.character(one) for one in span)
            span = (start, end) if start < end else None
            own = spans.boxes(document, found, start, end)
        first = (own or whole)[:1]
        before, after = spans.around(document, place.span)
        body: dict[str, Any] = {
            "chunk_id": row.id,
            "document": _named(row.document_id, row, document),
            "media": "pages" if document.pages and whole and row.file_id else "text",
            "page": first[0].page if first else row.page,
            "heading": row.heading,
            "boxes": [vars(one) for one in whole],
            "quote_boxes": [vars(one) for one in own],
            "text": row.text,
            "quote": offsets.span(*span) if span else None,
            "before": before,
            "after": after,
        }
        return await paged.shown(self._copies, self._files, user_id, body, span, make=make)

    async def opening(self, user_id: str, document_id: str, *, make: bool = False) -> dict[str, Any]:
        """A document at its beginning, as `passage` has it: its first page, or its text, of which `more` says that it
        goes on. Raises NotFound, also where nothing of it can be found yet."""
        row, data = await self._database.read(lambda session: _read(session, user_id, document_id))
        document = from_bytes(data)
        body: dict[str, Any] = {
            "chunk_id": None,
            "document": _named(row.id, row, document),
            "media": "pages" if document.pages and row.file_id else "text",
            "page": 0,
            "heading": "",
            "boxes": [],
            "quote_boxes": [],
            "text": document.text[:LONGEST_OPENING],
            "more": len(document.text) > LONGEST_OPENING,
            "quote": None,
            "before": "",
            "after": "",
        }
        return await paged.shown(self._copies, self._files, user_id, body, None, make=make)

    async def page(self, user_id: str, document_id: str, page: int, width: int) -> Path:
        """A picture of a page (from 0). Raises NotFound where there is none."""

        row = await self._database.read(lambda session: _document(session, user_id, document_id))
        if row.file_id is not None and (row.pages or office.has_pages(row.media_type)):
            view, path = await self._files.content(user_id, row.file_id)
            pages = row.pages
            if not pages:
                copy = await self._copies.of(view.sha256, path, row.name, row.media_type)
                path, pages = copy.path, copy.pages
            if 0 <= page < pages:
                return await self._pictures.picture(view.sha256, path, page, width)
        raise NotFound("{name} has no picture of this page.", name=row.name)


def _is_there(session: Session, collection_id: str) -> bool:
    found = select(CollectionRow.id).where(CollectionRow.id == collection_id, CollectionRow.deleted_at.is_(None))
    return session.scalar(found) is not None


def _document(session: Session, user_id: str, document_id: str) -> DocumentRow:
    row = session.get(DocumentRow, document_id)
    if row is None or row.user_id != user_id or row.deleted_at is not None or not _is_there(session, row.collection_id):
        raise NotFound("There is no document {document}.", document=document_id)
    return row


def _read(session: Session, user_id: str, document_id: str) -> tuple[DocumentRow, bytes]:
    """A document and what was read of it. Raises NotFound."""
    row = _document(session, user_id, document_id)
    parsed = session.get(ParsedRow, (row.id, row.version))
    if parsed is None:
        raise NotFound("{name} has not been read yet.", name=row.name)
    return row, parsed.data


def _named(document_id: str, row: Any, document: Document) -> dict[str, Any]:
    return {
        "id": document_id,
        "name": row.name,
        "media_type": row.media_type,
        "pages": document.pages,
        "title": document.title,
        "file_id": row.file_id,
        "url": row.url,
        "collection_id": row.collection_id,
    }


def _place(session: Session, user_id: str, chunk_id: int) -> Place:
    row = session.execute(
        select(
            ChunkRow.id, ChunkRow.document_id, ChunkRow.collection_id, ChunkRow.heading, ChunkRow.text, ChunkRow.page,
            ChunkRow.first_block, ChunkRow.start, ChunkRow.last_block, ChunkRow.end, DocumentRow.name,
            DocumentRow.media_type, DocumentRow.file_id, DocumentRow.url, ParsedRow.data,
        )
        .join(DocumentRow, (DocumentRow.id == ChunkRow.document_id) & (DocumentRow.version == ChunkRow.version))
        .join(ParsedRow, (ParsedRow.document_id == DocumentRow.id) & (ParsedRow.version == DocumentRow.version))
        .where(ChunkRow.id == chunk_id, DocumentRow.user_id == user_id, DocumentRow.deleted_at.is_(None))
    ).one_or_none()  # fmt: skip
    if row is None or not _is_there(session, row.collection_id):
        raise NotFound("This passage is not there any more: its document was removed or read anew.")
    span = Span(row.first_block, row.start, row.last_block, row.end)
    return Place(row, from_bytes(row.data), span)
