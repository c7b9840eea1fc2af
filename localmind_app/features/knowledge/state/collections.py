"""View model of the collections: their list, the one that is open, making, changing and deleting them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import reflex as rx

from localmind_app.core.errors import NotFound, UserError
from localmind_app.features.accounts.acting import acting
from localmind_app.features.chat.state import ChatListState
from localmind_app.features.knowledge.store import UNFINISHED
from localmind_app.features.knowledge.views import CollectionView, FolderView
from localmind_app.features.notice import failed, said, tell
from localmind_app.features.services import services

PATH = "/knowledge"
NEW = "new"  # what is edited when it is no collection yet


@dataclass
class Folder:
    """The folder a collection follows; `path` is empty for none. `left_out` counts what was not taken."""

    path: str = ""
    state: str = ""
    left_out: int = 0
    error: str = ""
    params: dict[str, Any] = field(default_factory=dict)


@dataclass
class CollectionItem:
    """A collection as listed. `documents`, `working` and `failed` are counts, `size` is in bytes, `changed` in ms."""

    id: str
    name: str
    description: str
    documents: int
    working: int
    failed: int
    size: int
    changed: int
    paused: bool
    folder: Folder


def address(collection: str = "", question: str = "") -> str:
    """The page at a collection (all of them: ``""``), with the passages for a question."""
    parts = {"collection": collection, "q": question}
    query = urlencode({name: value for name, value in parts.items() if value})
    return f"{PATH}?{query}" if query else PATH


class KnowledgeState(rx.State):
    """The collections of the acting user. `shown` is the open one, as the address has it."""

    loaded: bool = False
    items: list[CollectionItem] = []
    shown: str = ""
    missing: bool = False
    editing: str = ""
    old_name: str = ""
    old_description: str = ""
    error: str = ""
    error_params: dict[str, Any] = {}
    _at: tuple[str, str, str] = ("", "", "")

    @rx.var
    def busy(self) -> bool:
        """Whether documents of a listed collection are worked on."""
        return any(item.working and not item.paused for item in self.items)

    @rx.var
    def current(self) -> CollectionItem:
        """The open collection; an empty one while none is."""
        empty = CollectionItem("", "", "", 0, 0, 0, 0, 0, False, Folder())
        return next((item for item in self.items if item.id == self.shown), empty)

    @rx.var
    def settling(self) -> bool:
        """Whether the open collection's folder is being looked at."""
        return self.current.folder.state in ("waiting", "reading")

    @rx.event
    async def load(self) -> Any:
        """Fill the page; called on every page load, change of its address and reconnect."""
        from .adding import AddingState
        from .searching import SearchState

        query = parse_qs(urlsplit(str(self.router.url)).query)
        collection, question, source = (query.get(name, [""])[0] for name in ("collection", "q", "source"))
        # A source that opens or closes beside the passages changes the address, and nothing else.
        only_source = self.loaded and (collection, question) == self._at[:2] and source != self._at[2]
        self._at = (collection, question, source)
        if only_source:
            return None
        self.shown = collection[:100]
        await self._read()
        return [ChatListState.load, AddingState.load, SearchState.run(self.shown, question)]

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        await self._read()

    @rx.event
    async def filled(self, filled: bool) -> None:
        """The list of documents has got its first one, or lost its last."""
        if filled != (self.current.documents > 0):
            await self._read()

    async def _read(self) -> None:
        items = [_item(one) for one in await services().knowledge.collections(acting().user_id)]
        if items != self.items:
            self.items = items
        self.missing = self.shown != "" and all(item.id != self.shown for item in items)
        self.loaded = True

    @rx.event
    def begin(self, collection: str, name: str, description: str) -> None:
        """Open the dialog for a collection's name and description."""
        self.editing, self.old_name, self.old_description, self.error = collection, name, description, ""

    @rx.event
    def end(self, open_now: bool = False) -> None:
        """Close the dialog."""
        if not open_now:
            self.editing = ""

    @rx.event
    async def save(self, form: dict[str, Any]) -> Any:
        """Make the collection, or change it."""
        name, description = str(form.get("name") or ""), str(form.get("description") or "")
        made = ""
        try:
            if self.editing == NEW:
                made = (await services().knowledge.create(acting().user_id, name, description)).id
            else:
                await services().knowledge.change(acting().user_id, self.editing, name, description)
        except NotFound as error:
            await tell(self, failed(error))
        except UserError as error:  # beside the field, and the dialog stays
            self.error, self.error_params = error.message, dict(error.params)
            return None
        self.editing = ""
        await self._read()
        return rx.redirect(address(made)) if made else None

    @rx.event
    async def delete(self, collection: str, name: str) -> Any:
        """Delete a collection at once, with a way back; leaves its page when it is the open one."""
        try:
            await services().knowledge.delete(acting().user_id, collection)
            await tell(self, said("The collection {name} was deleted.", undo=collection, name=name))
        except UserError as error:
            await tell(self, failed(error))
        was_open = self.shown == collection
        await self._read()
        return rx.redirect(PATH) if was_open else None

    @rx.event
    async def restore(self, what: str) -> Any:
        """Bring a deleted collection back; on this page Undo may also be about a chat."""
        try:
            await services().knowledge.restore(acting().user_id, what)
        except UserError:
            return ChatListState.restore(what)
        await self._read()
        return None


def _item(one: CollectionView) -> CollectionItem:
    return CollectionItem(
        id=one.id,
        name=one.name,
        description=one.description,
        documents=one.documents,
        working=sum(one.states.get(state, 0) for state in UNFINISHED),
        failed=one.states.get("failed", 0),
        size=one.size,
        changed=one.updated_at,
        paused=one.paused,
        folder=_folder(one.folder),
    )


def _folder(one: FolderView | None) -> Folder:
    if one is None:
        return Folder()
    error = (one.error or {}).get("error") or {}
    return Folder(one.path, one.state, one.left_out, error.get("template", ""), error.get("params", {}))
