"""View models of the chat page. Message texts are not here: they go through the thread's own event stream."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import reflex as rx

from localmind_app.core.errors import EngineError, NotFound, UserError
from localmind_app.features.accounts.acting import acting
from localmind_app.features.models.service import ModelItem, usual_model
from localmind_app.features.notice import failed, said, tell
from localmind_app.features.services import services

from .days import DayGroup, grouped
from .sampling import RANGES, checked

LAST_MODEL = "chat_model"


class ChatListState(rx.State):
    """The list of chats in the sidebar."""

    groups: list[DayGroup] = []
    query: str = ""
    loaded: bool = False
    renaming: str = ""
    old_title: str = ""

    @rx.var
    def palette(self) -> list[dict[str, str]]:
        """The chats as entries of the command palette."""
        return [
            {"id": chat.id, "group": "Chats", "text": chat.title, "href": f"/c/{chat.id}"}
            for group in self.groups
            for chat in group.chats
        ]

    @rx.event
    async def load(self) -> None:
        """Fill the list; called on every page load and reconnect."""
        await self._load()

    async def _load(self) -> None:
        items = await services().chats.chats(acting(), self.query)
        groups = grouped(items, datetime.now().astimezone().date())
        if groups != self.groups:
            self.groups = groups
        self.loaded = True

    @rx.event
    async def search(self, query: str) -> None:
        """Show only chats that contain the words."""
        self.query = query[:200]
        await self._load()

    @rx.event
    def begin_rename(self, chat_id: str, title: str) -> None:
        """Open the dialog that asks for a title."""
        self.renaming, self.old_title = chat_id, title

    @rx.event
    def end_rename(self, open_now: bool = False) -> None:
        """Close the dialog."""
        if not open_now:
            self.renaming = ""

    @rx.event
    async def rename(self, form: dict[str, Any]) -> Any:
        """Give a chat another title."""
        try:
            await services().chats.rename(acting(), self.renaming, str(form.get("title", "")))
        except UserError as error:
            await tell(self, failed(error))
            return None
        self.renaming = ""
        await self._load()
        return ChatState.refresh_title

    @rx.event
    async def pin(self, chat_id: str, pinned: bool) -> None:
        """Keep a chat at the top, or not."""
        try:
            await services().chats.pin(acting(), chat_id, pinned)
        except UserError as error:
            await tell(self, failed(error))
        await self._load()

    @rx.event
    async def delete(self, chat_id: str, shown: str) -> Any:
        """Delete a chat at once, with a way back; leaves its page when it is the shown one."""
        try:
            await services().chats.delete(acting(), chat_id)
            await tell(self, said("The chat was deleted.", undo=chat_id))
        except UserError as error:
            await tell(self, failed(error))
        await self._load()
        return rx.redirect("/") if shown == chat_id else None

    @rx.event
    async def step(self, by: int) -> Any:
        """Go to the chat below (1) or above (-1) the shown one."""
        ids = [chat.id for group in self.groups for chat in group.chats]
        shown = (await self.get_state(ChatState)).shown
        place = (ids.index(shown) if shown in ids else -1 if by > 0 else 0) + by
        return rx.redirect(f"/c/{ids[place % len(ids)]}") if ids else None

    @rx.event
    async def restore(self, chat_id: str) -> None:
        """Bring a deleted chat back."""
        try:
            await services().chats.restore(acting(), chat_id)
        except UserError as error:
            await tell(self, failed(error))
        await self._load()


class ChatState(rx.State):
    """The chat on the page."""

    shown: str = ""
    title: str = ""
    missing: bool = False
    model: str = ""
    models: list[dict[str, Any]] = []
    no_model: bool = False
    system_prompt: str = ""
    remembers: bool = True
    sampling: dict[str, str] = {}
    collections: list[dict[str, str]] = []
    web: dict[str, bool] = {}
    sent: str = ""
    send_error: dict[str, Any] = {}
    settings_error: dict[str, Any] = {}
    context_used: int = 0
    context_size: int = 0

    @rx.var
    def is_starter(self) -> bool:
        """Whether the built-in model would answer."""
        return any(item["id"] == self.model and item["starter"] for item in self.models)

    @rx.var
    def model_options(self) -> list[list[str]]:
        """(id, label) pairs for the model menu."""
        return [[item["id"], f"{item['label']} · {item['detail']}"] for item in self.models]

    @rx.var
    def model_names(self) -> dict[str, str]:
        """What the models are called, by id."""
        return {item["id"]: item["label"] for item in self.models}

    @rx.var
    def settings_key(self) -> str:
        """Changes whenever the settings form must take over other values."""
        return f"{self.shown}{self.system_prompt}{self.sampling}"

    @rx.event
    async def open(self) -> Any:
        """Show the chat of the address; called on every page load and reconnect."""
        wanted = self._wanted()
        if wanted != self.shown:
            self.send_error = {}
        self.shown, self.missing = wanted, False
        await self._load_models()
        settings = await services().web_pages.settings(acting())
        self.web = {"pages": settings.pages, "search": settings.search, "mine": acting().role == "owner"}
        try:
            if wanted:
                await self._show(wanted)
            else:
                self.title, self.system_prompt, self.sampling, self.remembers = "", "", {}, True
                self.collections = []
                self.model = await self._usual_model()
        except NotFound:
            self.missing, self.title = True, ""
        return ChatListState.load

    def _wanted(self) -> str:
        path = str(self.router.url.path)
        return path.removeprefix("/c/").strip("/") if path.startswith("/c/") else ""

    async def _show(self, chat_id: str) -> None:
        detail = await services().chats.detail(acting(), chat_id)
        self.title = detail.title
        self.model = detail.model or await self._usual_model()
        self.system_prompt, self.remembers = detail.system_prompt, detail.remembers
        self.sampling = {name: str(value) for name, value in detail.sampling.items()}
        self.collections = [{"id": one["id"], "name": one["name"]} for one in detail.collections]

    async def _load_models(self) -> None:
        try:
            found = await services().models.chat_models(acting())
        except EngineError as error:
            await tell(self, failed(error))
            return
        models = [vars(item) for item in found]
        self.no_model = not models
        if models != self.models:
            self.models = models

    async def _usual_model(self) -> str:
        last = await services().accounts.preference(acting(), LAST_MODEL)
        return usual_model((ModelItem(**item) for item in self.models), last)

    @rx.event
    async def refresh_title(self) -> None:
        """Take over a title that was changed in the list."""
        if self.shown and not self.missing:
            self.title = (await services().chats.detail(acting(), self.shown)).title

    @rx.event
    async def send(
        self,
        text: str,
        client_id: str,
        files: list[str] | None = None,
        collections: list[str] | None = None,
        quote: bool = False,
        links: list[str] | None = None,
        web: bool = False,
    ) -> Any:
        """Store the message with its files and what it is asked of; the composer clears itself once `sent` names it."""
        chat_id, fresh = self._wanted(), False
        what: dict[str, Any] = {"files": files or [], "collections": collections or [], "quote": bool(quote)}
        what |= {"links": links or [], "web": bool(web)}
        try:
            if chat_id:
                await services().chats.post(acting(), chat_id, text, client_id[:64], **what)
            else:
                chat_id, fresh = await self._begin(text, client_id[:64], **what), True
        except UserError as error:
            self.send_error = {**error.body()["error"], "client_id": client_id}
            return None
        self.sent, self.send_error = client_id, {}
        if fresh:
            return rx.redirect(f"/c/{chat_id}")
        if not self.title:
            await self._show(chat_id)
        return ChatListState.load

    async def _begin(self, text: str, client_id: str, **what: Any) -> str:
        posted = await services().chats.begin(
            acting(),
            text,
            client_id,
            model=self.model or None,
            system_prompt=self.system_prompt,
            parameters=dict(self.sampling),
            remembers=self.remembers,
            attached=[one["id"] for one in self.collections],
            **what,
        )
        return posted.chat_id

    @rx.event
    async def stop(self) -> None:
        """Stop the answer that is being written."""
        await self._try(services().chats.stop(acting(), self._wanted()))

    @rx.event
    async def retry(self, message_id: str) -> None:
        """Ask for another answer to the same question."""
        await self._try(services().chats.retry(acting(), self._wanted(), message_id))

    @rx.event
    async def resume(self, message_id: str) -> None:
        """Let an answer that was cut short go on."""
        await self._try(services().chats.resume(acting(), self._wanted(), message_id))

    @rx.event
    async def edit(self, message_id: str, text: str, client_id: str) -> None:
        """Send a changed version of an earlier message, as a branch."""
        await self._try(services().chats.edit(acting(), self._wanted(), message_id, text, client_id[:64]))

    @rx.event
    async def select_branch(self, message_id: str) -> None:
        """Show another version."""
        await self._try(services().chats.select_branch(acting(), self._wanted(), message_id))

    @rx.event
    async def cancel_queued(self, message_id: str) -> None:
        """Take back a message that waits."""
        await self._try(services().chats.cancel_queued(acting(), self._wanted(), message_id))

    async def _try(self, work: Any) -> None:
        try:
            await work
        except UserError as error:
            await tell(self, failed(error))

    @rx.event
    def set_context(self, usage: dict[str, Any]) -> None:
        """The thread says how full the model's context is; an empty `usage` is a chat that does not know."""
        used, size = usage.get("context_used"), usage.get("context_size")
        self.context_used = used if isinstance(used, int) else 0
        self.context_size = size if isinstance(size, int) else 0

    @rx.event
    async def attach(self, collections: list[str]) -> None:
        """Ask these collections with every message of the chat, and no others."""
        chat_id = self._wanted()
        try:
            found = await services().knowledge.collections(acting().user_id)
            if chat_id:
                await services().chats.attach(acting(), chat_id, collections)
        except UserError as error:
            await tell(self, failed(error))
            return
        names = {one.id: one.name for one in found}
        self.collections = [{"id": one, "name": names[one]} for one in collections if one in names]

    @rx.event
    async def choose_model(self, model: str) -> None:
        """Use another model from the next answer on, here and in new chats."""
        self.model = model
        await services().accounts.set_preference(acting(), LAST_MODEL, model)
        if self.shown and not self.missing:
            await self._try(services().chats.configure(acting(), self.shown, model=model))

    @rx.event
    async def remember(self, on: bool) -> None:
        """Let the memory take part in this chat, or not."""
        self.remembers = on
        if self.shown and not self.missing:
            await self._try(services().chats.configure(acting(), self.shown, remembers=on))

    @rx.event
    async def configure(self, form: dict[str, Any]) -> None:
        """Keep the chat's system prompt and sampling parameters."""
        values = {name: str(form.get(name, "")).strip() for name in RANGES}
        prompt = str(form.get("system_prompt", ""))
        try:
            sampling = checked(dict(values))
            if self.shown:
                await services().chats.configure(acting(), self.shown, system_prompt=prompt, parameters=dict(sampling))
        except UserError as error:
            self.settings_error = error.body()["error"]
            return
        self.system_prompt, self.settings_error = prompt, {}
        self.sampling = {name: str(value) for name, value in sampling.items()}
        await tell(self, said("The chat's settings are saved."))
