"""What people do with collections and documents. Somebody else's reads as not there.

Nothing is read in here: documents are put on a list (`ingestion.queue`) that the worker works through.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import Conflict, Invalid, NotFound
from localmind_app.core.home import Home
from localmind_app.core.ids import now_ms
from localmind_app.features.accounts.service import Actor
from localmind_app.features.files import store as files_store
from localmind_app.features.files.service import FileService
from localmind_app.features.files.tables import FileRow
from localmind_app.features.files.views import FileView

from . import collections, documents, trash
from .documents import MOST_AT_ONCE, MOST_LISTED, Incoming, Wanted
from .following import folders
from .following.tables import FollowedRow
from .ingestion import queue
from .ingestion.tables import PauseRow, TaskRow
from .parsing.document import from_bytes
from .store import UNFINISHED, Entries, Index
from .tables import CollectionRow, DocumentRow, ParsedRow
from .used_files import Contents
from .views import CollectionView, Details, DocumentView, FolderView, Listed

T = TypeVar("T")
FRESH_MS = 60 * 60 * 1000  # how long a page that was read for a chat is as good as read now


class WebReader(Protocol):
    """The part of `features.web_pages` that is needed here."""

    async def check_page(self, url: str) -> str:
        """The address as it is kept. Raises NotAllowed while reading pages is off, Invalid."""

    async def sitemap(self, actor: Actor, url: str, limit: int = ...) -> list[str]: ...


class KnowledgeService:
    """Collections, their documents, and the folders they follow."""

    def __init__(self, home: Home, database: Database, index: Index, files: FileService, web: WebReader) -> None:
        self._home, self._database, self._index, self._web = home, database, index, web
        self._files, self._contents = files, Contents(home, database)

    # Collections

    async def collections(self, user_id: str) -> list[CollectionView]:
        """A person's collections, the last changed first; not those of chats."""
        query = (
            select(CollectionRow)
            .where(CollectionRow.user_id == user_id, CollectionRow.kind == "collection")
            .where(CollectionRow.deleted_at.is_(None))
            .order_by(CollectionRow.updated_at.desc(), CollectionRow.number.desc())
        )
        return await self._database.read(lambda session: collections.views(session, session.scalars(query).all()))

    async def collection(self, user_id: str, collection_id: str) -> CollectionView:
        """One collection, also a chat's. Raises NotFound."""
        return await self._read(user_id, collection_id, _seen)

    async def create(self, user_id: str, name: str, description: str = "") -> CollectionView:
        """A new collection. Raises Invalid."""

        def work(session: Session) -> CollectionView:
            return _seen(session, collections.make(session, user_id, name, description))

        return await self._database.write(work)

    async def change(
        self, user_id: str, collection_id: str, name: str | None = None, description: str | None = None
    ) -> CollectionView:
        """Rename or describe a collection. Raises NotFound, Invalid."""

        def work(session: Session, row: CollectionRow) -> CollectionView:
            if name is not None:
                row.name = collections.checked_name(name)
            if description is not None:
                row.description = collections.checked_description(description)
            row.updated_at = now_ms()
            return _seen(session, row)

        return await self._write(user_id, collection_id, work)

    async def delete(self, user_id: str, collection_id: str) -> None:
        """Take a collection away; `restore` brings it back for a day, then the worker removes it. Raises NotFound."""

        def work(session: Session, row: CollectionRow) -> None:
            row.deleted_at = now_ms()

        await self._write(user_id, collection_id, work)

    async def restore(self, user_id: str, collection_id: str) -> CollectionView:
        """Undo `delete`. Raises NotFound."""

        def work(session: Session) -> CollectionView:
            row = collections.owned(session, user_id, collection_id, deleted=True)
            row.deleted_at = None
            return _seen(session, row)

        return await self._database.write(work)

    # A chat's own collection

    async def of_chat(self, user_id: str, chat_id: str) -> CollectionView:
        """The collection of a chat's files. Raises NotFound before the first one is attached."""

        def work(session: Session) -> CollectionView:
            row = collections.of_chat(session, user_id, chat_id)
            if row is None:
                raise NotFound("Nothing is attached to this chat.")
            return _seen(session, row)

        return await self._database.read(work)

    async def attach(self, user_id: str, chat_id: str, file_ids: Sequence[str]) -> list[DocumentView]:
        """Let a chat's files be read, before everything else; its collection is made when there is none.

        The caller has checked that the chat is this person's. Raises NotFound for a file that is not.
        """

        def work(session: Session) -> list[DocumentView]:
            row = collections.of_chat(session, user_id, chat_id)
            row = row or collections.make(session, user_id, "", "", chat_id=chat_id)
            made, _ = documents.add_files(session, row, _files(session, user_id, [Incoming(one) for one in file_ids]))
            session.flush()
            return documents.views(session, list(dict.fromkeys(one.id for one in made)))

        return await self._database.write(work)

    async def attach_page(self, user_id: str, chat_id: str, url: str) -> DocumentView:
        """Let a web page be read for a chat, as `attach` does with files; one that was read within the hour is not.

        The caller has checked that the chat is this person's. Raises NotAllowed while reading web pages is switched
        off, Invalid for what is no address.
        """
        address = await self._web.check_page(url)

        def work(session: Session) -> DocumentView:
            row = collections.of_chat(session, user_id, chat_id)
            row = row or collections.make(session, user_id, "", "", chat_id=chat_id)
            made = documents.add_address(session, row, address, fresh_ms=FRESH_MS)
            session.flush()
            return documents.views(session, [made.id])[0]

        return await self._database.write(work)

    # Documents

    async def listed(self, user_id: str, collection_id: str, wanted: Wanted | None = None) -> Listed:
        """Documents of a collection, with its counts. Raises NotFound, Invalid for a state there is none of."""
        asked = wanted or Wanted()
        for state in asked.states:
            if state not in documents.STATES:
                raise Invalid("There is no state {state}.", state=state)
        limit = max(1, min(asked.limit, MOST_LISTED))

        def work(session: Session, row: CollectionRow) -> Listed:
            found = documents.listed(session, row.id, asked)
            following = found[-1].id if len(found) == limit else None
            return Listed(tuple(found), following, _seen(session, row))

        return await self._read(user_id, collection_id, work)

    async def document(self, user_id: str, document_id: str) -> Details:
        """One document, and what its reader had to say. Raises NotFound."""

        def work(session: Session) -> tuple[DocumentView, bytes | None]:
            row, _ = documents.owned(session, user_id, document_id)
            parsed = session.get(ParsedRow, (row.id, row.version))
            return documents.views(session, [row.id])[0], parsed.data if parsed else None

        view, data = await self._database.read(work)
        if data is None:
            return Details(view, "", ())
        read = await asyncio.to_thread(from_bytes, data)
        warnings = ({"message": one.text, "template": one.message, "params": dict(one.params)} for one in read.warnings)
        return Details(view, read.parser, tuple(warnings))

    async def add_files(self, user_id: str, collection_id: str, files: Sequence[Incoming]) -> list[DocumentView]:
        """Add files of this person. One whose name is there with other content becomes that document's new version.

        Raises NotFound for a collection or file that is not there, and Invalid; nothing is added then.
        """
        if len(files) > MOST_AT_ONCE:
            raise Invalid("At most {limit} files can be added at once. Nothing was added.", limit=MOST_AT_ONCE)

        def work(session: Session, row: CollectionRow) -> tuple[list[DocumentView], list[str]]:
            made, spare = documents.add_files(session, row, _files(session, user_id, files))
            session.flush()
            return documents.views(session, list(dict.fromkeys(one.id for one in made))), spare

        views, spare = await self._write(user_id, collection_id, work)
        await self._contents.free(spare)
        return views

    async def add_page(self, user_id: str, collection_id: str, url: str) -> DocumentView:
        """Add a web page; one that is there is read again.

        Raises NotFound, NotAllowed while reading web pages is switched off, Invalid.
        """
        return (await self._add_pages(user_id, collection_id, [await self._web.check_page(url)]))[0]

    async def add_sitemap(self, actor: Actor, collection_id: str, url: str, limit: int = 500) -> list[DocumentView]:
        """Add the pages a site says it has, at most `limit`. Raises as `add_page`, and what asking the site raises."""
        await self.collection(actor.user_id, collection_id)
        return await self._add_pages(actor.user_id, collection_id, await self._web.sitemap(actor, url, limit))

    async def _add_pages(self, user_id: str, collection_id: str, urls: Sequence[str]) -> list[DocumentView]:
        def work(session: Session, row: CollectionRow) -> list[DocumentView]:
            made = [documents.add_address(session, row, url) for url in dict.fromkeys(urls)]
            session.flush()
            return documents.views(session, [one.id for one in made])

        return await self._write(user_id, collection_id, work)

    async def remove(self, user_id: str, document_id: str) -> None:
        """Remove a document; `bring_back` undoes it for a day, then the worker removes it for good, with its file.

        Raises NotFound, Conflict for a file of a followed folder.
        """

        def work(session: Session) -> list[Entries]:
            row, collection = documents.owned(session, user_id, document_id)
            if session.get(FollowedRow, row.id) is not None:
                raise Conflict(
                    "{name} is in the folder that this collection follows. Remove it there, or stop following.",
                    name=row.name,
                )
            return trash.put(session, row, collection)

        await self._index.unlist(await self._database.write(work))

    async def bring_back(self, user_id: str, document_id: str) -> DocumentView:
        """Undo `remove`; what was still to be read is read now. Raises NotFound."""

        def work(session: Session) -> tuple[list[Entries], DocumentView]:
            row, collection = documents.owned(session, user_id, document_id, deleted=True)
            found = trash.take_back(session, row, collection)
            session.flush()
            return found, documents.views(session, [row.id])[0]

        found, view = await self._database.write(work)
        await self._index.relist(found)
        return view

    async def content(self, user_id: str, document_id: str) -> tuple[FileView, Path]:
        """The file a document was made of. Raises NotFound, also for a web page."""

        def work(session: Session) -> str:
            row, _ = documents.owned(session, user_id, document_id)
            if row.file_id is None:
                raise NotFound("{name} is no file that could be downloaded.", name=row.name)
            return row.file_id

        return await self._files.content(user_id, await self._database.read(work))

    async def retry(self, user_id: str, document_id: str) -> DocumentView:
        """Read a document again, from where it came to: one that failed, was cancelled, or is a web page."""

        def work(session: Session) -> DocumentView:
            row, collection = documents.owned(session, user_id, document_id)
            if row.state not in UNFINISHED:
                queue.retry(session, row, documents.priority(collection))
            session.flush()
            return documents.views(session, [row.id])[0]

        return await self._database.write(work)

    async def cancel(self, user_id: str, document_id: str) -> DocumentView:
        """Let a document be as it is; an older version stays searchable. Raises NotFound."""

        def work(session: Session) -> DocumentView:
            row, _ = documents.owned(session, user_id, document_id)
            queue.cancel(session, [row.id])
            session.flush()
            return documents.views(session, [row.id])[0]

        return await self._database.write(work)

    # All that a collection still has to read

    async def retry_all(self, user_id: str, collection_id: str) -> CollectionView:
        """Read everything again that failed. Raises NotFound."""

        def work(session: Session, row: CollectionRow) -> CollectionView:
            failed = select(DocumentRow).where(
                DocumentRow.collection_id == row.id, DocumentRow.state == "failed", DocumentRow.deleted_at.is_(None)
            )
            for document in session.scalars(failed).all():
                queue.retry(session, document, documents.priority(row))
            session.flush()
            return _seen(session, row)

        return await self._write(user_id, collection_id, work)

    async def cancel_all(self, user_id: str, collection_id: str) -> CollectionView:
        """Cancel everything that is not ready, also while it pauses. Raises NotFound."""

        def work(session: Session, row: CollectionRow) -> CollectionView:
            waiting = select(TaskRow.document_id).where(TaskRow.collection_id == row.id)
            queue.cancel(session, session.scalars(waiting).all())
            _pause(session, row, on=False)
            return _seen(session, row)

        return await self._write(user_id, collection_id, work)

    async def pause(self, user_id: str, collection_id: str) -> CollectionView:
        """Read nothing for this collection until `resume`; what was reached is kept. Raises NotFound."""
        return await self._set_pause(user_id, collection_id, on=True)

    async def resume(self, user_id: str, collection_id: str) -> CollectionView:
        """Go on with a paused collection. Raises NotFound."""
        return await self._set_pause(user_id, collection_id, on=False)

    async def _set_pause(self, user_id: str, collection_id: str, *, on: bool) -> CollectionView:
        def work(session: Session, row: CollectionRow) -> CollectionView:
            _pause(session, row, on=on)
            return _seen(session, row)

        return await self._write(user_id, collection_id, work)

    # A folder of this machine

    async def follow(self, actor: Actor, collection_id: str, path: str) -> FolderView:
        """Let a collection follow a folder; only the owner may. Raises NotAllowed, NotFound, Invalid, Conflict."""
        place = await asyncio.to_thread(folders.checked, actor, path, self._home)

        def work(session: Session, row: CollectionRow) -> FolderView:
            return collections.folder_view(folders.follow(session, row, place))

        return await self._write(actor.user_id, collection_id, work)

    async def unfollow(self, actor: Actor, collection_id: str) -> None:
        """Stop following; what was read stays. Raises NotAllowed, NotFound."""
        folders.check_owner(actor)
        await self._write(actor.user_id, collection_id, lambda session, row: folders.unfollow(session, row.id))

    # In common

    async def _read(self, user_id: str, collection_id: str, fn: Callable[[Session, CollectionRow], T]) -> T:
        return await self._database.read(
            lambda session: fn(session, collections.owned(session, user_id, collection_id))
        )

    async def _write(self, user_id: str, collection_id: str, fn: Callable[[Session, CollectionRow], T]) -> T:
        return await self._database.write(
            lambda session: fn(session, collections.owned(session, user_id, collection_id))
        )


def _seen(session: Session, row: CollectionRow) -> CollectionView:
    session.flush()
    return collections.views(session, [row])[0]


def _files(session: Session, user_id: str, files: Sequence[Incoming]) -> list[tuple[FileRow, str]]:
    rows = [files_store.find(session, user_id, one.file_id) for one in files]
    return [(row, documents.checked_name(one.name or row.name)) for row, one in zip(rows, files, strict=True)]


def _pause(session: Session, row: CollectionRow, *, on: bool) -> None:
    there = session.get(PauseRow, row.id)
    if on and there is None:
        session.add(PauseRow(collection_id=row.id, since=now_ms()))
    elif not on and there is not None:
        session.delete(there)
