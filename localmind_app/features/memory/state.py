"""View model of the memory page."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import reflex as rx

from localmind_app.core.errors import UserError
from localmind_app.features.accounts.acting import acting
from localmind_app.features.chat.state import ChatListState
from localmind_app.features.notice import failed, said, tell
from localmind_app.features.services import services

from .views import Memory

ALL = "*"  # what Undo brings back after everything was forgotten


@dataclass
class MemoryItem:
    """A memory as listed. `until` is empty while it holds, `chat` and `message` when where it was said is gone."""

    id: str
    text: str
    said: str
    until: str
    source: str
    chat: str
    message: str


class MemoryState(rx.State):
    """The memories of the acting user, the switch, and the one that is being changed."""

    loaded: bool = False
    on: bool = True
    query: str = ""
    items: list[MemoryItem] = []
    editing: str = ""
    old_text: str = ""
    error: str = ""
    error_params: dict[str, Any] = {}
    _forgotten: list[str] = []

    @rx.event
    async def load(self) -> Any:
        """Fill the page; called on every page load and reconnect."""
        self.on = await services().memories.is_on(acting())
        await self._read()
        self.loaded = True
        return ChatListState.load

    async def _read(self) -> None:
        items = [_item(one) for one in await services().memories.memories(acting(), self.query)]
        if items != self.items:
            self.items = items

    @rx.event
    async def search(self, query: str) -> None:
        """Show only memories with these words."""
        self.query = query[:200]
        await self._read()

    @rx.event
    async def switch(self, on: bool) -> None:
        """Switch the memory on or off."""
        await services().memories.switch(acting(), on)
        self.on = on

    @rx.event
    async def add(self, form: dict[str, Any]) -> None:
        """Remember a sentence."""
        try:
            await services().memories.add(acting(), str(form.get("text") or ""))
            self.error, self.error_params = "", {}
        except UserError as error:
            self.error, self.error_params = error.message, dict(error.params)
        await self._read()

    @rx.event
    def begin_edit(self, id: str, text: str) -> None:
        """Open the dialog that changes a memory."""
        self.editing, self.old_text = id, text

    @rx.event
    def end_edit(self, open_now: bool = False) -> None:
        """Close the dialog."""
        if not open_now:
            self.editing = ""

    @rx.event
    async def edit(self, form: dict[str, Any]) -> None:
        """Put a memory into other words."""
        try:
            await services().memories.edit(acting(), self.editing, str(form.get("text") or ""))
        except UserError as error:
            await tell(self, failed(error))
            return
        self.editing = ""
        await self._read()

    @rx.event
    async def forget(self, id: str) -> None:
        """Forget a memory, with a way back."""
        await self._forget(services().memories.forget(acting(), [id]), said("The memory was forgotten.", undo=id))

    @rx.event
    async def forget_everything(self) -> None:
        """Forget all memories, with a way back."""
        self._forgotten = await services().memories.forget_everything(acting())
        await tell(self, said("Everything was forgotten.", undo=ALL))
        await self._read()

    async def _forget(self, work: Any, notice: Any) -> None:
        try:
            await work
            await tell(self, notice)
        except UserError as error:
            await tell(self, failed(error))
        await self._read()

    @rx.event
    async def restore(self, what: str) -> Any:
        """Bring back what was forgotten last; on this page Undo may also be about a chat."""
        ids = self._forgotten if what == ALL else [what]
        try:
            await services().memories.restore(acting(), ids)
        except UserError:
            return ChatListState.restore(what)
        await self._read()
        return None


def _item(one: Memory) -> MemoryItem:
    def day(at: int) -> str:
        return time.strftime("%Y-%m-%d", time.localtime(at / 1000))

    until = day(one.until) if one.until is not None else ""
    return MemoryItem(one.id, one.text, day(one.said), until, one.source, one.chat or "", one.message or "")
